"""Rows of a JSON Lines file: an object on each line."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from .kinds import Kind
from .rows import NOTES, REJECTED_REASON, REJECTED_ROW, Row, decimal

# Where a rejected line goes that is no object, or none that could be written again unchanged.
REJECTED_LINE = "rejected_line"


class JsonLines:
    """Blank lines are passed over."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file

    def names(self) -> set[str]:
        items = (_row(number, line).item for number, line in self._lines())
        return set(next((item for item in items if isinstance(item, dict)), {}))

    def count(self) -> int:
        return sum(1 for _ in self._lines())

    def rows(self, kind: Kind) -> Iterator[Row]:
        return (_row(number, line) for number, line in self._lines())

    def head(self) -> str:
        return ""

    def rejected(self, row: Row, reason: str) -> str:
        is_object = isinstance(row.item, dict)
        kept = row.item if is_object else {REJECTED_LINE: row.source}
        return json.dumps({**kept, REJECTED_ROW: row.number, REJECTED_REASON: reason}, ensure_ascii=False) + "\n"

    def _lines(self) -> Iterator[tuple[int, str]]:
        self._file.seek(0)
        return ((number, line.strip()) for number, line in enumerate(self._file, 1) if line.strip())


def _row(number: int, line: str) -> Row:
    try:
        item = _decoder.decode(line)
        if "\\u" in line:  # half of a surrogate pair can be read, but not be sent
            json.dumps(item, ensure_ascii=False).encode()
    except RecursionError:
        return Row(number, line, fault="nests too deep")
    except ValueError as error:
        return Row(number, line, fault=str(error))
    if isinstance(item, dict):
        item = {name: value for name, value in item.items() if name not in NOTES}
    return Row(number, line, item)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("names a member twice")
    return members


def _constant(name: str) -> None:
    raise ValueError(f"has {name}, which is not JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=decimal, parse_constant=_constant)
