"""`--dry-run`: what each row would be, by the contract alone; nothing is sent."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..decimals import json_text
from .display import reasons
from .kinds import Kind
from .rows import Row

TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("a string", (str,)),
    "integer": ("a whole number", (int, float)),
    "number": ("a number", (int, float)),
    "boolean": ("true or false", (bool,)),
    "array": ("a list", (list,)),
    "object": ("an object", (dict,)),
}


def run(rows: Iterator[Row], kind: Kind) -> int:
    """Print each row as it would be sent, or why it would not be taken. Returns 0 if all would be sent."""
    fine, rejected = 0, Counter[str]()
    for row in rows:
        if faults := row.fault or "; ".join(_faults(row, kind)):
            rejected[faults] += 1
            print(f"row {row.number}: rejected: {faults}")
        else:
            fine += 1
            print(f"row {row.number}: {json_text(row.item)}")
    print(f"\nNothing was sent. As {kind.name}:")
    print(f"  {'would be sent':<14}{fine:>9,}")
    print(f"  {'rejected':<14}{rejected.total():>9,}")
    if rejected:
        print(reasons(rejected))
    print("The API checks more than this: patterns, formats, ranges, and what is there already.")
    return 1 if rejected else 0


def _faults(row: Row, kind: Kind) -> Iterator[str]:
    if not isinstance(row.item, dict):
        yield "must be an object"
        return
    yield from (f"{name}: is required" for name in kind.types if name in kind.required and name not in row.item)
    for name, value in row.item.items():
        if name not in kind.types:
            yield f"{name}: is not known here"
        elif name in row.hints:
            yield f"{name}: {row.hints[name]}"
        elif not _is(kind.types[name], value):
            yield f"{name}: must be {TYPES[kind.types[name]][0]}"


def _is(type_: str, value: Any) -> bool:
    if type_ not in TYPES or value is None:
        return True
    return isinstance(value, TYPES[type_][1]) and (type_ == "boolean" or not isinstance(value, bool))
