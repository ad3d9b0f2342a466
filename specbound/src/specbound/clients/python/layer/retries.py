"""When a request is sent again, and how long to wait before that."""

import asyncio
import random
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, Protocol, Self

import httpx
from attrs import define, evolve, field

from .client import AuthenticatedClient, Client
from .deadlines import Deadline, send_until
from .decimals import json_text
from .errors import DeadlineError, StoppedError, problem, without_headers

_SAFE = {"get", "head", "options"}
# What another attempt may mend. A wrong URL or header stays wrong.
_LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The API can't tell whether it has done a write that came without a key.
_OUTCOME_UNKNOWN = "urn:problem-type:outcome-unknown"

Outcome = httpx.Response | httpx.TransportError


class Stop(Protocol):
    """What ends a wait: a `threading.Event`, or anything like it."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


@dataclass(frozen=True)
class Retry:
    """Up to `attempts` tries, `first` seconds apart and then twice as long each time, at most `longest`.

    The waits have full jitter, so that many clients do not come back at the same moment. `Retry-After`
    comes on top; where it is longer than `longest`, there is no further attempt. All attempts and waits
    together take at most `deadline` seconds, or for ever if that is None.
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 20.0
    deadline: float | None = 120.0

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
    """The client to use. Connecting, sending and each part of an answer take at most 30 seconds; `retry` says how
    often to try again, and for how long in all. When `stop` is set, calls that wait for another attempt end."""

    _timeout: httpx.Timeout | None = field(factory=lambda: httpx.Timeout(30), kw_only=True, alias="timeout")
    retry: Retry = field(factory=Retry, kw_only=True)
    stop: Stop | None = field(default=None, kw_only=True, repr=False)

    def with_deadline(self, seconds: float | None) -> Self:
        """This client, connections and all, for calls that take at most so long, with all attempts and waits."""
        return self._sharing(evolve(self, retry=replace(self.retry, deadline=seconds)))

    def with_stop(self, stop: Stop) -> Self:
        """This client, connections and all, for calls that end when `stop` is set."""
        return self._sharing(evolve(self, stop=stop))

    def _sharing(self, other: Self) -> Self:
        other._connections = self._connections
        return other


def send(client: AuthenticatedClient | Client, arguments: dict[str, Any]) -> httpx.Response:
    """Send until there is an answer to keep. Raises ProblemError for all but a success."""
    policy, stop, arguments = _policy(client), _stop(client), _encoded(arguments)
    deadline = Deadline(policy.deadline)
    outcome: Outcome | None = None
    for attempt in count(1):
        if stop.is_set():
            raise _stopped(outcome)
        try:
            with without_headers():
                outcome = send_until(deadline, client.get_httpx_client(), arguments)
        except _LOST as failure:
            outcome = failure
        wait = policy.wait(attempt, arguments, outcome)
        if wait is None or wait >= deadline.left():
            break
        stop.wait(wait)
    return _success(outcome, deadline)


async def send_async(client: AuthenticatedClient | Client, arguments: dict[str, Any]) -> httpx.Response:
    """The same, without blocking the event loop. Cancelling the task ends it at once, whatever it waits for."""
    policy, stop, arguments = _policy(client), _stop(client), _encoded(arguments)
    deadline = Deadline(policy.deadline)
    outcome: Outcome | None = None
    try:
        async with asyncio.timeout(policy.deadline) as time_limit:
            for attempt in count(1):
                if stop.is_set():
                    raise _stopped(outcome)
                try:
                    with without_headers():
                        outcome = await client.get_async_httpx_client().request(**arguments)
                except _LOST as failure:
                    outcome = failure
                wait = policy.wait(attempt, arguments, outcome)
                if wait is None or wait >= deadline.left():
                    break
                await _sleep(wait, stop)
    except TimeoutError as error:
        if not time_limit.expired():
            raise
        raise _late(deadline) from error
    return _success(outcome, deadline)


async def _sleep(seconds: float, stop: Stop) -> None:
    """Sleep until then, or until `stop` is set: it may be set by another thread, so this looks now and then."""
    end = Deadline(seconds)
    while (left := end.left()) > 0 and not stop.is_set():
        await asyncio.sleep(min(left, 0.1))


def _policy(client: AuthenticatedClient | Client) -> Retry:
    return client.retry if isinstance(client, RetryingClient) else Retry()


def _stop(client: AuthenticatedClient | Client) -> Stop:
    given = client.stop if isinstance(client, RetryingClient) else None
    return threading.Event() if given is None else given


def _encoded(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the body as it is sent."""
    if "json" not in arguments:
        return arguments
    rest = {name: value for name, value in arguments.items() if name != "json"}
    return {**rest, "content": json_text(arguments["json"]).encode()}


def _success(outcome: Outcome | None, deadline: Deadline) -> httpx.Response:
    if isinstance(outcome, httpx.Response):
        # 304: what was asked for is what the caller has already (RFC 9110, section 15.4.5).
        if outcome.is_success or outcome.status_code == httpx.codes.NOT_MODIFIED:
            return outcome
        raise problem(outcome)
    if outcome is None or deadline.left() <= 0:
        raise _late(deadline) from outcome
    raise outcome


def _late(deadline: Deadline) -> DeadlineError:
    return DeadlineError(f"There was no answer to keep within {deadline.seconds} seconds.")


def _stopped(outcome: Outcome | None) -> StoppedError:
    stopped = StoppedError("The call was stopped before there was an answer to keep.")
    stopped.__cause__ = problem(outcome) if isinstance(outcome, httpx.Response) else outcome
    return stopped


def _may_be_repeated(arguments: dict[str, Any], outcome: Outcome) -> bool:
    """Whether sending it again can neither do something twice nor turn a success into an error."""
    keyed = "Idempotency-Key" in arguments.get("headers", {})
    safe = keyed or arguments["method"] in _SAFE
    if isinstance(outcome, httpx.TransportError):
        return safe or isinstance(outcome, _NEVER_SENT)
    match outcome.status_code:
        case 429:
            return True
        case 503:
            known = problem(outcome).type != _OUTCOME_UNKNOWN
            return safe or (known and arguments["method"] not in ("post", "patch"))
        case 409:  # with Retry-After: this key's first request is still running
            return keyed and "Retry-After" in outcome.headers
    return False


def _retry_after(outcome: Outcome) -> float:
    """Seconds from a Retry-After header (RFC 9110, section 10.2.3), 0 where there is none."""
    header = outcome.headers.get("Retry-After", "") if isinstance(outcome, httpx.Response) else ""
    if re.fullmatch("[0-9]+", header):
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
