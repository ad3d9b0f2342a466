"""Stamps: the attributes that the engine gives every item of a resource (its key, version and times)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from specbound.store.table import AnyTable, Item


def now() -> str:
    """The time, UTC, as the contract writes it."""
    return written(datetime.now(UTC))


def written(time: datetime) -> str:
    """A time in RFC 3339, to the microsecond."""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def new(table: AnyTable, key: str, fields: Item, time: str) -> Item:
    """A new item: its fields with a key, the first version, and the times that its table shows."""
    return {table.key: key, **fields, "version": 1, **_times(table, time, "createdAt", "updatedAt")}


def touched(table: AnyTable, fields: Mapping[str, Any]) -> Item:
    """Fields that are to be changed, with the time of the change."""
    return {**fields, **_times(table, now(), "updatedAt")}


def after(item: Item, fields: Item) -> Item:
    """The item as it is when some fields were changed."""
    return item | fields | {"version": item["version"] + 1}


def _times(table: AnyTable, time: str, *names: str) -> Item:
    return {name: time for name in names if not table.properties or name in table.properties}
