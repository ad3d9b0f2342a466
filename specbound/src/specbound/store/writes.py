"""Conditional writes: what can be written, each with the condition that it carries.

Items hold `version`, which counts their changes (optimistic locking), and `createdAt` if their table has lists.

DynamoDB does not say what a transaction led to. So an Add writes its result under a name of its own, its ticket, beside
the number itself, and whoever made the Add looks for it there, whatever was written since.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from specbound.classes import record
from specbound.patterns import pattern
from specbound.store.table import AnyTable, Item, Key

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TICKETS_LIVE = timedelta(days=2)
TICKET = pattern("[0-9a-f]{30}")
# An expression has at most 4 KB, and each ticket has two attributes:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MOST_TICKETS = 25


# In the place of a value: there is to be none.
REMOVED: Any = object()


class TooLarge(Exception):
    """Nothing was done: an item would have more bytes than DynamoDB keeps, or a change more fields than it takes."""


@record
class Insert:
    """A new item. Refused if there is one with its key, unless its fields are those of `over`."""

    table: AnyTable
    item: Item
    over: Mapping[str, Any] = {}

    @property
    def key(self) -> Key:
        return self.table.key_in(self.item)


@record
class Record(Insert):
    """The record of an idempotency key: an insert whose refusal says that its request was sent before."""


@record
class Update:
    """New values for some fields of an item at `version`. Refused if it is not there, or at another version.

    A field whose value is REMOVED is taken away. `stored` has what else the item's place in lists depends on. It is
    `listed` where it came to be, or not at all any more (False); otherwise as its fields say.
    """

    table: AnyTable
    key: Key
    fields: Mapping[str, Any]
    version: int
    stored: Mapping[str, Any] = {}
    listed: bool | None = None


@record
class Add:
    """An amount added to a number. Refused if the item is not there, or if the sum were below or above a bound.

    It asks for no version, so many callers can add to one item at once. `ticket` is where the item keeps what it came
    to, until `Settle` takes it away. With `values`, that many, they are added to an array, and its length is bounded.
    """

    table: AnyTable
    key: Key
    name: str
    amount: int
    low: int
    high: int
    ticket: str
    fields: Mapping[str, Any] = {}
    values: Sequence[Any] | None = None


@record
class Settle:
    """Takes tickets away from an item. Refused if it is not there."""

    table: AnyTable
    key: Key
    tickets: Collection[str]


@record
class Remove:
    """The end of an item at `version`. Refused if it is not there, or at another version."""

    table: AnyTable
    key: Key
    version: int


@record
class Release:
    """The end of an item, if there is one. Refused if its fields are not those of `held`."""

    table: AnyTable
    key: Key
    held: Mapping[str, Any] = {}


@record
class Exists:
    """Nothing is written: only the other writes are refused if the item is not there."""

    table: AnyTable
    key: Key


@record
class Join:
    """That an item is there, and its fields are among those `allowed`, for one of the table `child` to belong to it.

    With a `counter` it is one more, or one less (`by`); then it need only be stored.
    """

    table: AnyTable
    key: Key
    allowed: Mapping[str, Sequence[Any]]
    counter: str | None
    by: int
    child: str


Write = Insert | Update | Add | Settle | Remove | Release | Exists | Join
AnyUpdate = Update | Add | Settle


def new_ticket() -> str:
    """Another for each Add, in the order of time: microseconds since 1970 in 14 hex digits, and 16 random ones."""
    return f"{microseconds(datetime.now(UTC)):014x}{secrets.token_hex(8)}"


def is_ticket(value: Any) -> bool:
    return isinstance(value, str) and TICKET.fullmatch(value) is not None


def time_of(ticket: str) -> datetime:
    return EPOCH + timedelta(microseconds=int(ticket[:14], 16))


def came_to(name: str, ticket: str, item: Item) -> Item | None:
    """The number and the version that an Add led to, whatever was written since; None without its ticket."""
    number, version = (item.get(entry) for entry in entries_of(ticket))
    return None if number is None or version is None else {name: number, "version": version}


def old_tickets(item: Item) -> list[str]:
    """Tickets that nobody will come for any more: their process died, and the life of its key is over.

    As many as one update can take away beside one of its own; the next one takes the rest.
    """
    oldest = f"{microseconds(datetime.now(UTC) - TICKETS_LIVE):014x}"
    found = (name[2:] for name in item if name.startswith("~n") and name[2:] < oldest)
    return list(islice(found, MOST_TICKETS - 1))


def entries_of(ticket: str) -> tuple[str, str]:
    """The attributes that hold what an Add led to: its number, and its version."""
    return f"~n{ticket}", f"~v{ticket}"


def microseconds(time: datetime) -> int:
    return (time - EPOCH) // MICROSECOND
