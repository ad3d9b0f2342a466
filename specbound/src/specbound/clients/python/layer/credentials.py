"""OAuth 2.0 client credentials (RFC 6749, section 4.4): a token is fetched, kept, and renewed before it ends."""

import asyncio
import threading
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import httpx
from attrs import define, field

from .errors import NoAnswerError, problem, without_headers
from .tokens import check_token

# A token that ends on its way is refused: it is renewed so long before.
_EARLY_SECONDS = 60.0
# What an issuer may leave out (RFC 6749, section 5.1).
_USUAL_SECONDS = 300.0


@define(eq=False)
class ClientCredentials:
    """A token for a program: `Client(token=ClientCredentials("https://…/oauth2/token", "id", "secret"))`.

    It is fetched with the first request and renewed a minute before it ends, and at once when the API refuses it.
    Raises ProblemError, as the issuer answers, or NoAnswerError.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str] = ()
    timeout: float = 30.0
    _token: str = field(default="", init=False, repr=False)
    _renew_at: float = field(default=0.0, init=False, repr=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False)
    _locks: MutableMapping[object, asyncio.Lock] = field(factory=WeakKeyDictionary, init=False, repr=False)

    def token(self, refused: str = "") -> str:
        """The token; another one than was refused."""
        with self._lock:
            if self._is_due(refused):
                with _fetching(), httpx.Client(timeout=self.timeout) as client:
                    self._keep(client.post(self.token_url, data=self._form(), auth=self._auth()))
            return self._token

    async def token_async(self, refused: str = "") -> str:
        """The same, without blocking the event loop."""
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if self._is_due(refused):
                with _fetching():
                    async with httpx.AsyncClient(timeout=self.timeout) as client:
                        self._keep(await client.post(self.token_url, data=self._form(), auth=self._auth()))
            return self._token

    def _is_due(self, refused: str) -> bool:
        return not self._token or time.monotonic() >= self._renew_at or self._token == refused

    def _form(self) -> dict[str, str]:
        return {"grant_type": "client_credentials"} | ({"scope": " ".join(self.scopes)} if self.scopes else {})

    def _auth(self) -> httpx.BasicAuth:
        return httpx.BasicAuth(self.client_id, self.client_secret)

    def _keep(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise problem(response)
        try:
            issued = response.json()
            token, seconds = issued["access_token"], float(issued.get("expires_in", _USUAL_SECONDS))
        except (ValueError, KeyError, TypeError):
            raise NoAnswerError(f"{self.token_url} issued no token: is it a token endpoint?") from None
        check_token(token)
        self._token = token
        # Half of a short life is better than a token that is never good.
        self._renew_at = time.monotonic() + max(seconds - _EARLY_SECONDS, seconds / 2)


@contextmanager
def _fetching() -> Iterator[None]:
    try:
        with without_headers():
            yield
    except httpx.RequestError as error:
        raise NoAnswerError(f"The issuer of tokens does not answer ({type(error).__name__}).") from error
