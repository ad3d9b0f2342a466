"""Columns: which field each column of a file is, by its name or by what was said of it."""

import math
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from .kinds import Kind
from .stopped import Stopped

# What a rejected row carries beside what it held before; not looked at when it comes back.
REJECTED_ROW, REJECTED_REASON = "rejected_row", "rejected_reason"
NOTES = {REJECTED_ROW, REJECTED_REASON}
# How well columns fit that have nothing to do with a kind.
NOTHING = math.inf


@dataclass(frozen=True)
class Said:
    """What was said of columns: the field that each of some is, and which are passed over."""

    mapped: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """As it was said; "" if nothing was."""
        options = [f"--map {shlex.quote(f'{column}={name}')}" for column, name in sorted(self.mapped.items())]
        return " ".join([*options, *(f"--ignore {shlex.quote(column)}" for column in sorted(self.ignored))])

    @property
    def names(self) -> list[str]:
        """The columns that were spoken of."""
        return [*self.mapped, *sorted(self.ignored)]

    def field_of(self, column: str, kind: Kind) -> str | None:
        """The field; None for a column to be passed over, and "" for one that is no field."""
        if column in NOTES or normalise(column) in {*map(normalise, self.ignored)}:
            return None
        mapped = {normalise(name): each for name, each in self.mapped.items()}
        wanted = mapped.get(normalise(column), column)
        return wanted if wanted in kind.types else _known(kind).get(normalise(wanted), "")


def read(mapped: Iterable[str], ignored: Iterable[str]) -> Said:
    """What `--map COLUMN=FIELD` and `--ignore COLUMN` say. Raises Stopped."""
    pairs = [(*each.rpartition("=")[::2], each) for each in mapped]
    for column, name, text in pairs:
        if not (column and name):
            raise Stopped(f'--map {text}: write COLUMN=FIELD, as in --map "E-Mail=email".')
    return Said({column: name for column, name, _ in pairs}, frozenset(ignored))


def choose(kinds: list[Kind], wanted: str, columns: Sequence[str], path: Path, said: Said) -> Kind:
    """The kind that was asked for; or else the one that the columns fit best, or the file is named after.

    An earlier version's is to be asked for, where the contract's own has any.
    """
    known = " or ".join(f"KIND={each.name}" for each in kinds)
    if wanted:
        if fitting := [each for each in kinds if each.name == wanted]:
            return fitting[0]
        raise Stopped(f"KIND={wanted} is nothing that this API creates in batches: {known}.")
    own = [each for each in kinds if "." not in each.name] or kinds
    misfits = {each.name: _misfit(columns, each, said) for each in own}
    least = min(misfits.values())
    fitting = [each for each in own if misfits[each.name] == least]
    named = [each for each in fitting if path.name.startswith(each.name)]
    for found in (named, fitting if least < NOTHING else []):
        if len(found) == 1:
            return found[0]
    raise Stopped(f"Say what {path.name} holds, {known}: its fields ({', '.join(sorted(columns))}) do not tell.")


def fit(columns: Sequence[str], kind: Kind, said: Said, name: str) -> list[str | None]:
    """The field of each column, None for one to be passed over. Raises Stopped, which names all that does not fit."""
    fields = [said.field_of(each, kind) if each else None for each in columns]
    count = Counter(filter(None, fields))
    missing = [each for each in kind.types if each in kind.required and each not in count]
    unknown = [column for column, each in zip(columns, fields, strict=True) if each == ""]
    there = {*map(normalise, columns)}
    problems = [
        f"there is no column {column}, which --map or --ignore names."
        for column in said.names
        if normalise(column) not in there
    ]
    problems += [
        f"--map {column}={each}: it is none of its fields."
        for column, each in said.mapped.items()
        if each not in kind.types and normalise(each) not in _known(kind)
    ]
    problems += [_of_unknown(each, missing) for each in unknown if each not in said.mapped]
    problems += [f'{each} is missing: --map "COLUMN={each}" says which column it is.' for each in missing]
    problems += [
        f"{each} is {' and '.join(repr(column) for column, one in zip(columns, fields, strict=True) if one == each)}:"
        " --ignore one of them."
        for each, several in count.items()
        if several > 1
    ]
    if len(unknown) > 1:
        problems.append("To pass over all of these: " + " ".join(f"--ignore {shlex.quote(each)}" for each in unknown))
    if problems:
        head, between = f"{name} does not fit {kind.name} ({', '.join(kind.types)}):", "\n  "
        raise Stopped(f"{head} {problems[0]}" if len(problems) == 1 else between.join([head, *problems]))
    return fields


def normalise(name: str) -> str:
    """What is compared of a column's name: `Initial quantity` is `initialQuantity`."""
    return "".join(filter(str.isalnum, name)).lower() or name


def _of_unknown(column: str, missing: list[str]) -> str:
    spelt = {normalise(each): each for each in missing}
    close = [spelt[each] for each in get_close_matches(normalise(column), spelt, 1)]
    close += [each for known, each in spelt.items() if known in normalise(column)]
    mapped = shlex.quote(f"{column}={close[0] if close else 'FIELD'}")
    return f"{column} is none of its fields: --map {mapped} or --ignore {shlex.quote(column)}."


def _misfit(columns: Sequence[str], kind: Kind, said: Said) -> float:
    """How many columns are missing or too many; NOTHING where not one is a field."""
    fields = [said.field_of(each, kind) for each in columns if each]
    return len(kind.required - {*fields}) + fields.count("") if any(fields) else NOTHING


def _known(kind: Kind) -> dict[str, str]:
    return {normalise(name): name for name in kind.types}
