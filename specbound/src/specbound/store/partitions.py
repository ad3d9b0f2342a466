"""Partitions of a list, asked at the same time. Loaded by the first list that is spread over several."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import chain, islice
from typing import TypeVar

from specbound.store.attempts import course

T = TypeVar("T")
# Beside those who ask: what is more waits its turn. A client keeps 50 connections or more.
MOST_THREADS = 32


def begun(lists: Sequence[Iterator[T]]) -> list[Iterator[T]]:
    """The same lists, of each of which the first call has been made: this thread makes one, beside all others.

    Raises what one of them raises, and then none is at work any more. Each goes on in the thread that reads it.
    """
    first, *others = lists
    deadline = course.deadline
    asked = [_threads().submit(_begin, each, deadline) for each in others]
    try:
        found = [list(islice(first, 1))]
    finally:
        wait(asked)
    for each in asked:
        items, has_lost_reply = each.result()
        found.append(items)
        course.has_lost_reply |= has_lost_reply
    return [chain(items, rest) for items, rest in zip(found, lists, strict=True)]


def _begin(items: Iterator[T], deadline: float) -> tuple[list[T], bool]:
    """The first of them, asked for in a thread that lends itself to another's course; and whether a reply was lost."""
    course.deadline, course.has_lost_reply = deadline, False
    return list(islice(items, 1)), course.has_lost_reply


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_THREADS, "partition")


# A process that is forked off has none of the threads of the one before.
os.register_at_fork(after_in_child=_threads.cache_clear)
