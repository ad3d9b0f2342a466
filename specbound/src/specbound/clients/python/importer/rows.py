"""The rows of a file, and what of each is sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from .kinds import Kind
from .stopped import Stopped

# What a rejected row carries beside what it held before; not looked at when it comes back.
REJECTED_ROW, REJECTED_REASON = "rejected_row", "rejected_reason"
NOTES = {REJECTED_ROW, REJECTED_REASON}
Cells = list[str]


@dataclass(frozen=True)
class Row:
    """One row. `number` counts as spreadsheets and editors do: from 1, header and blank rows included."""

    number: int
    source: Any
    """The row as it stands in the file."""
    item: Any = None
    """What is sent of it."""
    fault: str = ""
    """Why it can't be sent at all."""

    @property
    def size(self) -> int:
        """At most so many bytes of a request."""
        return len(json.dumps(self.item, ensure_ascii=False).encode()) + 2


class Table(Protocol):
    """A file of rows, whatever its format."""

    def names(self) -> set[str]:
        """The fields that it begins with."""

    def count(self) -> int:
        """How many rows. Raises Stopped where they can't be told apart."""

    def rows(self, kind: Kind) -> Iterator[Row]:
        """All rows. Raises Stopped if they are not of that kind."""

    def head(self) -> str:
        """What a file of rejected rows begins with."""

    def rejected(self, row: Row, reason: str) -> str:
        """The row and why it was rejected, as it can be corrected and imported again."""


def decimal(text: str) -> float:
    """The number, if JSON's readers and writers carry it unchanged. Raises ValueError otherwise."""
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise ValueError(f"{text} can't be sent exactly")
    return number


def choose(kinds: list[Kind], wanted: str, names: set[str], path: Path) -> Kind:
    """The kind that was asked for, or else the only one whose required fields are all there."""
    present = {normalise(name) for name in names}
    needed = {each.name: {normalise(name) for name in each.required} for each in kinds}
    fitting = [each for each in kinds if (each.name == wanted if wanted else needed[each.name] <= present)]
    if len(fitting) == 1:
        return fitting[0]
    known, found = " or ".join(f"KIND={each.name}" for each in kinds), ", ".join(sorted(names))
    raise Stopped(f"Say what {path.name} holds, {known}: its fields ({found}) do not tell.")


def normalise(name: str) -> str:
    """What is compared of a column's name: `Initial quantity` is `initialQuantity`."""
    return "".join(filter(str.isalnum, name)).lower()
