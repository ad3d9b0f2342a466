"""The rows of an export: a line of CSV or of JSON for each item, its numbers with all their digits."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ..decimals import Written, json_text

# How a text begins that a spreadsheet takes for a formula, or that was made safe already
# (https://owasp.org/www-community/attacks/CSV_Injection).
FORMULA = re.compile("'*[=+\\-@\t\r]")


class Rows(Protocol):
    """What is written of a list."""

    def head(self) -> str:
        """What the file begins with."""

    def lines(self, items: Iterable[Mapping[str, Any]]) -> str:
        """What is written of these items."""


class CsvRows:
    """A line for each item. What is absent, null or empty is an empty cell; lists and objects are JSON.

    A text that a spreadsheet would run has a `'` before it, which the import takes off again.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self._columns = list(columns)

    def head(self) -> str:
        return self._line(self._columns)

    def lines(self, items: Iterable[Mapping[str, Any]]) -> str:
        return "".join(self._line([_cell(item.get(name)) for name in self._columns]) for item in items)

    def _line(self, cells: list[str]) -> str:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        return line.getvalue()


class JsonRows:
    """An object on each line, as the API shows it; with `fields`, no more of it than those."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._fields = list(fields)

    def head(self) -> str:
        return ""

    def lines(self, items: Iterable[Mapping[str, Any]]) -> str:
        return "".join(json_text(self._shown(item)) + "\n" for item in items)

    def _shown(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: item[name] for name in self._fields or item if name in item}


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if FORMULA.match(value) else value
        case Written():
            return value.text
    return json_text(value)
