"""The ETag that came with what was read, kept for the write that follows."""

import weakref
from typing import TypeVar

import httpx
from attrs import has

T = TypeVar("T")

# By identity: two readings of one resource may be equal and yet be different versions of it.
_etags: dict[int, str] = {}


def remember(read: T, response: httpx.Response) -> T:
    """Keep this answer's ETag for as long as what was read from it lives."""
    if "ETag" in response.headers and has(type(read)):
        _etags[id(read)] = response.headers["ETag"]
        weakref.finalize(read, _etags.pop, id(read), None).atexit = False
    return read


def etag(read: object) -> str:
    """The ETag that `read` came with: send it as `if_match`, and nobody's change in between is lost.

    Raises LookupError for what has none: items of a list, and objects that were not read at all.
    """
    try:
        return _etags[id(read)]
    except KeyError:
        raise LookupError(f"This {type(read).__name__} has no ETag: get it by its id first.") from None
