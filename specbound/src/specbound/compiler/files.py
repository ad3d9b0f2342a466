"""The files of a contract: the one that is named, and the parts that it refers to, each read once."""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from specbound.compiler.mistakes import Mistake, Refused
from specbound.compiler.source import Source, read

# The service that the commands work on is the one in whose folder they run.
ROOT = Path.cwd()
CONTRACT = ROOT / "openapi.yaml"
SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")

Reader = Callable[[str], bytes]
"""Reads a file by its name: the way to it from the contract's folder. Raises Refused, or OSError."""


@dataclass(frozen=True)
class File:
    """A file, by the way to it from the contract's folder (`paths/users.yaml`)."""

    name: str
    source: Source
    digest: str
    """SHA-256, in hexadecimal."""

    @property
    def value(self) -> Any:
        return self.source.value


class Files:
    """A contract's files, read when they are referred to."""

    def __init__(self, contract: Path, reader: Reader | None = None) -> None:
        self._folder = contract.resolve().parent
        # Parts may lie beside the contract's folder, but not beside the service's.
        self._bounds = ROOT if self._folder.is_relative_to(ROOT) else self._folder
        self._read = reader or self._read_here
        self.all: dict[str, File | Refused] = {}
        self.main = self.file(contract.name)

    def file(self, name: str) -> File:
        """A file by its name. Raises Refused, each time, if it can't be read."""
        if name not in self.all:
            try:
                self.all[name] = _file(name, self._read(name))
            except Refused as refused:
                self.all[name] = refused
        found = self.all[name]
        if isinstance(found, Refused):
            raise found
        return found

    def name(self, holder: str, way: str) -> str:
        """The name of the file to which a reference in another one leads. Raises Refused for what is never read."""
        if SCHEME.match(way) or way.startswith("//"):
            raise Refused(f"$ref {way}: what is elsewhere is never fetched. Copy it beside the contract.")
        name = os.path.normpath(PurePosixPath(holder).parent / unquote(way.replace("\\", "/")))
        if not Path(os.path.normpath(self._folder / name)).is_relative_to(self._bounds):
            raise Refused(f"$ref {way} leads out of {self._bounds.name}. Copy it beside the contract.")
        return name

    def _read_here(self, name: str) -> bytes:
        file = self._folder / name
        if file.exists() and not file.resolve().is_relative_to(self._bounds.resolve()):
            raise Refused(f"{name} leads out of {self._bounds.name}. Copy it beside the contract.")
        return file.read_bytes()


def _file(name: str, content: bytes) -> File:
    try:
        return File(name, read(content.decode()), hashlib.sha256(content).hexdigest())
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        raise Refused(Mistake("it can't be read: it is not UTF-8.", written=(name, line))) from error
    except ValueError as error:
        line = int(found[1]) if (found := re.match("line ([0-9]+): ", str(error))) else 1
        raise Refused(Mistake(f"it cannot be read: {error}.", written=(name, line))) from error
