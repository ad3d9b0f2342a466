"""Deprecation: who calls what is to go is warned where the call is written, by what the answer says."""

import sys
import warnings

import httpx

SAYING = ("Deprecation", "Sunset")


def warn_of(operation: str, answer: httpx.Response) -> None:
    """A DeprecationWarning, once for each line that calls, if an answer says so (RFC 9745, RFC 8594)."""
    if any(name in answer.headers for name in SAYING):
        end = answer.headers.get("Sunset")
        until = f"; it may be gone from {end} on" if end else ""
        warnings.warn(f"The API says that {operation} is deprecated{until}.", DeprecationWarning, stacklevel=_depth())


def _depth() -> int:
    """How far up the first line is that is not this package's."""
    own, depth, frame = f"{__package__}.", 0, sys._getframe(0)
    while frame.f_back and f"{frame.f_globals.get('__name__', '')}.".startswith(own):
        depth, frame = depth + 1, frame.f_back
    return depth
