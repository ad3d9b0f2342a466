"""This project, as it is deployed: every check, and the line that it logs of each request."""

from typing import Any

from benchmarks.database import Database
from handlers.router import lambda_handler as handler
from specbound.store import dynamodb

__all__ = ["LACKS", "handler", "stub"]

LACKS = ()


def stub(items: list[dict[str, Any]]) -> None:
    dynamodb.line().send = Database(items).answer  # type: ignore[assignment]
