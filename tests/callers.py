"""Callers of the API: in this process, over moto, or with API_URL in the environment wherever it is deployed."""

import os

import httpx

from specbound.compiler.compilation import COMPILED, compile_to
from specbound.local import embedded

DEPLOYED = "API_URL" in os.environ

if not DEPLOYED:
    compile_to(COMPILED)
    os.environ["LOG_LEVEL"] = "WARNING"
    embedded.start()

from tests import deployed, referee  # noqa: E402  # the function reads its environment when it is imported
from tests.in_process import InProcess  # noqa: E402

__all__ = ["DEPLOYED", "caller", "embedded", "empty"]


def caller(token: str = "local") -> httpx.Client:
    """A caller with a token; every reply it gets is one that the contract promises, or the test fails."""
    return httpx.Client(
        transport=deployed.OverHttp(os.environ["API_URL"]) if DEPLOYED else InProcess(),
        base_url=referee.ORIGIN,
        headers={"authorization": f"Bearer {deployed.token(token) if DEPLOYED else token}"},
        event_hooks={"response": [referee.check]},
    )


def empty() -> None:
    """Remove all items."""
    if DEPLOYED:
        deployed.empty()
    else:
        embedded.empty()
