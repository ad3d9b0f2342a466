"""Beside: what a server has that is no operation of its contract, so that it is no drift where the contract is silent.

That are pages which say what the API is, as the engine's own servers have them, and what a user names with `--ignore`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from specbound.compiler.document import Document
from specbound.compiler.own_paths import own_paths
from specbound.failures import Failed

# What browsers ask every server for: see local/door.py.
DOOR = ("/", "/favicon.ico")
READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Beside:
    """`own` are paths that are only read, `ignored` patterns, in which `*` stands for anything, for every method."""

    own: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()

    def has(self, method: str, path: str) -> bool:
        return (method in READING and path in self.own) or any(fnmatchcase(path, each) for each in self.ignored)


NOTHING = Beside()


def beside(document: Document, ignored: Iterable[str]) -> Beside:
    """What there is beside a contract's operations. Raises Failed for a pattern that is no path."""
    patterns = tuple(ignored)
    for each in patterns:
        if not each.startswith(("/", "*")):
            raise Failed(f"--ignore {each}: a path begins with a slash, as /{each} does.")
    return Beside(frozenset({*DOOR, *own_paths(document).values()}), patterns)
