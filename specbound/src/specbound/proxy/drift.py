"""Drift: where the traffic and a contract differ, each place once, with how often it was seen."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Steps of a path that may be somebody's: they have a digit, are long, or no plain words.
SOMEBODYS = re.compile(r"(?!v[0-9]{1,2}$).*[0-9%@].*|.{24,}")
# The number of an item, and members that no schema names so.
INDEX_OR_NAME = re.compile(r"[0-9]+|.*@.*|.*[0-9]{6}.*|.{48,}")
# A place with more names than these says no more.
MOST = 1000
LONGEST = 120


@dataclass(frozen=True)
class Drift:
    """One difference: the route, as the contract writes it, and the operation's name, if it has one; on which side
    (`request` or `reply`), with which status, at which place, and what is wrong there. No value is in it."""

    route: str
    operation: str | None
    side: str
    status: int
    place: str
    what: str

    def __str__(self) -> str:
        name = f" ({self.operation})" if self.operation else ""
        return f"{self.route}{name}: {self.side} {self.status}: {f'{self.place}: ' if self.place else ''}{self.what}"


@dataclass
class Seen:
    count: int
    first: str


class Report:
    """All that was seen of a server's traffic."""

    def __init__(self, url: str, contract: str, operations: Mapping[str, str]) -> None:
        """`operations` has the route of each operation, by its name."""
        self._url, self._contract, self._operations = url, contract, operations
        self._drifts: dict[Drift, Seen] = {}
        self._calls: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    @property
    def has_drift(self) -> bool:
        return bool(self._drifts)

    def called(self, operation: str | None) -> None:
        self.counts["requests"] += 1
        if operation:
            self._calls[operation] += 1

    def add(self, found: Iterable[Drift]) -> list[Drift]:
        """Those that were not seen before."""
        new = []
        for each in dict.fromkeys(found):
            if each in self._drifts:
                self._drifts[each].count += 1
            elif len(self._drifts) < MOST:
                self._drifts[each] = Seen(1, datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"))
                new.append(each)
            else:
                self.counts["more drifts"] += 1
        return new

    def as_json(self) -> dict[str, Any]:
        drifts = [{**asdict(each), "count": seen.count, "first": seen.first} for each, seen in self._drifts.items()]
        return {
            "url": self._url,
            "contract": self._contract,
            "counts": dict(sorted(self.counts.items())),
            "drifts": drifts,
            "operations": {name: self._calls[name] for name in self._operations},
        }

    def write(self, file: Path) -> None:
        """The same as a file, at once."""
        written = file.with_name(f".{file.name}.new")
        file.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.replace(file)

    def lines(self) -> Iterator[str]:
        """What is told at the end."""
        counts = self.counts
        called = sum(1 for name in self._operations if self._calls[name])
        of = _several(len(self._operations), "operation")
        yield f"{_several(counts['requests'], 'request')} to {called} of {of}."
        for each, seen in sorted(self._drifts.items(), key=lambda pair: (pair[0].route, str(pair[0]))):
            yield f"  {each} ({_several(seen.count, 'time')})"
        for name in sorted(counts.keys() - {"requests"}):
            yield f"  {name}: {counts[name]}"
        yield f"Drift: {_several(len(self._drifts), 'difference')}." if self._drifts else "No drift."


def masked(path: str) -> str:
    """A path that no contract has, without what may be somebody's: ids, tokens, addresses."""
    return "/".join("*" if SOMEBODYS.fullmatch(each) else each for each in path.split("/"))[:LONGEST]


def place_of(pointer: str) -> str:
    """A JSON pointer in which any item of a list is `*`, and so is a name that may be somebody's."""
    return "/".join("*" if INDEX_OR_NAME.fullmatch(each) else each for each in pointer.split("/"))[:LONGEST]


def _several(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
