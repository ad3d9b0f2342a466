"""Capacity units: what DynamoDB charges for the calls that the function makes, by AWS's rules, whoever answers them.

An emulator's own ConsumedCapacity does not know what an item's size comes to. Here each call is looked at with what is
stored before it and after it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html (units)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html (what a write costs in an index)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html (transactions count twice)
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from specbound.compiled import DeployedTable
from specbound.local.aws_values import EXACT, Item, item_size
from specbound.local.listening import wrapped
from specbound.store.attempts import Arguments, Reply, Send
from specbound.store.values import serialized

READ_BYTES, WRITE_BYTES = 4096, 1024
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
MOST_KEYS = 100
# What is looked at before a call, by its action and arguments; and what is counted with that and the reply, after it.
Look = Callable[[str, Arguments], list[Item]]
Count = Callable[[str, Arguments, Sequence[Item], Arguments], None]


@dataclass(frozen=True)
class Used:
    """The request units of one call."""

    action: str
    reads: float = 0
    writes: float = 0


@dataclass(frozen=True)
class _Write:
    """One item that a call may write; `given` is all of it, where the call says all. A ConditionCheck counts as one."""

    table: str
    key: Item
    given: Item
    factor: int


class Meter:
    """Tells what a call uses by what is stored before it and after it.

    `tables` are the contract's by their names in DynamoDB, `look` makes a call that is not counted.
    """

    def __init__(self, tables: Mapping[str, DeployedTable], look: Send) -> None:
        self._tables = tables
        self._look = look

    def before(self, action: str, arguments: Arguments) -> list[Item]:
        """What is stored of the items that the call may write. Raises KeyError for an action that is not known here."""
        return self._stored(_writes(self._tables, action, arguments))

    def used(self, action: str, arguments: Arguments, before: Sequence[Item], reply: Arguments) -> Used:
        """What the call used, by its reply: {} for one that was refused."""
        if action in _READS:
            return Used(action, reads=_READS[action](arguments, reply))
        writes = _writes(self._tables, action, arguments)
        written = zip(writes, before, self._stored(writes), strict=True)
        return Used(
            action, writes=sum(_write_units(self._tables[each.table], each, *items) for each, *items in written)
        )

    def _stored(self, writes: Sequence[_Write]) -> list[Item]:
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(writes), MOST_KEYS):
            asked: dict[str, Any] = {}
            for each in writes[start : start + MOST_KEYS]:
                keys = asked.setdefault(each.table, {"Keys": [], "ConsistentRead": True})["Keys"]
                if each.key not in keys:
                    keys.append(each.key)
            while asked:
                reply = self._look("BatchGetItem", {"RequestItems": asked})
                for table, items in reply["Responses"].items():
                    names = [
                        name for name in (self._tables[table]["hash_key"], self._tables[table]["range_key"]) if name
                    ]
                    found |= {(table, _name({name: item[name] for name in names})): item for item in items}
                asked = reply.get("UnprocessedKeys") or {}
        return [found.get((each.table, _name(each.key)), {}) for each in writes]


@contextmanager
def metered(tables: Mapping[str, DeployedTable], database: Any, caller: Any = None) -> Iterator[list[Used]]:
    """Yields what each call used that `caller`, an SDK client, has made so far: by default the function's own.

    `tables` are those of a Meter, and `database` is another client that sees them. Calls that write must come one after
    the other. Raises KeyError for an action whose units are not known here.
    """
    used: list[Used] = []
    meter = Meter(tables, lambda _, asked: database.batch_get_item(**asked))

    def count(action: str, arguments: Arguments, before: Sequence[Item], reply: Arguments) -> None:
        used.append(meter.used(action, arguments, before, reply))

    with _of_the_function(meter.before, count) if caller is None else _of_an_sdk(caller, meter.before, count):
        yield used


@contextmanager
def _of_the_function(look: Look, count: Count) -> Iterator[None]:
    def counted(send: Send) -> Send:
        def run(action: str, arguments: Arguments) -> Reply:
            travels = json.loads(serialized(arguments))
            before, reply = look(action, travels), {}
            try:
                reply = send(action, arguments)
            finally:
                count(action, travels, before, json.loads(serialized(reply)))
            return reply

        return run

    with wrapped(counted):
        yield


@contextmanager
def _of_an_sdk(caller: Any, look: Look, count: Count) -> Iterator[None]:
    arguments: dict[str, Any] = {}
    before: list[Item] = []

    def begin(params: Arguments, model: Any, **_: Any) -> None:
        arguments.clear()
        arguments.update(json.loads(params["body"]))
        before[:] = look(model.name, arguments)

    def end(model: Any, parsed: Arguments, **_: Any) -> None:
        count(model.name, arguments, before, parsed)

    hooks = caller.meta.events
    hooks.register_first("before-call.dynamodb", begin)
    hooks.register("after-call.dynamodb", end)
    try:
        yield
    finally:
        hooks.unregister("before-call.dynamodb", begin)
        hooks.unregister("after-call.dynamodb", end)


def _write_units(table: DeployedTable, write: _Write, old: Item, new: Item) -> float:
    """A write that is refused is paid for as one that is done, but for the indexes."""
    largest = max(item_size(old), item_size(new), item_size(write.given))
    indexes = (
        _index_units(
            _listed(old, each["hash_key"], each["range_key"]), _listed(new, each["hash_key"], each["range_key"])
        )
        for each in table["indexes"].values()
    )
    return write.factor * _blocks(largest, WRITE_BYTES) + sum(indexes)


def _index_units(old: tuple[Any, Item] | None, new: tuple[Any, Item] | None) -> int:
    """An entry that moves is written twice, one that does not change is not written. Transactions do not count here."""
    if old == new:
        return 0
    sizes = [_blocks(item_size(each[1]), WRITE_BYTES) for each in (old, new) if each]
    return max(sizes) if old and new and old[0] == new[0] else sum(sizes)


def _listed(item: Item, *keys: str) -> tuple[Any, Item] | None:
    """The entry of an index, which projects ALL, and its key; None if the item is not listed."""
    return ([item[key] for key in keys], item) if all(key in item for key in keys) else None


def _writes(tables: Mapping[str, DeployedTable], action: str, arguments: Arguments) -> list[_Write]:
    if action in _READS:
        return []
    if action == "TransactWriteItems":
        return [_write(tables, part, 2) for each in arguments["TransactItems"] for part in each.values()]
    if action in ("DeleteItem", "PutItem", "UpdateItem"):
        return [_write(tables, arguments, 1)]
    raise KeyError(f"What {action} costs is not known here.")


def _write(tables: Mapping[str, DeployedTable], part: Arguments, factor: int) -> _Write:
    given = part.get("Item", {})
    table = tables[part["TableName"]]
    key = part.get("Key") or {name: given[name] for name in filter(None, (table["hash_key"], table["range_key"]))}
    return _Write(part["TableName"], key, given, factor)


def _name(key: Item) -> str:
    """What tells a key from others: 1.0 is the number 1."""
    parts = [(name, *pair) for name, value in sorted(key.items()) for pair in value.items()]
    numbers = {name: EXACT.create_decimal(value).normalize() for name, kind, value in parts if kind == "N"}
    return str([(name, kind, numbers.get(name, value)) for name, kind, value in parts])


def _get(arguments: Arguments, reply: Arguments) -> float:
    return _read_units(item_size(reply.get("Item", {})), arguments)


def _batch_get(arguments: Arguments, reply: Arguments) -> float:
    """Each item is rounded by itself; one that is not there is read all the same."""
    found = reply.get("Responses", {})
    return sum(
        _read_units(size, asked)
        for table, asked in arguments["RequestItems"].items()
        for items in [found.get(table, [])]
        for size in [*map(item_size, items), *[0] * (len(asked["Keys"]) - len(items))]
    )


def _query(arguments: Arguments, reply: Arguments) -> float:
    """All that a page holds is rounded together."""
    return _read_units(sum(map(item_size, reply.get("Items", []))), arguments)


def _read_units(size: int, asked: Arguments) -> float:
    return _blocks(size, READ_BYTES) * (1 if asked.get("ConsistentRead") else 0.5)


def _blocks(size: int, of: int) -> int:
    return max(1, ceil(size / of))


_READS: dict[str, Callable[[Arguments, Arguments], float]] = {
    "BatchGetItem": _batch_get,
    "GetItem": _get,
    "Query": _query,
}
