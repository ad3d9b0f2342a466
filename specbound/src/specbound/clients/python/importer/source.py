"""The input: held open and locked for as long as an import runs."""

import fcntl
import hashlib
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .csv_table import CsvTable
from .json_lines import JsonLines
from .rows import Table
from .stopped import Stopped

# Excel's "Unicode text" is a table with tabs, named *.txt.
FORMATS: dict[str, Callable[[TextIO, str], Table]] = {
    ".csv": CsvTable,
    ".tsv": CsvTable,
    ".txt": CsvTable,
    ".jsonl": JsonLines,
}
# How a file begins, how it is read, and how more of it is written.
MARKS = {
    BOM_UTF8: ("utf-8-sig", "utf-8"),
    BOM_UTF16_LE: ("utf-16", "utf-16-le"),
    BOM_UTF16_BE: ("utf-16", "utf-16-be"),
    b"": ("utf-8", "utf-8"),
}


@dataclass(frozen=True)
class Source:
    path: Path
    table: Table
    digest: str
    """SHA-256 of the content."""
    mark: bytes
    """The byte order mark that it begins with, which Excel needs."""

    def encoded(self, text: str, is_first: bool) -> bytes:
        """What is written as the file is: with its mark, if it is the first."""
        return (self.mark if is_first else b"") + text.encode(MARKS[self.mark][1])


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open the file once, so that one that is saved over it meanwhile is not read.

    Raises Stopped for a file that is no table, or in use.
    """
    if path.suffix.lower() not in FORMATS:
        raise Stopped(f"{path.name} should be named *.csv or *.jsonl (or *.tsv, *.txt). Excel: save it as CSV UTF-8.")
    with path.open("rb") as file:
        _lock(file.fileno(), path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        begin = file.read(len(BOM_UTF8))
        mark = next(each for each in MARKS if begin.startswith(each))
        file.seek(0)
        text = io.TextIOWrapper(file, MARKS[mark][0], newline="")
        try:
            yield Source(path, FORMATS[path.suffix.lower()](text, path.name), digest, mark)
        except UnicodeError as error:
            raise Stopped(f"{path.name} is not UTF-8. Save it as UTF-8 (Excel: CSV UTF-8).") from error


def _lock(descriptor: int, path: Path) -> None:
    # The system lets go of it however this process ends.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stopped(f"{path.name} is being imported already, by another process.") from None
