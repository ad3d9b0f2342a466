"""Shrinking: of a history that fails, as few operations as still fail when they are played again."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Part = TypeVar("Part")


def shrunk(parts: Sequence[Part], fails: Callable[[Sequence[Part]], bool], most_tries: int = 60) -> list[Part]:
    """Leave out what is not needed: halves at first, and then ever smaller pieces, in so many tries at most.

    What fails depends on chance as well, as clients run at once: what is returned did fail.
    """
    left, pieces, tries = list(parts), 2, 0
    while len(left) > 1 and tries < most_tries:
        size = -(-len(left) // pieces)
        for begin in range(0, len(left), size):
            fewer = left[:begin] + left[begin + size :]
            tries += 1
            if fewer and fails(fewer):
                left, pieces = fewer, max(2, pieces - 1)
                break
            if tries >= most_tries:
                return left
        else:
            if size == 1:
                return left
            pieces = min(len(left), pieces * 2)
    return left
