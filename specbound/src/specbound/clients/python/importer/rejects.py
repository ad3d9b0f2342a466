"""The rejected rows, in a file of the input's own format beside it."""

import hashlib
import os
from collections import Counter

from .progress import Mark, path_for
from .rows import Row
from .source import Source
from .stopped import Stopped

CHUNK = 65536
MOST_REASONS = 1000


class Rejects:
    """Comes into being with the first row that is rejected. `mark` tells what is in it."""

    def __init__(self, source: Source) -> None:
        self.path = source.path.with_name(f"{source.path.stem}.rejected{source.path.suffix}")
        self._source = source
        self._size = 0
        self._hash = hashlib.sha256()
        self.reasons: Counter[str] = Counter()
        """How often each was given, in this run."""

    @property
    def mark(self) -> Mark:
        return self._size, self._hash.hexdigest()

    def resume(self, mark: Mark) -> Mark:
        """Go back to what was there when progress was last written down; what came later comes again.

        Raises Stopped for a file that this import did not leave there.
        """
        if not self.path.exists():
            return self.mark
        with self.path.open("r+b") as file:
            while chunk := file.read(min(CHUNK, mark[0] - self._size)):
                self._count(chunk)
            if self.mark != mark:
                raise Stopped(f"{self.path.name} is in the way, and not as this import left it. Rename or remove it.")
            file.truncate(self._size)
        return self.mark

    def add(self, rejected: list[tuple[Row, str]]) -> None:
        """Append the rows, each with the reason, and wait until they are on the disk."""
        if not rejected:
            return
        table = self._source.table
        # Reasons are the contract's, and so are few; what is not is not counted for ever.
        self.reasons.update(
            reason for _, reason in rejected if reason in self.reasons or len(self.reasons) < MOST_REASONS
        )
        text = "".join(table.rejected(row, reason) for row, reason in rejected)
        if self._size == 0:
            # A new file under this name: how far an older one was imported is of no concern.
            path_for(self.path).unlink(missing_ok=True)
            text = table.head() + text
        content = self._source.encoded(text, self._size == 0)
        with self.path.open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._count(content)

    def _count(self, content: bytes) -> None:
        self._size += len(content)
        self._hash.update(content)
