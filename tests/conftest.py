"""What every test stands on: empty tables, and a client that refuses answers the contract never promised."""

import asyncio
import os
from collections.abc import Iterator

import httpx
import pytest

from compiler.__main__ import COMPILED, compile_to
from local import embedded

compile_to(COMPILED)
os.environ.update({"LOG_LEVEL": "WARNING", "POWERTOOLS_METRICS_DISABLED": "true"})
embedded.start()

from local import gateway  # noqa: E402  # the function reads its environment when it is imported
from tests import referee  # noqa: E402


class InProcess(httpx.BaseTransport):
    """Hands requests to the local gateway without a socket."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await httpx.ASGITransport(gateway.app).handle_async_request(request)
        return httpx.Response(response.status_code, headers=response.headers, content=await response.aread())


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A caller with every scope, sending requests through the gateway to the function; the tables are empty."""
    embedded.empty()
    with httpx.Client(
        transport=InProcess(),
        base_url=referee.ORIGIN,
        headers={"authorization": "Bearer local"},
        event_hooks={"response": [referee.check]},
    ) as client:
        yield client
