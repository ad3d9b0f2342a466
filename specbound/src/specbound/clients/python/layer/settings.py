"""What a client is told, by its user, the environment, and the contract."""

import os
import platform
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from attrs import evolve, field, frozen

from .credentials import ClientCredentials
from .retries import Retry, Stop
from .tokens import Token, TokenAuth, check_token
from .watching import Watch

Middleware = Callable[[httpx.Request, Callable[[httpx.Request], Any]], Any]
"""A function around each attempt: it is given the request, without the token, and what sends it. Of an AsyncClient it
is async, and awaits what sends it."""


@frozen
class Settings:
    """See the client. Only where the API is may be shown, and that without a name and a password in it."""

    base_url: str = field(repr=False)
    token: Token | None = field(repr=False)
    retry: Retry
    timeout: float | httpx.Timeout
    stop: Stop | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    proxy: str | None = field(repr=False)
    verify_ssl: str | bool | ssl.SSLContext = field(repr=False)
    follow_redirects: bool
    middleware: tuple[Middleware, ...] = field(repr=False)
    watch: Watch | None = field(repr=False)
    auth_header: str
    auth_scheme: str
    httpx_args: Mapping[str, Any] = field(repr=False)

    @property
    def shown_address(self) -> str:
        """What of the address is no secret: neither a name and a password in it, nor a query."""
        try:
            return repr(str(httpx.URL(self.base_url).copy_with(userinfo=b"", query=None, fragment=None)))
        except httpx.InvalidURL:
            return "<no address>"

    def arguments(self) -> dict[str, Any]:
        """For httpx.Client and httpx.AsyncClient."""
        return {
            "auth": self._auth(),
            # httpx logs the address of each request.
            "base_url": httpx.URL(self.base_url).copy_with(userinfo=b""),
            "cookies": dict(self.cookies),
            "proxy": self.proxy,
            "verify": self.verify_ssl,
            "follow_redirects": self.follow_redirects,
            **self.httpx_args,
        }

    def _auth(self) -> httpx.Auth | None:
        """The token, or else the name and the password that stand in the address, if any do."""
        if self.token:
            return TokenAuth(self.token, self.auth_header, self.auth_scheme)
        url = httpx.URL(self.base_url)
        return httpx.BasicAuth(url.username, url.password) if url.userinfo else None


def from_environment(contract: Mapping[str, str], given: Settings) -> Settings:
    """With what was not given from the environment, or from the contract.

    Raises ValueError if nothing says where the API is, or for a token that no header can carry.
    """
    prefix = contract["prefix"]
    address = given.base_url or os.environ.get(f"{prefix}_BASE_URL", "").strip() or contract["address"]
    if not address:
        raise ValueError(f"Where is the API? Give base_url, or set {prefix}_BASE_URL in the environment.")
    token = given.token
    if token is None:
        token = os.environ.get(f"{prefix}_TOKEN", "").strip() or _credentials(prefix, contract["token_url"])
    if isinstance(token, str):
        check_token(token)
    headers = {"User-Agent": _agent(contract), **given.headers}
    return evolve(given, base_url=address, token=token, headers=headers)


def _agent(contract: Mapping[str, str]) -> str:
    return f"{contract['package']}/{contract['version']} Python/{platform.python_version()}"


def _credentials(prefix: str, usual_url: str) -> ClientCredentials | None:
    names = ("TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")
    url, client_id, secret = (os.environ.get(f"{prefix}_{name}", "").strip() for name in names)
    url = url or usual_url
    if not (client_id and secret):
        return None
    if not url:
        raise ValueError(f"Where are tokens issued? Set {prefix}_TOKEN_URL in the environment.")
    scopes = os.environ.get(f"{prefix}_SCOPES", "").split()
    return ClientCredentials(url, client_id, secret, scopes)
