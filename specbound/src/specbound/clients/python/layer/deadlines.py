"""How much time is left for a call."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

# A timeout of 0 would be none at all to some.
_LEAST_SECONDS = 0.001


class Deadline:
    """The moment, so many seconds from now, when a call must be over; never, for None."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = float("inf") if seconds is None else time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, which may be infinite, and are negative when it is over."""
        return self._end - time.monotonic()


class _Timeouts(dict[str, float | None]):
    """The timeouts of one attempt. httpcore looks one up as each phase begins, and gets no more than is left then."""

    def __init__(self, timeouts: dict[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def get(self, phase: str, default: Any = None) -> Any:
        timeout, left = super().get(phase, default), max(_LEAST_SECONDS, self._deadline.left())
        longest = left if timeout is None else min(timeout, left)
        return None if longest == float("inf") else longest


class _Watched(httpx.SyncByteStream):
    """A body whose parts may come one by one for ever, until the deadline."""

    def __init__(self, stream: httpx.SyncByteStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            if self._deadline.left() <= 0:
                raise httpx.ReadTimeout("The answer did not end in time.")
            yield part

    def close(self) -> None:
        self._stream.close()


def send_until(
    deadline: Deadline, client: httpx.Client, request: httpx.Request, *, is_streamed: bool = False
) -> httpx.Response:
    """One attempt, which is given up when the deadline has come; of one that is streamed, a success is not read yet."""
    timeouts = dict(request.extensions["timeout"])
    request.extensions = {**request.extensions, "timeout": _Timeouts(request.extensions["timeout"], deadline)}
    response = client.send(request, stream=True)
    if is_streamed and response.is_success:
        request.extensions["timeout"] = timeouts
        return response
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Watched(response.stream, deadline)
    try:
        response.read()
    finally:
        response.close()
    return response
