"""Where the API is and how to speak to it. Nothing that may be secret is part of a repr."""

import ssl
from typing import Any, Self

import httpx
from attrs import define, evolve, field

from .tokens import Token, TokenAuth, check_token


def _shown(url: str) -> str:
    """What of an address is no secret: neither a name and a password in it, nor a query."""
    try:
        return repr(str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None)))
    except httpx.InvalidURL:
        return "<no address>"


@define
class Connections:
    """What clients share that differ only in how long they try."""

    blocking: httpx.Client | None = None
    asynchronous: httpx.AsyncClient | None = None

    def all(self) -> list[httpx.Client | httpx.AsyncClient]:
        return [each for each in (self.blocking, self.asynchronous) if each is not None]


@define
class Client:
    """A client for operations that need no token.

    `cookies`, `headers`, `timeout`, `verify_ssl`, `follow_redirects` and, for whatever else there is, `httpx_args` are
    for `httpx.Client` and `httpx.AsyncClient`.
    """

    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    """Kept for compatibility: every answer but a success raises ProblemError."""
    _base_url: str = field(alias="base_url", repr=_shown)
    _cookies: dict[str, str] = field(factory=dict, kw_only=True, alias="cookies", repr=False)
    _headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers", repr=False)
    _timeout: httpx.Timeout | None = field(default=None, kw_only=True, alias="timeout")
    _verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True, alias="verify_ssl")
    _follow_redirects: bool = field(default=False, kw_only=True, alias="follow_redirects")
    _httpx_args: dict[str, Any] = field(factory=dict, kw_only=True, alias="httpx_args", repr=False)
    _connections: Connections = field(factory=Connections, init=False, repr=False, eq=False)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """A client like this one with additional headers."""
        for each in self._connections.all():
            each.headers.update(headers)
        return evolve(self, headers={**self._headers, **headers})

    def with_cookies(self, cookies: dict[str, str]) -> Self:
        """A client like this one with additional cookies."""
        for each in self._connections.all():
            each.cookies.update(cookies)
        return evolve(self, cookies={**self._cookies, **cookies})

    def with_timeout(self, timeout: httpx.Timeout) -> Self:
        """A client like this one with another timeout."""
        for each in self._connections.all():
            each.timeout = timeout
        return evolve(self, timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this httpx.Client, with none of the settings given here."""
        self._connections.blocking = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The httpx.Client that sends the requests."""
        if self._connections.blocking is None:
            self._connections.blocking = httpx.Client(**self._settings())
        return self._connections.blocking

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Use this httpx.AsyncClient, with none of the settings given here."""
        self._connections.asynchronous = async_client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The httpx.AsyncClient that sends the asynchronous requests."""
        if self._connections.asynchronous is None:
            self._connections.asynchronous = httpx.AsyncClient(**self._settings())
        return self._connections.asynchronous

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(self, *args: Any, **kwargs: Any) -> None:
        self.get_httpx_client().__exit__(*args, **kwargs)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(self, *args: Any, **kwargs: Any) -> None:
        await self.get_async_httpx_client().__aexit__(*args, **kwargs)

    def _auth(self) -> httpx.Auth | None:
        """The name and the password that stand in the address, if any do."""
        url = httpx.URL(self._base_url)
        return httpx.BasicAuth(url.username, url.password) if url.userinfo else None

    def _settings(self) -> dict[str, Any]:
        return {
            "auth": self._auth(),
            # httpx logs the address of each request.
            "base_url": httpx.URL(self._base_url).copy_with(userinfo=b""),
            "cookies": self._cookies,
            "headers": self._headers,
            "timeout": self._timeout,
            "verify": self._verify_ssl,
            "follow_redirects": self._follow_redirects,
            **self._httpx_args,
        }


def _check_token(_: object, __: object, token: Token) -> None:
    if isinstance(token, str):
        check_token(token)


@define
class AuthenticatedClient(Client):
    """A client for all operations. `token` is a token or a function that returns one, asked with each attempt."""

    token: Token = field(repr=False, validator=_check_token)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"

    def _auth(self) -> httpx.Auth | None:
        return TokenAuth(self.token, self.auth_header_name, self.prefix)
