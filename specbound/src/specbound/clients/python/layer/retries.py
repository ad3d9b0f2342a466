"""When a request is sent again, and how long to wait before that."""

import random
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx

from .errors import problem
from .requests import KEY, Request

_SAFE = {"GET", "HEAD", "OPTIONS"}
# What another attempt may mend. A wrong URL or header stays wrong.
LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The API can't tell whether it has done a write that came without a key.
_OUTCOME_UNKNOWN = "urn:problem-type:outcome-unknown"

Outcome = httpx.Response | httpx.TransportError


class Stop(Protocol):
    """What ends a wait: a `threading.Event`, or anything like it."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


class Budget:
    """How often the calls of a client may be sent again, all together: an API that fails is not asked twice as much.

    Each further attempt takes one of `most`, each answer that is kept brings back a tenth.
    """

    def __init__(self, most: float = 100) -> None:
        self._most = self._left = float(most)
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there was one left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def earn(self) -> None:
        with self._lock:
            self._left = min(self._most, self._left + 0.1)


@dataclass(frozen=True)
class Retry:
    """Up to `attempts` tries, `first` seconds apart and then twice as long each time, at most `longest`.

    The waits have full jitter, so that many clients do not come back at the same moment. `Retry-After`
    comes on top; where it is longer than `longest`, there is no further attempt. All attempts and waits
    together take at most `deadline` seconds, or for ever if that is None. `budget` is shared by all calls
    with this policy; None is without end.
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 20.0
    deadline: float | None = 120.0
    budget: Budget | None = field(default_factory=Budget, compare=False)

    def wait(self, attempt: int, request: Request, outcome: Outcome) -> float | None:
        """Seconds to wait after this attempt (the first is 1), or None to leave it at this outcome."""
        if attempt >= self.attempts or not _may_be_repeated(request, outcome):
            return None
        asked = _retry_after(outcome)
        if asked > self.longest:
            return None
        backoff = min(self.longest, self.first * 2 ** (attempt - 1))
        return asked + random.uniform(0, backoff)  # noqa: S311  jitter is no secret


def _may_be_repeated(request: Request, outcome: Outcome) -> bool:
    """Whether sending it again can neither do something twice nor turn a success into an error."""
    keyed = KEY in request.headers
    safe = keyed or request.method in _SAFE
    if isinstance(outcome, httpx.TransportError):
        return safe or isinstance(outcome, _NEVER_SENT)
    match outcome.status_code:
        case 429:
            return True
        case 503:
            known = problem(outcome).type != _OUTCOME_UNKNOWN
            return safe or (known and request.method not in ("POST", "PATCH"))
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
