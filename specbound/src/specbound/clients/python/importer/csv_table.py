"""Rows of a CSV file: names in the first row, text in the others."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import dropwhile, islice
from typing import TextIO

from .columns import NOTES, REJECTED_REASON, REJECTED_ROW, Said, fit
from .kinds import Kind
from .rows import Cells, Row
from .stopped import Stopped
from .values import hint, value

# How a cell begins that a spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DELIMITERS = ",;\t"
# What Excel takes for a word about the file, and writes for some.
SEPARATOR = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)


class CsvTable:
    """Comma, semicolon or tab, whichever the first line has most of. An empty cell is a field that is not there."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        first = file.readline()
        said = SEPARATOR.fullmatch(first)
        self._first = 2 if said else 1
        self._delimiter = said[1] if said else max(DELIMITERS, key=re.sub('"[^"]*"', "", first).count)
        self._header: Cells = next((cells for _, cells in self._records()), [])

    def names(self) -> list[str]:
        return [name for name in self._columns() if name]

    def count(self) -> int:
        return sum(1 for _ in self._records()) - 1

    def rows(self, kind: Kind, said: Said) -> Iterator[Row]:
        fields = fit(self._header, kind, said, self._name)
        return (_row(number, cells, fields, self._header, kind) for number, cells in islice(self._records(), 1, None))

    def head(self) -> str:
        return self._line([*self._columns(), REJECTED_ROW, REJECTED_REASON])

    def rejected(self, row: Row, reason: str) -> str:
        cells = [cell for cell, name in zip(row.source, self._header, strict=False) if name not in NOTES]
        missing = len(self._columns()) - len(cells)
        surplus = row.source[len(self._header) :]
        return self._line([*cells, *[""] * missing, str(row.number), _as_text(reason), *surplus])

    def _columns(self) -> Cells:
        return [name for name in self._header if name not in NOTES]

    def _records(self) -> Iterator[tuple[int, Cells]]:
        """Each record that is not blank, with its number."""
        self._file.seek(0)
        # A quote that is never closed would swallow rows; strictly read, it is an error.
        reader = csv.reader(self._file, delimiter=self._delimiter, skipinitialspace=True, strict=True)
        number = 0
        try:
            for number, cells in dropwhile(lambda each: each[0] < self._first, enumerate(reader, 1)):
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


def _row(number: int, cells: Cells, fields: list[str | None], header: Cells, kind: Kind) -> Row:
    if any(cells[len(fields) :]):
        return Row(number, cells, fault=f"{len(cells)} cells, but only {len(fields)} columns")
    if any(cell for cell, name in zip(cells, header, strict=False) if not name):
        return Row(number, cells, fault="a cell below a column without a name")
    filled = {field: cell for field, cell in zip(fields, cells, strict=False) if field and cell}
    hints = {field: said for field, cell in filled.items() if (said := hint(kind.types[field], cell))}
    return Row(number, cells, {field: value(kind.types[field], cell) for field, cell in filled.items()}, hints=hints)
