"""In-process transport: the way from httpx to the local gateway without a socket."""

import asyncio
from typing import Any

import httpx


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI application without a socket."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await httpx.ASGITransport(self._app).handle_async_request(request)
        content = b"".join([part async for part in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=content)
