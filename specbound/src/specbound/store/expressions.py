"""Condition and update expressions: writes in DynamoDB's terms, and the attributes that no contract names.

What indexes need, and which write made which version, is added here and never shown.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from specbound.compiled import counter
from specbound.exact_json import EXACT
from specbound.patterns import pattern
from specbound.store.table import CREATED, LONGEST_KEY, AnyTable, Index, Item, Key, fits
from specbound.store.values import encode
from specbound.store.writes import (
    REMOVED,
    Add,
    AnyUpdate,
    Exists,
    Insert,
    Join,
    Release,
    Remove,
    Settle,
    TooLarge,
    Update,
    Write,
    came_to,
    entries_of,
    microseconds,
)

# So many of an item's latest versions are remembered by the token of the write that made each.
REMEMBERED = 8
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
LONGEST_EXPRESSION = 4096
UUID = pattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What stands before a partition's number: the value that its index groups by.
LONGEST_GROUP = LONGEST_KEY - len("#99")
# What stands before each of several.
LONGEST_PREFIX = len("2045:")


def transact_item(write: Write, token: str) -> dict[str, Any]:
    """The write as an entry of TransactWriteItems."""
    match write:
        case Insert():
            return {"Put": _put(write)}
        case Update() | Add() | Settle():
            return {"Update": update(write, token)}
        case Remove():
            expression = Expression()
            condition = _unused(write.table, _at(write, expression), expression)
            return {"Delete": _target(write) | expression.condition(condition)}
        case Join():
            return _join(write)
        case Release():
            expression = Expression()
            condition = _absent_or(write.table.key, write.held, expression) if write.held else ""
            return {"Delete": _target(write) | expression.condition(condition)}
        case Exists():
            expression = Expression()
            condition = _there(write.table, _present(write, expression), expression)
            return {"ConditionCheck": _target(write) | expression.condition(condition)}


def update(write: AnyUpdate, token: str) -> dict[str, Any]:
    """The write as an update."""
    expression = Expression()
    match write:
        case Update():
            condition, change = _at(write, expression), _change(write, token, expression)
            if write.listed is False:
                condition = _unused(write.table, condition, expression)
        case Add():
            condition, change = _within(write, expression), _add(write, expression)
        case Settle():
            names = (expression.name(name) for ticket in write.tickets for name in entries_of(ticket))
            condition, change = _present(write, expression), "REMOVE " + ", ".join(names)
    return {**_target(write), "UpdateExpression": change, **expression.condition(condition)}


def has_made(write: Write, token: str, item: Item) -> bool:
    """Whether an item shows that this very write was done: its reply was lost, and the SDK has sent it again."""
    match write:
        case Insert():
            return all(item.get(name) == value for name, value in write.item.items())
        case Update():
            return bool(item.get(_maker(write.version + 1)) == token)
        case Add():
            return came_to(write.name, write.ticket, item) is not None
        case _:
            return False


def is_forgotten(write: Write, item: Item) -> bool:
    """Whether an item can't say any more who made the version after `write`: it has changed too often, or is gone."""
    return isinstance(write, Update) and (not item or item.get("version", 0) > write.version + REMEMBERED)


def key_attribute(table: AnyTable, key: Key) -> dict[str, Any]:
    return encode(table.keyed(key))


def partition_values(table: AnyTable, index: Index, group: Sequence[Any]) -> list[str]:
    """The values that an index's partition key has for one group of a table's items: of each of `groups_by` a value.

    None at all for a group that no item is in.
    """
    text = _group(index, group)
    return [] if text is None else [_partition(text, number) for number in range(table.partitions)]


def is_listable(index: Index, name: str, value: Any) -> bool:
    """Whether an index can list an item by this value of an attribute that it depends on."""
    if name in index.groups_by and _group_text(value, len(index.groups_by)) is None:
        return False
    return name != index.order_by or index.order is None or _encoded(index.order, value) is not None


def listing(table: AnyTable, item: Item) -> dict[str, str | None]:
    """The attributes by which the table's indexes list an item, of its key, its `createdAt` and what they depend on.

    None for an attribute that it must not have.
    """
    listed: dict[str, str | None] = {}
    if not table.indexes:
        return listed
    key = _text(table.key_in(item))
    number = _number_of(table, key)
    for index in table.indexes.values():
        if index.position not in listed:
            listed[index.position] = _position(index, key, item)
        listed[index.partition] = _partition_of(index, number, item)
    return listed


