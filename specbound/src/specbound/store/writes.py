"""Conditional writes: what can be written, each with the condition that it carries.

Items hold `version`, which counts their changes (optimistic locking), and
`createdAt` if their table has lists.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.store.table import AnyTable, Item


@dataclass(frozen=True)
class Insert:
    """A new item. Refused if there is one with its key, unless its fields are those of `over`."""

    table: AnyTable
    item: Item
    over: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.item[self.table.key])


@dataclass(frozen=True)
class Record(Insert):
    """The record of an idempotency key: an insert whose refusal says that its request was sent before."""


@dataclass(frozen=True)
class Update:
    """New values for some fields of an item at `version`. Refused if it is not there, or at another version."""

    table: AnyTable
    key: str
    fields: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class Add:
    """An amount added to a number. Refused if the item is not there, or if the sum were below or above a bound.

    It asks for no version, so many callers can add to one item at once. `ticket` is where the item keeps what it came
    to, until `Settle` takes it away.
    """

    table: AnyTable
    key: str
    name: str
    amount: int
    low: int
    high: int
    ticket: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Settle:
    """Takes tickets away from an item. Refused if it is not there."""

    table: AnyTable
    key: str
    tickets: Collection[str]


@dataclass(frozen=True)
class Remove:
    """The end of an item at `version`. Refused if it is not there, or at another version."""

    table: AnyTable
    key: str
    version: int


@dataclass(frozen=True)
class Release:
    """The end of an item, if there is one. Refused if its fields are not those of `held`."""

    table: AnyTable
    key: str
    held: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Exists:
    """Nothing is written: only the other writes are refused if the item is not there."""

    table: AnyTable
    key: str


Write = Insert | Update | Add | Settle | Remove | Release | Exists
AnyUpdate = Update | Add | Settle
