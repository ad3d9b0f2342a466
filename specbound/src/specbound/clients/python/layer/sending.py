"""A call from its first attempt to the answer to keep."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial, reduce
from itertools import count
from typing import Any

import httpx

from .contents import can_be_repeated, sent
from .deadlines import Deadline, send_until
from .deprecation import warn_of
from .errors import DeadlineError, NoAnswerError, StoppedError, problem, without_headers
from .requests import Request
from .retries import LOST, Outcome, Stop
from .settings import Settings
from .watching import Watching

Send = Callable[[httpx.Request], httpx.Response]
AsyncSend = Callable[[httpx.Request], Awaitable[httpx.Response]]


class _Course:
    """How a call goes: what its last attempt ended with, and whether there is to be another."""

    def __init__(self, settings: Settings, request: Request) -> None:
        self.settings, self.request = settings, request
        self.stop: Stop = threading.Event() if settings.stop is None else settings.stop
        self.deadline = Deadline(settings.retry.deadline)
        self.outcome: Outcome | None = None

    def begin(self, number: int) -> Watching:
        """Raises StoppedError."""
        if self.stop.is_set():
            stopped = StoppedError("The call was stopped before there was an answer to keep.")
            stopped.__cause__ = _error(self.outcome)
            raise stopped
        return Watching(self.request, number, self.settings.watch)

    def wait(self, number: int, watching: Watching, outcome: Outcome) -> float | None:
        """Seconds until the next attempt, or None if it is left at this."""
        self.outcome, retry = outcome, self.settings.retry
        wait = retry.wait(number, self.request, outcome) if can_be_repeated(self.request.body) else None
        if wait is not None and wait >= self.deadline.left():
            wait = None
        if retry.budget is not None:
            if wait is None:
                retry.budget.earn()
            elif not retry.budget.take():
                wait = None
        watching.ended(outcome, wait)
        return wait

    def message(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        asked, settings = self.request, self.settings
        arguments: dict[str, Any] = {"params": asked.query} if asked.query else {}
        if asked.cookies:
            arguments["cookies"] = asked.cookies
        return client.build_request(
            asked.method,
            asked.path,
            headers={**settings.headers, **asked.headers},
            timeout=settings.timeout,
            **arguments,
            **sent(asked.body, asynchronously=isinstance(client, httpx.AsyncClient)),
        )

    def kept(self) -> httpx.Response:
        """Raises ApiError for all but a success."""
        if isinstance(self.outcome, httpx.Response):
            warn_of(self.request.operation, self.outcome)
            # 304: what was asked for is what the caller has already (RFC 9110, section 15.4.5).
            if self.outcome.is_success or self.outcome.status_code == httpx.codes.NOT_MODIFIED:
                return self.outcome
            raise problem(self.outcome)
        if self.outcome is None or self.deadline.left() <= 0:
            raise self.late() from self.outcome
        raise no_answer(self.outcome) from self.outcome

    def late(self) -> DeadlineError:
        return DeadlineError(f"There was no answer to keep within {self.deadline.seconds} seconds.")


def send(client: httpx.Client, settings: Settings, request: Request, *, is_streamed: bool = False) -> httpx.Response:
    """Send until there is an answer to keep, of which one that is streamed has only begun.

    Raises ApiError for all but a success.
    """
    course = _Course(settings, request)
    sender: Send = reduce(
        _around, reversed(settings.middleware), partial(send_until, course.deadline, client, is_streamed=is_streamed)
    )
    for number in count(1):
        watching = course.begin(number)
        try:
            with without_headers():
                wait = course.wait(number, watching, sender(course.message(client)))
        except LOST as failure:
            wait = course.wait(number, watching, _lost(failure))
        except httpx.RequestError as failure:
            raise no_answer(failure) from failure
        if wait is None:
            break
        course.stop.wait(wait)
    return course.kept()


async def send_async(
    client: httpx.AsyncClient, settings: Settings, request: Request, *, is_streamed: bool = False
) -> httpx.Response:
    """The same, without blocking the event loop. Cancelling the task ends it at once, whatever it waits for."""
    course = _Course(settings, request)
    sender: AsyncSend = reduce(
        _around, reversed(settings.middleware), partial(_begin, client) if is_streamed else client.send
    )
    try:
        async with asyncio.timeout(course.deadline.seconds) as time_limit:
            for number in count(1):
                watching = course.begin(number)
                try:
                    with without_headers():
                        wait = course.wait(number, watching, await sender(course.message(client)))
                except LOST as failure:
                    wait = course.wait(number, watching, _lost(failure))
                except httpx.RequestError as failure:
                    raise no_answer(failure) from failure
                if wait is None:
                    break
                await _sleep(wait, course.stop)
    except TimeoutError as error:
        if not time_limit.expired():
            raise
        raise course.late() from error
    return course.kept()


async def _begin(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """One attempt, whose success is not read yet."""
    response = await client.send(request, stream=True)
    if not response.is_success:
        await response.aread()
    return response


async def _sleep(seconds: float, stop: Stop) -> None:
    """Sleep until then, or until `stop` is set: it may be set by another thread, so this looks now and then."""
    end = Deadline(seconds)
    while (left := end.left()) > 0 and not stop.is_set():
        await asyncio.sleep(min(left, 0.1))


def _around(inner: Any, middleware: Any) -> Any:
    return lambda request: middleware(request, inner)


def _lost(failure: httpx.TransportError) -> httpx.TransportError:
    """Raises the failure as it is if it is none of this request: the token function's own."""
    try:
        _ = failure.request
    except RuntimeError:
        raise failure from None
    return failure


def no_answer(failure: httpx.RequestError) -> NoAnswerError:
    said = str(failure) or type(failure).__name__
    if isinstance(failure, httpx.TimeoutException):
        return DeadlineError(f"There was no answer in time ({said}).")
    return NoAnswerError(f"There was no answer ({said}).")


def _error(outcome: Outcome | None) -> Exception | None:
    return problem(outcome) if isinstance(outcome, httpx.Response) else outcome
