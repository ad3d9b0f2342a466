"""What can be written, each with the condition that it carries, in DynamoDB's terms.

A `table` is a name of `x-dynamodb`. Items hold `version`, which counts their changes, and `createdAt` if their table
has lists; the attributes that indexes need are added here and never shown.
"""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from handlers.contract import contract
from handlers.database import Item, encode, table_name

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_WRITE = "lastWrite"


@dataclass(frozen=True)
class Insert:
    """A new item. Refused if there is one with its key."""

    table: str
    item: Item

    @property
    def key(self) -> str:
        return str(self.item[contract.tables[self.table]["key"]])


@dataclass(frozen=True)
class Change:
    """New values for some fields. Refused if the item is not there, or at none of `versions` (None: any)."""

    table: str
    key: str
    fields: Mapping[str, Any]
    versions: Collection[int] | None = None


@dataclass(frozen=True)
class Add:
    """An amount added to a number. Refused if the item is not there, or if the sum were below or above a bound."""

    table: str
    key: str
    name: str
    amount: int
    low: int
    high: int
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Remove:
    """An item's end. Refused if it is not there, or at none of `versions` (None: any)."""

    table: str
    key: str
    versions: Collection[int] | None = None


Write = Insert | Change | Add | Remove


def transact_item(write: Write) -> dict[str, Any]:
    """The write as an entry of TransactWriteItems."""
    if isinstance(write, Insert):
        return {"Put": put(write)}
    if isinstance(write, Remove):
        return {"Delete": _target(write) | _condition(_Expression(write), write.versions)}
    return {"Update": update(write)}


def put(write: Insert) -> dict[str, Any]:
    return {
        "TableName": table_name(write.table),
        "Item": encode(_with_indexes(write)),
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": contract.tables[write.table]["key"]},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def update(write: Change | Add, token: str | None = None) -> dict[str, Any]:
    """The write as an update. With a `token`, an item that was last written under it is not written again."""
    expression = _Expression(write)
    fields = _with_groups(write) | ({LAST_WRITE: token} if token else {})
    sets = [f"{expression.name(name)} = {expression.value(value)}" for name, value in fields.items()]
    version, one = expression.name("version"), expression.value(1)
    sets.append(f"{version} = {version} + {one}")
    if isinstance(write, Add):
        name = expression.name(write.name)
        sets.append(f"{name} = {name} + {expression.value(write.amount)}")
        low, high = expression.value(write.low - write.amount), expression.value(write.high - write.amount)
        expression.conditions.append(f"{name} BETWEEN {low} AND {high}")
    if token:
        last, mine = expression.name(LAST_WRITE), expression.value(token)
        expression.conditions.append(f"(attribute_not_exists({last}) OR {last} <> {mine})")
    versions = write.versions if isinstance(write, Change) else None
    return _target(write) | _condition(expression, versions) | {"UpdateExpression": "SET " + ", ".join(sets)}


def visible(table: str, item: Item) -> Item:
    """The item without the attributes that only the tables need."""
    hidden = _hidden[table]
    return {name: value for name, value in item.items() if name not in hidden}


def key_attribute(table: str, key: str) -> dict[str, Any]:
    return encode({contract.tables[table]["key"]: key})


def partition_values(table: str, group: str | None) -> list[str]:
    """The values that an index's partition key has for one group of a table's items (None: for all of them)."""
    return [_partition(group, number) for number in range(contract.tables[table]["partitions"])]


class _Expression:
    """Collects names, values and conditions of one expression."""

    def __init__(self, write: Change | Add | Remove) -> None:
        self.names: dict[str, str] = {}
        self.values: Item = {}
        self.conditions = [f"attribute_exists({self.name(contract.tables[write.table]['key'])})"]

    def name(self, name: str) -> str:
        return self.names.setdefault(name, f"#n{len(self.names)}")

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder


def _target(write: Change | Add | Remove) -> dict[str, Any]:
    return {
        "TableName": table_name(write.table),
        "Key": key_attribute(write.table, write.key),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _condition(expression: _Expression, versions: Collection[int] | None) -> dict[str, Any]:
    if versions is not None:
        # No item is at version 0: an empty set of versions matches none.
        allowed = ", ".join(expression.value(version) for version in sorted(versions or {0}))
        expression.conditions.append(f"{expression.name('version')} IN ({allowed})")
    values = {"ExpressionAttributeValues": encode(expression.values)} if expression.values else {}
    return {
        "ConditionExpression": " AND ".join(expression.conditions),
        "ExpressionAttributeNames": {placeholder: name for name, placeholder in expression.names.items()},
        **values,
    }


def _with_indexes(write: Insert) -> Item:
    item = dict(write.item)
    for index in contract.tables[write.table]["indexes"].values():
        group = item[index["groups_by"]] if index["groups_by"] else None
        item[index["partition"]] = _partition(group, _number(write))
        item[index["position"]] = _position(item["createdAt"], write.key)
    return item


def _with_groups(write: Change | Add) -> Item:
    fields = dict(write.fields)
    for index in contract.tables[write.table]["indexes"].values():
        if index["groups_by"] in fields:
            fields[index["partition"]] = _partition(fields[index["groups_by"]], _number(write))
    return fields


def _number(write: Write) -> int:
    """Which of its table's partitions an item is listed in: spread evenly, and known from the key alone."""
    return zlib.crc32(write.key.encode()) % int(contract.tables[write.table]["partitions"])


def _partition(group: str | None, number: int) -> str:
    return f"{group or ''}#{number}"


def _position(created_at: str, key: str) -> str:
    """Where an item stands in its lists: microseconds since 1970 in 14 hex digits, then its id in 32."""
    microseconds = (datetime.fromisoformat(created_at) - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds:014x}{UUID(key).hex}"


_hidden = {
    table: {LAST_WRITE} | {each[name] for each in declared["indexes"].values() for name in ("partition", "position")}
    for table, declared in contract.tables.items()
}
