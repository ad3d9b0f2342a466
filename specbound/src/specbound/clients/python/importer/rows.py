"""The rows of a file, and what of each is sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..decimals import json_text
from .columns import Said
from .kinds import Kind

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
    hints: dict[str, str] = field(default_factory=dict)
    """What is to be said of a field if it is refused, better than the API can."""

    @property
    def size(self) -> int:
        """At most so many bytes of a request."""
        return len(json_text(self.item).encode()) + 2


class Table(Protocol):
    """A file of rows, whatever its format."""

    def names(self) -> list[str]:
        """The columns, or the fields that it begins with."""

    def count(self) -> int:
        """How many rows. Raises Stopped where they can't be told apart."""

    def rows(self, kind: Kind, said: Said) -> Iterator[Row]:
        """All rows, by what was said of columns. Raises Stopped if they are not of that kind."""

    def head(self) -> str:
        """What a file of rejected rows begins with."""

    def rejected(self, row: Row, reason: str) -> str:
        """The row and why it was rejected, as it can be corrected and imported again."""
