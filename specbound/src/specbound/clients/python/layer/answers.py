"""What came with what was read: its ETag, its request's id, and all of the answer for who asks."""

import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from attrs import has

from .errors import request_id_of

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A success as it came: `value` is what the method returned."""

    value: T
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def request_id(self) -> str | None:
        """What the API's own log knows this request by."""
        return request_id_of(self.headers)


@dataclass(frozen=True)
class _Kept:
    etag: str | None
    request_id: str | None


# By identity: two readings of one resource may be equal and yet be different versions of it.
_kept: dict[int, _Kept] = {}
_recorded: ContextVar[list[httpx.Response] | None] = ContextVar("recorded", default=None)


def remember(read: T, response: httpx.Response) -> T:
    """Keep this answer's ETag and request id for as long as what was read from it lives."""
    _keep(read, response.headers.get("ETag"), response)
    return read


def remember_items(items: Iterable[Any], response: httpx.Response) -> None:
    """Keep the ETag of each item of a list, which is its version."""
    for each in items:
        _keep(each, f'"{each.version}"', response)


def _keep(read: object, etag: str | None, response: httpx.Response) -> None:
    if has(type(read)):
        _kept[id(read)] = _Kept(etag, request_id_of(response.headers))
        weakref.finalize(read, _kept.pop, id(read), None).atexit = False


def etag(read: object) -> str:
    """The ETag that `read` came with: send it as `if_match`, and nobody's change in between is lost.

    Raises LookupError for what has none: what was not read, or is no resource.
    """
    found = _kept.get(id(read))
    if found is None or found.etag is None:
        raise LookupError(f"This {type(read).__name__} has no ETag: get it by its id first.")
    return found.etag


def request_id(read: object) -> str | None:
    """What the API's own log knows the request by that `read` came with; None if nothing says."""
    found = _kept.get(id(read))
    return None if found is None else found.request_id


@contextmanager
def recorded() -> Iterator[list[httpx.Response]]:
    """What is answered within, in this thread or task."""
    found: list[httpx.Response] = []
    token = _recorded.set(found)
    try:
        yield found
    finally:
        _recorded.reset(token)


def record(response: httpx.Response) -> httpx.Response:
    found = _recorded.get()
    if found is not None:
        found.append(response)
    return response


def answer(value: T, responses: list[httpx.Response]) -> Answer[T]:
    """The answer that this value came with. Raises TypeError if there was none, or several."""
    if len(responses) != 1:
        raise TypeError(f"raw() is for a method that sends one request; this one sent {len(responses)}.")
    [response] = responses
    return Answer(value, response.status_code, response.headers, response.content)