class Expression:
    """Collects the names and values of one expression."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}

    def name(self, name: str) -> str:
        return self._names.setdefault(name, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder

    def equals(self, fields: Mapping[str, Any]) -> str:
        return " AND ".join(f"{self.name(name)} = {self.value(value)}" for name, value in fields.items())

    def condition(self, condition: str) -> dict[str, Any]:
        """The arguments of a call whose condition this is, or that has none."""
        if not condition:
            return {}
        return {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **self._named()}

    def key_condition(self, condition: str) -> dict[str, Any]:
        """The arguments of a query whose condition this is."""
        return {"KeyConditionExpression": condition, **self._named()}

    def _named(self) -> dict[str, Any]:
        values = {"ExpressionAttributeValues": encode(self._values)} if self._values else {}
        return {"ExpressionAttributeNames": {placeholder: name for name, placeholder in self._names.items()}, **values}


def _put(write: Insert) -> dict[str, Any]:
    table = write.table
    listed = {name: value for name, value in listing(table, write.item).items() if value is not None}
    item = {**write.item, **listed, **_ends(table, write.item)}
    return {"TableName": table.stored_as, "Item": encode(item), **_new(table, write.over)}


def _new(table: AnyTable, over: Mapping[str, Any]) -> dict[str, Any]:
    """The condition of a new item: that there is none, or one with these fields, or one that is past its end."""
    if table.expires:
        expression = Expression()
        condition = _absent_or(table.key, over, expression)
        return expression.condition(f"{condition} OR {_lifetimes().over(expression)}")
    if not over:
        return _new_over(table.key, ())
    values = {f":v{number}": value for number, value in enumerate(over.values())}
    return {**_new_over(table.key, tuple(over)), "ExpressionAttributeValues": encode(values)}


@cache
def _new_over(key: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The same without the values of these fields, which are `:v0` and so on: it is the same for each new item."""
    expression = Expression()
    given = expression.condition(_absent_or(key, dict.fromkeys(names), expression))
    return {name: each for name, each in given.items() if name != "ExpressionAttributeValues"}


def _target(write: AnyUpdate | Remove | Release | Exists | Join) -> dict[str, Any]:
    return {"TableName": write.table.stored_as, "Key": key_attribute(write.table, write.key)}


def _change(write: Update, token: str, expression: Expression) -> str:
    version, moves = write.version + 1, _moves(write)
    listed = {name: value for name, value in moves.items() if value is not None}
    given = {**write.fields, **_ends(write.table, write.fields)}
    fields = {**given, **listed, "version": version, _maker(version): token}
    gone = [name for name, value in given.items() if value is REMOVED]
    kept = ((name, value) for name, value in fields.items() if value is not REMOVED)
    sets = ", ".join(f"{expression.name(name)} = {expression.value(value)}" for name, value in kept)
    left = ", ".join(expression.name(name) for name in [*(moves.keys() - listed.keys()), *gone])
    change = f"SET {sets} REMOVE {left}" if left else f"SET {sets}"
    if len(change) > LONGEST_EXPRESSION:
        raise TooLarge
    return change


def _add(write: Add, expression: Expression) -> str:
    fields = {**write.fields, **_moved(write), **_ends(write.table, write.fields)}
    sets = [f"{expression.name(name)} = {expression.value(value)}" for name, value in fields.items()]
    number, version = (expression.name(name) for name in (write.name, "version"))
    # What stands to the right is as it was before the update: the ticket gets what the update leads to.
    entries = (expression.name(entry) for entry in entries_of(write.ticket))
    amount, one = expression.value(write.amount), expression.value(1)
    if write.values is not None:
        # Nobody is told how long an array was: its ticket only says that it was done.
        array = f"if_not_exists({number}, {expression.value([])})"
        sums = [f"list_append({array}, {expression.value([*write.values])})", f"{version} + {one}", amount]
    else:
        # What is not required may not be there yet.
        counted = number if write.name in write.table.required else f"if_not_exists({number}, {expression.value(0)})"
        sums = [f"{counted} + {amount}", f"{version} + {one}", f"{counted} + {amount}"]
    sums.append(f"{version} + {one}")
    for left, right in zip([number, version, *entries], sums, strict=True):
        sets.append(f"{left} = {right}")
    return "SET " + ", ".join(sets)


def _within(write: Add, expression: Expression) -> str:
    name = expression.name(write.name)
    low, high = expression.value(write.low - write.amount), expression.value(write.high - write.amount)
    condition = f"{name if write.values is None else f'size({name})'} BETWEEN {low} AND {high}"
    if write.name not in write.table.required and write.low <= write.amount <= write.high:
        condition = f"(attribute_not_exists({name}) OR {condition}) AND {_present(write, expression)}"
    return _there(write.table, condition, expression)


def _at(write: Update | Remove, expression: Expression) -> str:
    return expression.equals({"version": write.version})


def _present(write: Write, expression: Expression) -> str:
    return f"attribute_exists({expression.name(write.table.key)})"


def _absent_or(key: str, fields: Mapping[str, Any], expression: Expression) -> str:
    """The condition that there is no item, which would have a `key`, or one with these fields if there are any."""
    absent = f"attribute_not_exists({expression.name(key)})"
    return f"{absent} OR ({expression.equals(fields)})" if fields else absent


def _join(write: Join) -> dict[str, Any]:
    expression = Expression()
    conditions = [_present(write, expression)]
    if write.by >= 0:
        conditions = [_there(write.table, conditions[0], expression)]
        for name, values in write.allowed.items():
            conditions.append(f"{expression.name(name)} IN ({', '.join(expression.value(each) for each in values)})")
    if write.counter is None:
        return {"ConditionCheck": _target(write) | expression.condition(" AND ".join(conditions))}
    change = f"ADD {expression.name(write.counter)} {expression.value(write.by)}"
    return {"Update": {**_target(write), "UpdateExpression": change, **expression.condition(" AND ".join(conditions))}}


