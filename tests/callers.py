"""Callers of the API in this process: real requests through the local gateway to the function, moto below it."""

import asyncio
import os

import httpx

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


def caller(token: str = "local") -> httpx.Client:
    """A caller with a token; every reply it gets is one that the contract promises, or the test fails."""
    return httpx.Client(
        transport=InProcess(),
        base_url=referee.ORIGIN,
        headers={"authorization": f"Bearer {token}"},
        event_hooks={"response": [referee.check]},
    )
