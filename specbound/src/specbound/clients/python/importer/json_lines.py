"""Rows of a JSON Lines file: an object on each line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any, TextIO

from ..decimals import Written, json_text
from .columns import NOTES, REJECTED_REASON, REJECTED_ROW, Said, fit, normalise
from .kinds import Kind
from .rows import Row

# Where a rejected line goes that is no object, or none that could be written again unchanged.
REJECTED_LINE = "rejected_line"
# So many lines tell what the others have.
LOOKED_AT = 100
# What nests no deeper can be written as well as read.
SHALLOW = 50


class JsonLines:
    """Blank lines are passed over."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name

    def names(self) -> list[str]:
        return list(dict.fromkeys(name for item in self._begin() for name in item))

    def count(self) -> int:
        return sum(1 for _ in self._lines())

    def rows(self, kind: Kind, said: Said) -> Iterator[Row]:
        """A member of some lines alone is for the API to refuse there: only what all begin with is a column."""
        if items := self._begin():
            known = [name for name in self.names() if said.field_of(name, kind) or all(name in item for item in items)]
            there = {*map(normalise, known)}
            fit([*known, *(name for name in said.names if normalise(name) not in there)], kind, said, self._name)
        field_of = lru_cache(LOOKED_AT)(lambda name: said.field_of(name, kind))
        return (_named(_row(number, line), field_of) for number, line in self._lines())

    def head(self) -> str:
        return ""

    def rejected(self, row: Row, reason: str) -> str:
        item = _row(row.number, row.source).item
        kept = item if isinstance(item, dict) else {REJECTED_LINE: row.source}
        return json_text({**kept, REJECTED_ROW: row.number, REJECTED_REASON: reason}) + "\n"

    def _begin(self) -> list[dict[str, Any]]:
        """The objects of the first lines."""
        items = (_row(number, line).item for number, line in islice(self._lines(), LOOKED_AT))
        return [item for item in items if isinstance(item, dict)]

    def _lines(self) -> Iterator[tuple[int, str]]:
        self._file.seek(0)
        return ((number, line.strip()) for number, line in enumerate(self._file, 1) if line.strip())


def _row(number: int, line: str) -> Row:
    try:
        item = _decoder.decode(line)
        if "\\u" in line:  # half of a surrogate pair can be read, but not be sent
            json.dumps(item, ensure_ascii=False).encode()
        if line.count("[") + line.count("{") > SHALLOW:
            json_text(item)
    except RecursionError:
        return Row(number, line, fault="nests too deep")
    except ValueError as error:
        return Row(number, line, fault=str(error))
    if isinstance(item, dict):
        item = {name: value for name, value in item.items() if name not in NOTES}
    return Row(number, line, item)


def _named(row: Row, field_of: Callable[[str], str | None]) -> Row:
    """The row with its members under the names of fields."""
    if not isinstance(row.item, dict):
        return row
    fields = {name: field_of(name) for name in row.item}
    item = {field or name: row.item[name] for name, field in fields.items() if field is not None}
    if len(item) < sum(field is not None for field in fields.values()):
        return replace(row, item=None, fault="names a field twice")
    return replace(row, item=item)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("names a member twice")
    return members


def _constant(name: str) -> None:
    raise ValueError(f"has {name}, which is not JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=Written, parse_constant=_constant)
