"""Filling the output: a page is on the disk as a whole before the place of the next one is."""

import fcntl
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .. import ApiError
from ..importer.api import explain
from ..importer.stopped import Stopped
from .asking import Clients, Page, pages
from .display import Shown
from .lists import Given, Listing
from .state import State, load, rewind, sync
from .writing import CsvRows, JsonRows, Rows


@dataclass(frozen=True)
class Export:
    """A list, by its parameters, into a file: with these fields, or all; so many items of a page at most, or as many as
    it may have.
    """

    target: Path
    url: str
    listing: Listing
    given: Given
    fields: list[str]
    limit: int

    @property
    def part(self) -> Path:
        """Where the file grows until it is whole."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def kept(self) -> Path:
        """Where it is kept how far that is."""
        return self.target.with_name(f"{self.target.name}.export")

    def run(self, clients: Clients) -> int:
        """Write what is left. Returns 0 if all is there. Raises Stopped where another file or export is in the way."""
        self._refuse_other()
        with self.part.open("ab+") as file:
            self._lock(file)
            state = self._state()
            if state.cursor is None and self.target.exists() and self.part.stat().st_size == 0:
                self.part.unlink()  # what was in it had its name already
            else:
                if trouble := self._fill(file, state, clients):
                    print(f"\n{trouble} Nothing is lost: the same command goes on from here.", file=sys.stderr)
                    return 1
                self._name()
        self.kept.unlink()
        return 0

    def _refuse_other(self) -> None:
        if self.target.exists() and not self.kept.exists():
            raise Stopped(f"{self.target.name} is there already. Remove it, or export into another file.")

    def _lock(self, file: BinaryIO) -> None:
        # The system lets go of it however this process ends.
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stopped(f"{self.target.name} is being exported already, by another process.") from None
        # It was opened before it was locked: another process may have given it its name meanwhile.
        if not self.part.exists() or not os.path.samestat(os.fstat(file.fileno()), self.part.stat()):
            raise Stopped(f"{self.target.name} was exported by another process a moment ago.")

    def _state(self) -> State:
        asked: dict[str, object] = {
            "api": self.url,
            "list": self.listing.operation_id,
            "given": self.given,
            "fields": self.fields,
        }
        state = load(self.kept)
        if state is not None and state.asked != asked:
            raise Stopped(
                f"{self.target.name} was begun as another export: of another list, with other filters or fields, or "
                f"from elsewhere. To begin anew, delete {self.part.name} and {self.kept.name}."
            )
        return state or State(asked, self.fields or list(self.listing.columns))

    def _fill(self, file: BinaryIO, state: State, clients: Clients) -> str:
        """Write what is left of the list. Returns what kept it from writing all, if anything did."""
        digest, shown, trouble = rewind(file, state), Shown(self.target.name, state.rows), ""
        unknown = set[str]()
        try:
            for page in self._pages(state, clients):
                state.columns = state.columns or list(page.items[0] if page.items else ())
                rows = self._rows(state)
                content = (("" if state.size else rows.head()) + rows.lines(page.items)).encode()
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                digest.update(content)
                state.moved(page.cursor, len(page.items), len(content), digest.hexdigest())
                state.save(self.kept)
                unknown.update(name for item in page.items for name in item if name not in state.columns)
                shown.update(state.rows, page.cursor is None)
        except ApiError as error:
            trouble = explain(error)
        except Stopped as stopped:
            trouble = str(stopped)
        print(shown.figures(state.rows))
        if unknown and not self.fields and self._is_csv:
            names = ", ".join(sorted(unknown))
            print(f"Not in the file, since this client does not know it: {names}. A *.jsonl has all.", file=sys.stderr)
        return trouble

    def _pages(self, state: State, clients: Clients) -> Iterator[Page]:
        if state.cursor is not None:
            yield from pages(clients, self.listing, self.given, state.cursor, self.limit or self.listing.longest)

    def _rows(self, state: State) -> Rows:
        return CsvRows(state.columns) if self._is_csv else JsonRows(self.fields)

    @property
    def _is_csv(self) -> bool:
        return self.target.suffix.lower() == ".csv"

    def _name(self) -> None:
        """Give what is whole its name."""
        if self.target.exists():
            raise Stopped(f"{self.target.name} is there meanwhile. Remove it; then the same command ends this export.")
        self.part.replace(self.target)
        sync(self.target.parent)
