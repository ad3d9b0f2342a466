"""Duplicates: stored items that have the same value of a unique constraint, found in one pass that may be stopped.

What was seen is kept beside the progress of the pass, as digests of the values with the keys of who has them first.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from specbound.operating.claims import ANOTHERS, claimed, constraints
from specbound.operating.outcomes import TAKEN
from specbound.operating.pace import Attributes
from specbound.operating.passes import Outcome, key_of
from specbound.store.table import AnyTable
from specbound.store.values import decode


class Seen:
    """Who has which value first. A file of its own, for there may be millions; anew unless a pass goes on."""

    def __init__(self, table: AnyTable, file: Path, goes_on: bool) -> None:
        self._table, self._constraints = table, constraints(table)
        self._lock = threading.Lock()
        if not goes_on:
            forget(file)
        self._file = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS seen (value BLOB PRIMARY KEY, key TEXT) WITHOUT ROWID")

    def judge(self, stored: Attributes) -> Outcome | None:
        """What an item has that another has, by the constraints' names, with the keys of those; None for nothing."""
        found = list(self._taken(stored))
        if not found:
            return None
        return Outcome(TAKEN, [f"{name}: {ANOTHERS}" for name, _ in found], [key for _, key in found])

    def _taken(self, stored: Attributes) -> Iterator[tuple[str, object]]:
        own = json.dumps(key_of(self._table, stored))
        for name, constraint in self._constraints.items():
            value = claimed(constraint, decode(stored))
            if value is not None and (first := self._first(f"{name} {value}", own)) != own:
                yield name, json.loads(first)

    def _first(self, value: str, own: str) -> str:
        digest = hashlib.sha256(value.encode()).digest()
        with self._lock:
            self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, own))
            [first] = self._file.execute("SELECT key FROM seen WHERE value = ?", (digest,)).fetchone()
        return str(first)


def forget(file: Path) -> None:
    """Remove what was seen, with what SQLite has beside it."""
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
