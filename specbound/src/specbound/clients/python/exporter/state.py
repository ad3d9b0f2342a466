"""How far an export has come: a small file beside the output, replaced as a whole after each page is on the disk."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from ..importer.stopped import Stopped

CHUNK = 1 << 20


@dataclass
class State:
    """`asked` says what is exported and from where; `cursor` where the next page begins, None if there is no other."""

    asked: dict[str, object]
    columns: list[str]
    cursor: str | None = ""
    """"" for the first page."""
    rows: int = 0
    size: int = 0
    """Of the output, in bytes, and the SHA-256 of what is in it."""
    digest: str = hashlib.sha256().hexdigest()

    def moved(self, cursor: str | None, rows: int, size: int, digest: str) -> None:
        """A page more is on the disk, of so many rows and bytes; this is the digest of all."""
        self.cursor, self.rows = cursor, self.rows + rows
        self.size, self.digest = self.size + size, digest

    def save(self, path: Path) -> None:
        """Replace the file: whatever happens meanwhile, it holds the old state or the new one."""
        new = path.with_name(f"{path.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync(path.parent)


def load(path: Path) -> State | None:
    """What was kept of an export that was stopped; None of one that is new. Raises Stopped for what is no state."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return State(**kept)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise Stopped(f"{path.name} is not the state of an export. Move it away.") from error


def rewind(file: BinaryIO, state: State) -> "hashlib._Hash":
    """Go back to what was there when the state was written down; a page that was half written goes.

    Raises Stopped for an output that is not as the export left it.
    """
    digest, left = hashlib.sha256(), state.size
    file.seek(0)
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    if digest.hexdigest() != state.digest:
        name = Path(file.name).name
        raise Stopped(f"{name} is not as the export left it. To begin anew, delete it and its .export file.")
    file.truncate(state.size)
    file.seek(state.size)
    return digest


def sync(folder: Path) -> None:
    """A file's new name is safe when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