def _unused(table: AnyTable, condition: str, expression: Expression) -> str:
    """A condition of an item, and that nothing that it counts belongs to it."""
    for child in table.counts:
        name = expression.name(counter(child))
        condition += f" AND (attribute_not_exists({name}) OR {name} <= {expression.value(0)})"
    return condition


def _there(table: AnyTable, condition: str, expression: Expression) -> str:
    """A condition of an item that is stored, and there."""
    return " AND ".join([condition, *_lifetimes().living(table, expression)]) if table.has_ends else condition


def _ends(table: AnyTable, fields: Mapping[str, Any]) -> Item:
    """The attribute that says when an item ends, where its fields do."""
    return {} if table.expires is None else _lifetimes().written(table, fields, REMOVED)


def _lifetimes() -> Any:
    from specbound.store import lifetimes  # noqa: PLC0415  # loaded with a contract whose items have ends

    return lifetimes


def _maker(version: int) -> str:
    """The attribute that holds the token of the write that made a version. No schema of a contract names it."""
    return f"~{version % REMEMBERED}"


def _moves(write: Update) -> Mapping[str, str | None]:
    """The attributes by which indexes list the item, where a change is one of its place; None for out of the index."""
    moves: dict[str, str | None] = {}
    if write.listed is False:
        return dict.fromkeys((each.partition for each in write.table.indexes.values()), None)
    if write.listed:
        whole = {**write.stored, **write.fields}
        return listing(write.table, {name: value for name, value in whole.items() if value is not REMOVED})
    for index in write.table.indexes.values():
        if not index.depends_on.isdisjoint(write.fields):
            item, key = {**write.stored, **write.fields}, _text(write.key)
            moves[index.partition] = _partition_of(index, _number_of(write.table, key), item)
            if index.order_by in write.fields:
                moves[index.position] = _position(index, key, item)
    return moves


def _moved(write: Add) -> Mapping[str, str | None]:
    """The positions that follow from the fields beside the number. Raises LookupError for a list by the number itself:
    nobody knows what it comes to before it is written.
    """
    moved = {}
    for name, index in write.table.listed_by:
        if name == write.name:
            raise LookupError(
                f"{write.table.name}: a list depends on {name}: change it, an adjustment can't move items."
            )
        if name in write.fields and name == index.order_by:
            moved[index.position] = _position(index, _text(write.key), write.fields)
    return moved


def _number_of(table: AnyTable, key: str) -> int:
    """In which of its table's partitions an item is listed: they are spread evenly, and it is known from its key."""
    return zlib.crc32(key.encode()) % table.write_partitions


def _partition_of(index: Index, number: int, item: Mapping[str, Any]) -> str | None:
    """Where an index lists an item whose partition has this number.

    None without what the index groups by or is in the order of: the item is in none of its lists (a sparse index).
    """
    if index.order and item.get(index.order_by) in (None, REMOVED):
        return None
    group = _group(index, [item.get(name) for name in index.groups_by])
    return None if group is None else _partition(group, number)


def _partition(group: str, number: int) -> str:
    return f"{group}#{number}"


def _group(index: Index, values: Sequence[Any]) -> str | None:
    """The values that an index groups by as one text; None if an index has no such list."""
    count = len(index.groups_by)
    if count != len(values):
        return None
    if not count:
        return ""
    if count == 1:
        return _group_text(values[0], count)
    known = [each for each in (_group_text(value, count) for value in values) if each is not None]
    return "".join(f"{len(each)}:{each}" for each in known) if len(known) == count else None


def _group_text(value: Any, among: int) -> str | None:
    """A value that is one of so many that an index groups by, as text; None if it can't be one."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | Decimal):
        text = str(value.normalize(EXACT) if isinstance(value, Decimal) else value)
    else:
        return None
    longest = LONGEST_GROUP if among == 1 else LONGEST_GROUP // among - LONGEST_PREFIX
    return text if fits(text, longest) else None


def _position(index: Index, key: str, item: Mapping[str, Any]) -> str | None:
    """Where an item stands in its lists: hex digits of what they are in the order of, then 32 that tell it from others.

    By `createdAt` those are 14, of microseconds since 1970. Those of a UUID are its own; any other key has a digest's.
    """
    if index.order is None:
        place: str | None = f"{microseconds(datetime.fromisoformat(item[CREATED])):014x}"
    else:
        value = item.get(index.order_by)
        place = None if value is REMOVED else _encoded(index.order, value)
    if place is None:
        return None
    digits = key.replace("-", "") if UUID.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:32]
    return place + digits


def _encoded(order: str, value: Any) -> str | None:
    from specbound.store import ordering  # noqa: PLC0415  # loaded with a contract that has such an index

    return ordering.encoded(order, value)


def _text(key: Key) -> str:
    return f"{len(str(key[0]))}:{key[0]}{key[1]}" if isinstance(key, tuple) else str(key)
