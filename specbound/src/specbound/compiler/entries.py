"""Entries of an explanation: the part of a contract at a place, what becomes of it, and why."""

from dataclasses import dataclass

from specbound.compiler.mistakes import Place

KEPT = "kept"
BY_GATEWAY = "kept by the gateway"
DOCUMENTATION = "documentation only"


@dataclass(frozen=True)
class Entry:
    """What becomes of the part of a contract at a place: `how` is KEPT, BY_GATEWAY or DOCUMENTATION.

    It holds for all within that part, but for what has an entry of its own.
    """

    place: Place
    how: str
    why: str
