"""Rows of a CSV file: names in the first row, text in the others."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from .kinds import Kind
from .rows import NOTES, REJECTED_REASON, REJECTED_ROW, Cells, Row, decimal, normalise
from .stopped import Stopped

# Not int() and float(): they take "+5", " 5", "1_0" and "nan" as well.
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?")
# How a cell begins that a spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvTable:
    """Comma, semicolon or tab, whichever the first line has most of. An empty cell is a field that is not there."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        self._delimiter = max(",;\t", key=file.readline().count)
        self._header: Cells = next((cells for _, cells in self._records()), [])

    def names(self) -> set[str]:
        return set(self._header) - NOTES

    def count(self) -> int:
        return sum(1 for _ in self._records()) - 1

    def rows(self, kind: Kind) -> Iterator[Row]:
        fields = self._fields(kind)
        return (_row(number, cells, fields, kind) for number, cells in islice(self._records(), 1, None))

    def head(self) -> str:
        return self._line([*self._columns(), REJECTED_ROW, REJECTED_REASON])

    def rejected(self, row: Row, reason: str) -> str:
        cells = [cell for cell, name in zip(row.source, self._header, strict=False) if name not in NOTES]
        missing = len(self._columns()) - len(cells)
        surplus = row.source[len(self._header) :]
        return self._line([*cells, *[""] * missing, str(row.number), _as_text(reason), *surplus])

    def _columns(self) -> Cells:
        return [name for name in self._header if name not in NOTES]

    def _fields(self, kind: Kind) -> list[str | None]:
        """The field of each column, None for a column to be passed over."""
        known = {normalise(name): name for name in kind.types}
        columns = self._columns()
        unknown = [name for name in columns if normalise(name) not in known]
        missing = kind.required - {known.get(normalise(name)) for name in columns}
        if unknown or missing or len({normalise(name) for name in columns}) < len(columns):
            found, wanted = ", ".join(columns), ", ".join(kind.types)
            raise Stopped(f"The columns of {self._name} are {found}; those of {kind.name} are {wanted}.")
        return [None if name in NOTES else known[normalise(name)] for name in self._header]

    def _records(self) -> Iterator[tuple[int, Cells]]:
        """Each record that is not blank, with its number."""
        self._file.seek(0)
        # A quote that is never closed would swallow rows; strictly read, it is an error.
        reader = csv.reader(self._file, delimiter=self._delimiter, skipinitialspace=True, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if any(cell.strip() for cell in cells):
                    yield number, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise Stopped(f"{self._name}, row {number + 1} is not CSV: {error}. Nothing was sent.") from error

    def _line(self, cells: Cells) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter).writerow(cells)
        return line.getvalue()


def _as_text(reason: str) -> str:
    """What the API says, as no spreadsheet runs it; what stood in the file stays as it was."""
    return f"'{reason}" if reason.startswith(FORMULA) else reason


def _row(number: int, cells: Cells, fields: list[str | None], kind: Kind) -> Row:
    if any(cells[len(fields) :]):
        return Row(number, cells, fault=f"{len(cells)} cells, but only {len(fields)} columns")
    filled = [(field, cell) for field, cell in zip(fields, cells, strict=False) if field and cell]
    return Row(number, cells, {field: _value(kind.types[field], cell) for field, cell in filled})


def _value(type_: str, text: str) -> Any:
    """The text as the contract's type. What can't be cast stays text, and the API says what is wrong with it."""
    if type_ == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if type_ not in ("number", "integer") or not NUMBER.fullmatch(text):
        return text
    try:
        return decimal(text) if "." in text else int(text)
    except ValueError:
        return text
