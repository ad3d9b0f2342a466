"""Test clients of the API: in this process, over moto, or with API_URL in the environment wherever it is deployed."""

import os
import sys
from dataclasses import dataclass
from functools import cache

import httpx

from specbound.compiler.compilation import COMPILED, compile_to
from specbound.compiler.document import CONTRACT, Refused
from specbound.compiler.report import described
from specbound.failures import Failed
from specbound.local import HANDLER, embedded
from specbound.local.gateway import Gateway, find
from specbound.local.in_process import InProcess
from specbound.settings import Misconfigured
from specbound.testing import deployed

DEPLOYED = "API_URL" in os.environ
ORIGIN = "http://localhost"


@dataclass
class _Served:
    handler: str = HANDLER


_served = _Served()


def prepare(handler: str = HANDLER) -> None:
    """Compile the contract of the service in this folder, start its embedded database, then import the function.

    Where the API is deployed, only the compiled contract is needed. A contract that can't be kept ends the process,
    with its mistakes, and so does a function that does not start.
    """
    _served.handler = handler
    try:
        # Of tests that run in parallel, those who hand them out have compiled before.
        if not ((COMPILED / "contract.json").exists() and (DEPLOYED or "PYTEST_XDIST_WORKER" in os.environ)):
            compile_to(COMPILED)
        if not DEPLOYED:
            os.environ["LOG_LEVEL"] = "WARNING"
            embedded.start()
            find(handler)
    except Refused as refused:
        sys.exit(described(refused, CONTRACT))
    except (Misconfigured, Failed) as reason:
        sys.exit(str(reason))


@cache
def app() -> Gateway:
    """The local gateway in front of the service's API."""
    return Gateway(find(_served.handler))


def caller(token: str = "local") -> httpx.Client:
    """A test client with a token; every reply it gets is one that the contract promises, or the test fails.

    The bearer of `local` and of `other` may do everything, the bearer of `local-read` what a scope `…/read` allows, and
    nobody else anything. A token is also the subject.
    """
    return httpx.Client(
        transport=deployed.OverHttp(os.environ["API_URL"]) if DEPLOYED else InProcess(app()),
        base_url=ORIGIN,
        headers={"authorization": f"Bearer {deployed.token(token) if DEPLOYED else token}"},
        event_hooks={"request": [deployed.settle] if DEPLOYED else [], "response": [_check]},
    )


def empty() -> None:
    """Remove all items from all tables."""
    if DEPLOYED:
        deployed.empty()
    else:
        embedded.empty()


def _check(response: httpx.Response) -> None:
    # openapi-core takes most of a second to import: only who gets a reply waits for it.
    from specbound.testing import referee  # noqa: PLC0415

    referee.check(response)
