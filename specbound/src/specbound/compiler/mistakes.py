"""Mistakes in the contract: each knows its place, and one reading names all of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from specbound.compiler.pointers import NOTHING, child, local_steps

Place = tuple[str, ...]
"""The steps to what is meant: a JSON pointer, before escaping. It begins with `#` if it leads there from the root."""
At = Callable[..., AbstractContextManager[None]]
ROOT_STEP = "#"
# References to references; those that lead back to themselves have no end.
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Mistake:
    """What is wrong, as a sentence that names the place and the way out; and the place as steps."""

    message: str
    place: Place = ()
    written: tuple[str, int] | None = None
    """The file and the line, where they are known already."""

    def below(self, steps: Place) -> "Mistake":
        return self if self.place[:1] == (ROOT_STEP,) else replace(self, place=steps + self.place)

    @property
    def identity(self) -> tuple[Place, tuple[str, int] | None, str]:
        """What a mistake has in common with itself where it is referred to from elsewhere."""
        name, _, complaint = self.message.partition(": ")
        return self.place, self.written, complaint or name


class Refused(Exception):
    """The contract says something that cannot be kept; the message names the place and the way out, line by line."""

    def __init__(self, *mistakes: Mistake | str) -> None:
        found = [each if isinstance(each, Mistake) else Mistake(each) for each in mistakes]
        self.mistakes = list({each.identity: each for each in reversed(found)}.values())[::-1]
        super().__init__("\n".join(each.message for each in self.mistakes))


@contextmanager
def within(*steps: str) -> Iterator[None]:
    """What is refused in here lies below these steps."""
    try:
        yield
    except Refused as refused:
        raise Refused(*(each.below(steps) for each in refused.mistakes)) from refused.__cause__


class gathered(AbstractContextManager[At]):
    """Parts that are checked each for itself, `with at(*steps):`. All that is refused of them is raised at the end."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def __enter__(self) -> At:
        return lambda *steps: _Part(self._found, steps)

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        own = error.mistakes if isinstance(error, Refused) else []
        if own or (self._found and error is None):
            raise Refused(*self._found, *own)


class _Part(AbstractContextManager[None]):
    """One of the parts: what is refused of it is kept for the end."""

    def __init__(self, found: list[Mistake], steps: Place) -> None:
        self._found, self._steps = found, steps

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Refused):
            return False
        self._found.extend(each.below(self._steps) for each in error.mistakes)
        return True


def settled(document: Any, mistake: Mistake) -> Mistake:
    """The mistake at the place where it is written: references on the way are followed, what is not there left off."""
    value: Any = document
    place: Place = ()
    for step in mistake.place[1:]:
        if isinstance(value, dict) and step not in value:
            value, place = _meant(document, value, place)
        inner = child(value, step)
        if inner is NOTHING:
            break
        value, place = inner, (*place, step)
    _, place = _meant(document, value, place)
    return replace(mistake, place=(ROOT_STEP, *place))


def _meant(document: Any, value: Any, place: Place) -> tuple[Any, Place]:
    """What a reference leads to, and where that is; of what is no reference, or leads nowhere, itself."""
    for _ in range(LONGEST_CHAIN):
        steps = local_steps(value.get("$ref")) if isinstance(value, dict) else None
        target = NOTHING if steps is None else reduce(child, steps, document)
        if steps is None or target is NOTHING:
            break
        value, place = target, steps
    return value, place
