"""Many callers at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def race(calls: Iterable[Callable[[], Result]]) -> list[Result]:
    """Make all calls at once, each from a thread of its own. Returns what they returned, in their order."""
    started = list(calls)
    with ThreadPoolExecutor(len(started)) as callers:
        return [each.result() for each in [callers.submit(call) for call in started]]
