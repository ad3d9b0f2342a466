"""Who watches the attempts of calls: a function of the user's, and the log."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx

from .errors import request_id_of
from .requests import Request

LOG = logging.getLogger(str(__package__))


@dataclass(frozen=True)
class Attempt:
    """One attempt of a call, when it has ended. It holds nothing that may be secret."""

    operation: str
    """The operationId."""
    method: str
    route: str
    """The path as the contract has it: `/users/{userId}`."""
    number: int
    """1 is the first."""
    seconds: float = 0.0
    status: int | None = None
    """None if there was no answer."""
    request_id: str | None = None
    error: str | None = None
    wait: float | None = None
    """Seconds until the next attempt, None if this was the last."""


Watch = Callable[[Attempt], None]


class Watching:
    """Times an attempt and tells of it."""

    def __init__(self, request: Request, number: int, watch: Watch | None) -> None:
        self._attempt = Attempt(request.operation, request.method, request.route, number)
        self._watch = watch
        self._start = time.monotonic()

    def ended(self, outcome: httpx.Response | Exception, wait: float | None) -> None:
        found = replace(self._attempt, seconds=time.monotonic() - self._start, wait=wait)
        if isinstance(outcome, httpx.Response):
            headers = outcome.headers
            found = replace(found, status=outcome.status_code, request_id=request_id_of(headers))
        else:
            found = replace(found, error=type(outcome).__name__)
        LOG.info(
            "%s %s %s in %.0f ms, attempt %s, request %s",
            found.method, found.route, found.status or found.error, found.seconds * 1000, number_of(found),
            found.request_id,
        )  # fmt: skip
        if self._watch:
            self._watch(found)


def number_of(attempt: Attempt) -> str:
    again = "" if attempt.wait is None else f", the next in {attempt.wait:.1f} s"
    return f"{attempt.number}{again}"
