"""The way from httpx to the local gateway without a socket."""

import asyncio

import httpx

from tests.service import app


class InProcess(httpx.BaseTransport):
    """Hands requests to the local gateway without a socket."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await httpx.ASGITransport(app).handle_async_request(request)
        content = b"".join([part async for part in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=content)
