"""When a request is sent again, and how long to wait before that."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

import httpx
from attrs import define, field

from .client import AuthenticatedClient, Client
from .errors import problem

_SAFE = {"get", "head", "options"}
# What another attempt may mend. A wrong URL or header stays wrong.
_LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Outcome = httpx.Response | httpx.TransportError


@dataclass(frozen=True)
class Retry:
    """Up to `attempts` tries, `first` seconds apart and then twice as long each time, at most `longest`.

    The waits have full jitter, so that many clients do not come back at the same moment. `Retry-After`
    comes on top; where it is longer than `longest`, there is no further attempt.
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 20.0

    def wait(self, attempt: int, arguments: dict[str, Any], outcome: Outcome) -> float | None:
        """Seconds to wait after this attempt (the first is 1), or None to leave it at this outcome."""
        if attempt >= self.attempts or not _may_be_repeated(arguments, outcome):
            return None
        asked = _retry_after(outcome)
        if asked > self.longest:
            return None
        backoff = min(self.longest, self.first * 2 ** (attempt - 1))
        return asked + random.uniform(0, backoff)  # noqa: S311  jitter is no secret


@define
class RetryingClient(AuthenticatedClient):
    """The client to use. An attempt takes at most 30 seconds; `retry` says how often to try again."""

    _timeout: httpx.Timeout | None = field(factory=lambda: httpx.Timeout(30), kw_only=True, alias="timeout")
    retry: Retry = field(factory=Retry, kw_only=True)


def send(client: AuthenticatedClient | Client, arguments: dict[str, Any]) -> httpx.Response:
    """Send until there is an answer to keep. Raises ProblemError for all but a success."""
    for attempt in count(1):
        outcome: Outcome
        try:
            outcome = client.get_httpx_client().request(**arguments)
        except _LOST as failure:
            outcome = failure
        wait = _policy(client).wait(attempt, arguments, outcome)
        if wait is None:
            break
        time.sleep(wait)
    return _success(outcome)


async def send_async(client: AuthenticatedClient | Client, arguments: dict[str, Any]) -> httpx.Response:
    """The same, without blocking the event loop."""
    for attempt in count(1):
        outcome: Outcome
        try:
            outcome = await client.get_async_httpx_client().request(**arguments)
        except _LOST as failure:
            outcome = failure
        wait = _policy(client).wait(attempt, arguments, outcome)
        if wait is None:
            break
        await asyncio.sleep(wait)
    return _success(outcome)


def _policy(client: AuthenticatedClient | Client) -> Retry:
    return client.retry if isinstance(client, RetryingClient) else Retry()


def _success(outcome: Outcome) -> httpx.Response:
    if isinstance(outcome, httpx.TransportError):
        raise outcome
    if not outcome.is_success:
        raise problem(outcome)
    return outcome


def _may_be_repeated(arguments: dict[str, Any], outcome: Outcome) -> bool:
    """Whether sending it again can neither do something twice nor turn a success into an error."""
    keyed = "Idempotency-Key" in arguments.get("headers", {})
    if isinstance(outcome, httpx.TransportError):
        return keyed or arguments["method"] in _SAFE or isinstance(outcome, _NEVER_SENT)
    match outcome.status_code:
        case 429:
            return True
        case 503:
            return keyed or arguments["method"] not in ("post", "patch")
        case 409:  # with Retry-After: this key's first request is still running
            return keyed and "Retry-After" in outcome.headers
    return False


def _retry_after(outcome: Outcome) -> float:
    """Seconds from a Retry-After header (RFC 9110, section 10.2.3), 0 where there is none."""
    header = outcome.headers.get("Retry-After", "") if isinstance(outcome, httpx.Response) else ""
    if header.isdigit():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
