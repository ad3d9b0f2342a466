"""Bundling: a contract in several files as one document, in which every reference is to one of its components.

So a pointer into another file, or to anywhere in this one, becomes `#/components/…`; what OpenAPI has no components of,
as path items, stands where it is referred to.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.compiler.bundler import Bundler
from specbound.compiler.files import File, Files, Reader
from specbound.compiler.mistakes import Mistake, Place, Refused
from specbound.compiler.targets import Target

DEEPEST_CALLS = 5000


@dataclass(frozen=True)
class Bundle:
    """One document, and where each part of it is written."""

    document: dict[str, Any]
    files: Mapping[str, File]
    origins: Mapping[Place, Target]
    """Where what stands at a place, and below, comes from."""
    mistakes: tuple[Mistake, ...]
    """References that can't be followed; in the document they are as they were."""

    def where(self, place: Place) -> tuple[str, int]:
        """The file and the line of a place, or of the innermost around it that is there."""
        length = next(length for length in range(len(place), -1, -1) if place[:length] in self.origins)
        file, steps = self.origins[place[:length]]
        return file, self.files[file].source.line(steps + place[length:])

    @property
    def source(self) -> str:
        """The SHA-256 of the contract's own file, in hexadecimal."""
        return self.files[self.origins[()][0]].digest

    @property
    def parts(self) -> dict[str, str]:
        """The SHA-256 of each other file, by the way to it from the contract's folder."""
        main = self.origins[()][0]
        return {name: each.digest for name, each in sorted(self.files.items()) if name != main}


def bundled(contract: Path, reader: Reader | None = None) -> Bundle:
    """Read a contract with its parts. Raises Refused if the contract itself is not there, or is no object."""
    try:
        files = Files(contract, reader)
    except FileNotFoundError as error:
        raise Refused(
            "there is no such file. Commands work on the service in whose folder they run: "
            "go there, or make one with `specbound new NAME`."
        ) from error
    except OSError as error:
        raise Refused(f"it cannot be read: {error}") from error
    if not isinstance(files.main.value, dict):
        raise Refused("it is not an OpenAPI document: it holds no object.")
    # Of schemas that refer to each other in a row each one takes some calls to read.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST_CALLS))
    bundler = Bundler(files)
    document = bundler.bundle()
    read = {name: each for name, each in files.all.items() if isinstance(each, File)}
    return Bundle(document, read, bundler.origins, tuple(bundler.mistakes))
