"""Answers that are read piece by piece: bytes, lines, and server-sent events."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec

import httpx

from .errors import NoAnswerError, request_id_of
from .events import Event, Events, Lines
from .requests import Request

P = ParamSpec("P")
_is_asked: ContextVar[bool] = ContextVar("is_asked", default=False)


class _Asked(BaseException):
    """Ends a method at the request that it would send, by this client."""

    def __init__(self, client: Any, request: Request) -> None:
        self.client, self.request = client, request


def unless_asked(client: Any, request: Request) -> None:
    """End the method here if somebody only asks what it would send."""
    if _is_asked.get():
        raise _Asked(client, request)


@contextmanager
def _asking() -> Iterator[None]:
    token = _is_asked.set(True)
    try:
        yield
    finally:
        _is_asked.reset(token)


def asked(method: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> tuple[Any, Request]:
    """The client that a method sends by, and what it would send. Raises TypeError for one that sends nothing."""
    try:
        with _asking():
            method(*args, **kwargs)
    except _Asked as found:
        return found.client, found.request
    raise TypeError("stream() is for a method that sends one request.")


async def asked_of_async(
    method: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs
) -> tuple[Any, Request]:
    """The same of an asynchronous one."""
    try:
        with _asking():
            await method(*args, **kwargs)
    except _Asked as found:
        return found.client, found.request
    raise TypeError("stream() is for a method that sends one request.")


class _Answered:
    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    @property
    def request_id(self) -> str | None:
        """What the API's own log knows this request by."""
        return request_id_of(self.headers)


@contextmanager
def _lost() -> Iterator[None]:
    """Raises NoAnswerError for a connection that is lost on the way."""
    try:
        yield
    except httpx.TransportError as error:
        raise NoAnswerError(f"The answer was lost on its way ({error}).") from error


class Stream(_Answered):
    """An answer of which no more is in memory than the piece at hand: it is gone through once."""

    def __iter__(self) -> Iterator[bytes]:
        with _lost():
            yield from self._response.iter_bytes()

    def lines(self) -> Iterator[str]:
        """Line by line, without the ends of lines."""
        lines = Lines()
        for piece in self:
            yield from lines.cut(piece)
        yield from lines.rest()

    def events(self) -> Iterator[Event]:
        """Event by event, of what is `text/event-stream`."""
        events = Events()
        for line in self.lines():
            if found := events.take(line):
                yield found


class AsyncStream(_Answered):
    """The same of an AsyncClient."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _lost():
            async for piece in self._response.aiter_bytes():
                yield piece

    async def lines(self) -> AsyncIterator[str]:
        """Line by line, without the ends of lines."""
        lines = Lines()
        async for piece in self:
            for line in lines.cut(piece):
                yield line
        for line in lines.rest():
            yield line

    async def events(self) -> AsyncIterator[Event]:
        """Event by event, of what is `text/event-stream`."""
        events = Events()
        async for line in self.lines():
            if found := events.take(line):
                yield found
