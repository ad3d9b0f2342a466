"""How far a pass has come: a small file, replaced as a whole after each page, and the report that grows beside it.

A page is written down when all of its items are done. A pass that was stopped in the middle of one does it again.
"""

import fcntl
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from typing import Any, Self

from specbound.failures import Failed
from specbound.operating.pace import Attributes

Mark = Mapping[str, str]


@dataclass
class Progress:
    """`of` says which pass this is: of what table, by what contract. `left` leads from each segment of the table that
    is not done to the key after which it goes on, {} at its beginning.
    """

    path: Path
    of: Mark
    left: dict[int, Attributes]
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(" ", "seconds"))
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    report_bytes: int = 0

    @property
    def done(self) -> int:
        """How many items are done."""
        return self.outcomes.total()

    def save(self) -> None:
        """Replace the file: whatever happens meanwhile, it holds the old state or the new one."""
        state = vars(self) | {"path": str(self.path), "left": list(self.left.items())}
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)


def load(path: Path, of: Mark, segments: int) -> Progress:
    """The progress of this pass; none if it is new, or if what is there is of another. Raises Failed."""
    fresh = Progress(path, of, {segment: {} for segment in range(segments)})
    if not path.exists():
        return fresh
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        counters = {name: Counter(state[name]) for name in ("outcomes", "reasons")}
        found = Progress(**(state | counters | {"path": path, "left": dict(state["left"])}))
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(f"{path} is not the progress of a pass: remove it.") from error
    return found if found.of == of else fresh


class Report:
    """A line of JSON for each item that has something the matter with it: its key, and the reasons."""

    def __init__(self, path: Path) -> None:
        """Raises Failed while another pass writes it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: BufferedRandom = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failed(f"Another pass writes {path}: wait for its end, or stop it.") from error

    def resume(self, size: int) -> None:
        """Go back to what was there when progress was last written down; what came later comes again."""
        self._file.truncate(size)

    def add(self, lines: Iterable[Mapping[str, Any]]) -> int:
        """Append lines, and wait until they are on the disk. Returns the size."""
        self._file.writelines(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.seek(0, os.SEEK_END)

    def keys(self, most: int) -> list[str]:
        """The keys of the first items."""
        self._file.seek(0)
        keys = [json.loads(line)["key"] for line, _ in zip(self._file, range(most), strict=False)]
        return [" ".join(each) if isinstance(each, list) else each for each in keys]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()
