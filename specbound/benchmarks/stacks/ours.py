"""This project, as it is deployed: every check, and the line that it logs of each request."""

from typing import Any

from handlers.router import lambda_handler as handler
from specbound.store import dynamodb

__all__ = ["LACKS", "handler", "stub"]

LACKS = ()


def stub(items: list[dict[str, Any]]) -> None:
    from benchmarks.database import Database  # noqa: PLC0415  # a cold start is not to pay for the server beside it

    dynamodb.line().send = Database(items).answer  # type: ignore[assignment]
