"""The token of a request: asked for with each attempt, and in no repr, traceback or pickled error afterwards."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from inspect import isawaitable, iscoroutine
from typing import Protocol

import httpx


class Renewing(Protocol):
    """What knows when its token ends: ClientCredentials, or anything like it."""

    def token(self, refused: str = "") -> str: ...

    async def token_async(self, refused: str = "") -> str: ...


Token = str | Renewing | Callable[[], str | Awaitable[str | None] | None]
"""A token, or what gives one: client credentials, or a function, which may be async for AsyncClient. None is none."""

# RFC 9110, section 5.5: visible ASCII, spaces only within.
_FIELD_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")


def check_token(token: str) -> None:
    """Raises TypeError or ValueError, which do not show it, for what no header can carry."""
    if not isinstance(token, str):
        raise TypeError(f"The token is to be a str, or a function that returns one, and not {type(token).__name__}.")
    if token and not _FIELD_VALUE.fullmatch(token):
        raise ValueError("The token has characters that no header can carry (a line break at its end, perhaps).")


class TokenAuth(httpx.Auth):
    """Puts the token on each request. A function is asked once more when the API refuses what it returned (401)."""

    def __init__(self, token: Token, header: str, prefix: str) -> None:
        self._token = token
        self._header = header
        self._prefix = prefix

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        try:
            token = self._ask()
            self._sign(request, token)
            response = yield request
            if response.status_code == 401 and self._may_change and self._sign(request, self._ask(token)):
                yield request
        finally:
            self._forget(request)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        try:
            token = await self._ask_async()
            self._sign(request, token)
            response = yield request
            if response.status_code == 401 and self._may_change and self._sign(request, await self._ask_async(token)):
                yield request
        finally:
            self._forget(request)

    @property
    def _may_change(self) -> bool:
        return not isinstance(self._token, str)

    def _ask(self, refused: str = "") -> str:
        if isinstance(self._token, str):
            return self._token
        if not callable(self._token):
            return self._token.token(refused)
        token = self._token()
        if isawaitable(token):
            if iscoroutine(token):
                token.close()
            raise TypeError("An async function for the token goes with AsyncClient only.")
        return token or ""

    async def _ask_async(self, refused: str = "") -> str:
        if isinstance(self._token, str):
            return self._token
        if not callable(self._token):
            return await self._token.token_async(refused)
        token = self._token()
        return (await token if isawaitable(token) else token) or ""

    def _sign(self, request: httpx.Request, token: str) -> bool:
        """Whether this is another token than the request had before."""
        check_token(token)
        before = request.headers.pop(self._header, "")
        if token:
            request.headers[self._header] = f"{self._prefix} {token}" if self._prefix else token
        return bool(before != request.headers.get(self._header, ""))

    def _forget(self, request: httpx.Request) -> None:
        # Errors and answers keep their request, and are logged and pickled.
        request.headers.pop(self._header, None)
