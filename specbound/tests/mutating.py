"""Contracts that somebody, or something, has spoilt at random."""

import copy
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from specbound.compiler.document import Document, load

HERE = Path(__file__).parent
# Twenty seeds of each number of them: 2,760 in all. More are found by raising this.
TIMES = int(os.environ.get("MUTATIONS", "1"))
SOURCES: dict[str, tuple[Callable[[], Document], int]] = {
    "things": (lambda: load(HERE / "contracts" / "things.yaml"), 50),
    "listed": (lambda: load(HERE / "contracts" / "listed.yaml"), 54),
    "notes": (lambda: load(HERE / "notes" / "openapi.yaml"), 30),
    "orders": (lambda: load(HERE / "orders" / "openapi.yaml"), 3),
    "catalogue": (load, 1),
}
SEEDS = range(20)

Slot = tuple[Any, Any]
"""What holds a value, and under which name or number."""

OTHERS = (None, [], {}, "", "x", "S", "2", 0, -1, 1, 1.5, 10**30, True, [None], ["x"], {"x": None}, {"$ref": "#/x"})
NAMES = ("", "x", "x-x", "$ref", "get", "/x", "200", "a/b", "~", "é")


def mutations(name: str, seed: int) -> Iterator[Document]:
    """The contracts that are made of one of the sources with one of the seeds: the same ones each time."""
    random = Random(f"{name} {seed}")
    for _ in range(SOURCES[name][1] * TIMES):
        yield mutated(source(name), random)


@cache
def source(name: str) -> Document:
    return SOURCES[name][0]()


def mutated(document: Document, random: Random) -> Document:
    """A copy with one to three mistakes."""
    spoilt = copy.deepcopy(document)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        slots = list(_slots(spoilt))
        # Most of a contract is OpenAPI, whose own schema refuses most mistakes: half of them are to be elsewhere.
        own = [slot for name in spoilt if name.startswith("x-") for slot in ((spoilt, name), *_slots(spoilt[name]))]
        pool = own if own and random.random() < 0.5 else slots
        random.choice((_remove, _replace, _replace, _rename, _repeat, _swap))(random.choice(pool), slots, random)
    return spoilt


def _slots(value: Any) -> Iterator[Slot]:
    """Every value within a value."""
    for name in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, name
        yield from _slots(value[name])


def _remove(slot: Slot, _: list[Slot], __: Random) -> None:
    holder, name = slot
    del holder[name]


def _replace(slot: Slot, slots: list[Slot], random: Random) -> None:
    """By a value of any kind, or by what stands elsewhere."""
    holder, name = slot
    other, there = random.choice(slots)
    holder[name] = copy.deepcopy(random.choice((*OTHERS, other[there])))


def _rename(slot: Slot, slots: list[Slot], random: Random) -> None:
    holder, name = slot
    if isinstance(holder, dict):
        names = [each for other, each in slots if isinstance(other, dict)]
        holder[random.choice((*NAMES, f"{name}s", name.upper(), random.choice(names)))] = holder.pop(name)


def _repeat(slot: Slot, _: list[Slot], random: Random) -> None:
    holder, name = slot
    if isinstance(holder, list):
        holder.insert(name, copy.deepcopy(holder[name]))
    else:
        holder[random.choice((f"{name}2", *NAMES, *holder))] = copy.deepcopy(holder[name])


def _swap(slot: Slot, slots: list[Slot], random: Random) -> None:
    """With another that is neither within it nor around it."""
    holder, name = slot
    other, there = random.choice(slots)
    one, two = copy.deepcopy(holder[name]), copy.deepcopy(other[there])
    holder[name], other[there] = two, one


# What a slip of the hand, an editor or another version of YAML leaves in a line.
COLONS = ("", "::", ": &a", ": *a", ": !x", ": |", ": {", ": [", ": -", ": ~", ": no", ": 2026-01-31", ": <<")
ENDS = ("\t", "#", " :", " - ", "'", '"', "{", "]", "\x00", "é", "\ufeff")
VALUES = ("1.0", "010", "null", "{$ref: '#/'}", "{$ref: other.yaml}", "'#/components'", "[a, b]", "1e400", "")
EDITS: tuple[Callable[[list[str], int, Random], object], ...] = (
    lambda lines, at, _: lines.pop(at),
    lambda lines, at, random: lines.insert(at, random.choice(lines)),
    lambda lines, at, random: lines.__setitem__(at, random.choice((" ", "  ", "    ", "\t")) + lines[at]),
    lambda lines, at, _: lines.__setitem__(at, lines[at].lstrip()),
    lambda lines, at, random: lines.__setitem__(at, lines[at].replace(":", random.choice(COLONS), 1)),
    lambda lines, at, random: lines.__setitem__(at, lines[at] + random.choice(ENDS)),
    lambda lines, at, random: lines.__setitem__(at, re.sub(": .*", f": {random.choice(VALUES)}", lines[at])),
)


def edited(text: str, random: Random) -> str:
    """A text with one to three lines that are not as they were."""
    lines = text.splitlines()
    for _ in range(random.choice((1, 1, 2, 3))):
        random.choice(EDITS)(lines, random.randrange(len(lines)), random)
    return "\n".join(lines)
