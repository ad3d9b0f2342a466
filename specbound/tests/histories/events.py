"""Events of a history: what a client asked for, what it was told, and between which moments."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown"
Row = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One thing that was asked for; each item of a batch is one.

    `act` is create, change, remove, adjust, set or read of one thing, or find, walk, replay or reuse. `thing` is users,
    products or stock. `item` is the id of what it is about, "" if that is not known. `begin` and `end` are seconds.
    `shown` is what the reply shows of the item, `etag` its version as the header has it; `met` is what a list showed.
    `match` is the version that If-Match asked for, `key` the request's idempotency key.
    """

    act: str
    thing: str
    client: int
    label: str
    begin: float
    end: float
    outcome: str
    status: int
    problem: str = ""
    item: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    shown: Row | None = None
    etag: str = ""
    match: int | None = None
    key: str = ""
    met: list[Row] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.outcome == DONE

    @property
    def is_possible(self) -> bool:
        """Whether it was done, or may have been."""
        return self.outcome != REFUSED

    def __str__(self) -> str:
        told = f"{self.status} {self.problem}".strip()
        return f"{self.label} ({self.act} {self.thing} {self.item}: {told}, {self.outcome})"


@dataclass(frozen=True)
class Final:
    """What there is in the end, by tables, and how many records of keys; None of what only the database knows."""

    users: list[Row]
    products: list[Row]
    inventory: list[Row]
    adjustments: list[Row]
    emails: list[Row] | None = None
    keys: int | None = None


@dataclass(frozen=True)
class History:
    events: Sequence[Event]
    final: Final


def write(path: Path, history: History) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for each in [*map(asdict, history.events), {"final": asdict(history.final)}]:
            file.write(json.dumps(each, default=_plain) + "\n")


def read(path: Path) -> History:
    *events, last = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return History([Event(**each) for each in events], Final(**last["final"]))


def _plain(value: Any) -> Any:
    """DynamoDB's numbers, and what else JSON has not."""
    as_float = float(value)
    return int(as_float) if as_float.is_integer() else as_float
