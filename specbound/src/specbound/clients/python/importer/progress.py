"""How far an import has come: a small file beside the input, replaced as a whole before each batch is sent.

A batch is written down before it is sent, and crossed out once its answer is kept. What an import that was stopped left
uncrossed is sent again under the same key, and the API answers as it did the first time.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from .stopped import Stopped

# The API forgets a key after 24 hours; its clock and ours may differ.
KEPT = timedelta(hours=23, minutes=30)
# A file's size and the SHA-256 of what is in it.
Mark = tuple[int, str]


class Span(NamedTuple):
    """A batch, by the numbers of its first and its last row."""

    first: int
    last: int


@dataclass
class Progress:
    """`digest`, `api` and `kind` say what is imported, and where to."""

    path: Path
    digest: str
    api: str
    kind: str
    started: str = field(default_factory=lambda: _now().isoformat(" ", "seconds"))
    next_row: int = 0
    """Rows from here on were never sent."""
    sent: dict[Span, datetime] = field(default_factory=dict)
    """The batches whose answer was not kept, and when each was first sent."""
    created: int = 0
    rejected: int = 0
    rejects: Mark = (0, "")
    """Where the file of rejected rows ended."""

    @property
    def done(self) -> int:
        return self.created + self.rejected

    def begin(self, span: Span) -> None:
        """Write the batch down. It may be sent when this returns."""
        self.sent.setdefault(span, _now())
        self.next_row = max(self.next_row, span.last + 1)
        self.save()

    def finish(self, span: Span, created: int, rejected: int, rejects: Mark) -> None:
        """Cross the batch out. That is on the disk after the next `save`; until then it would be sent again."""
        del self.sent[span]
        self.created += created
        self.rejected += rejected
        self.rejects = rejects

    def save(self) -> None:
        """Replace the file: whatever happens meanwhile, it holds the old state or the new one."""
        sent = [(*span, since.isoformat()) for span, since in self.sent.items()]
        state = vars(self) | {"path": self.path.name, "sent": sent}
        new = self.path.with_name(f"{self.path.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        _keep_name(self.path)

    def key(self, span: Span) -> UUID:
        """The Idempotency-Key: it follows from the file's content, so that a lost progress file changes nothing."""
        return uuid5(NAMESPACE_URL, f"{self.digest}/{self.kind}/{span.first}-{span.last}")

    def is_forgotten(self, span: Span) -> bool:
        """Whether the API may no longer know what it answered to this batch."""
        return _now() - self.sent.get(span, _now()) > KEPT


def path_for(input_: Path) -> Path:
    return input_.with_name(f"{input_.name}.progress")


def load(input_: Path, digest: str, api: str, kind: str) -> Progress:
    """The progress of this import, none if it is new. Raises Stopped if the file is another import's."""
    fresh = Progress(path_for(input_), digest, api, kind)
    if not fresh.path.exists():
        return fresh
    progress = _read(fresh.path)
    again = f"To import all of {input_.name} from its beginning, delete {fresh.path.name}."
    if progress.digest != digest:
        raise Stopped(f"{input_.name} has changed since its import began on {progress.started}. {again}")
    if (progress.api, progress.kind) != (api, kind):
        raise Stopped(f"{input_.name} was imported as {progress.kind} into {progress.api}. {again}")
    return progress


def _read(path: Path) -> Progress:
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sent = {Span(first, last): datetime.fromisoformat(since) for first, last, since in state["sent"]}
        return Progress(**(state | {"path": path, "sent": sent, "rejects": tuple(state["rejects"])}))
    except (ValueError, KeyError, TypeError) as error:
        raise Stopped(f"{path.name} is not the progress of an import. Move it away.") from error


def _keep_name(path: Path) -> None:
    # A file's new name is safe when its folder is.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _now() -> datetime:
    return datetime.now(UTC)
