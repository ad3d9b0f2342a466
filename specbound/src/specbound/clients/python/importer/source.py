"""The input: held open and locked for as long as an import runs."""

import fcntl
import hashlib
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .csv_table import CsvTable
from .json_lines import JsonLines
from .rows import Table
from .stopped import Stopped

FORMATS: dict[str, Callable[[TextIO, str], Table]] = {".csv": CsvTable, ".jsonl": JsonLines}


@dataclass(frozen=True)
class Source:
    path: Path
    table: Table
    digest: str
    """SHA-256 of the content."""
    encoding: str
    """UTF-8, with the mark that Excel needs if it came with one."""


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open the file once, so that one that is saved over it meanwhile is not read.

    Raises Stopped for a file that is no table, or in use.
    """
    if path.suffix.lower() not in FORMATS:
        raise Stopped(f"{path.name} should be named {' or '.join(f'*{each}' for each in FORMATS)}.")
    with path.open("rb") as file:
        _lock(file.fileno(), path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        encoding = "utf-8-sig" if file.read(len(BOM_UTF8)) == BOM_UTF8 else "utf-8"
        file.seek(0)
        text = io.TextIOWrapper(file, encoding, newline="")
        try:
            yield Source(path, FORMATS[path.suffix.lower()](text, path.name), digest, encoding)
        except UnicodeDecodeError as error:
            raise Stopped(f"{path.name} is not UTF-8. Save it as UTF-8 (Excel: CSV UTF-8).") from error


def _lock(descriptor: int, path: Path) -> None:
    # The system lets go of it however this process ends.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stopped(f"{path.name} is being imported already, by another process.") from None
