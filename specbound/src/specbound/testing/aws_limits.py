"""Looks at every call to DynamoDB for what AWS would refuse and emulators take.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from specbound.compiled import DeployedTable, read
from specbound.local import aws_values
from specbound.local.aws_values import Item, item_size
from specbound.testing import aws_expressions
from specbound.testing.wire import Call, before_each_call

LARGEST_ITEM = 400 * 1024
LARGEST_TRANSACTION = 4 * 1024 * 1024
LARGEST_BATCH = 16 * 1024 * 1024
MOST_ACTIONS = 100
MOST_READS = 100
MOST_BATCH_WRITES = 25
LONGEST_PARTITION_KEY = 2048
LONGEST_SORT_KEY = 1024
LONGEST_KEY_NAME = 255
LONGEST_TOKEN = 36
RETURN_VALUES = {
    "PutItem": {"NONE", "ALL_OLD"},
    "DeleteItem": {"NONE", "ALL_OLD"},
    "UpdateItem": {"NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"},
}
ON_FAILURE = {"NONE", "ALL_OLD"}
Arguments = Mapping[str, Any]


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every call that the function makes in this process is looked at. Yields what AWS would have refused so far."""
    broken: list[str] = []

    def look(call: Call) -> None:
        broken.extend(f"{call.action}: {each}" for each in objections(call.action, call.arguments))

    with before_each_call(look):
        yield broken


def objections(action: str, arguments: Arguments) -> list[str]:
    """What AWS refuses of a call; nothing if it takes it."""
    check = _CHECKS.get(action)
    return list(check(arguments)) if check else ["not an action whose limits are known here"]


def know(tables: Mapping[str, DeployedTable]) -> None:
    """Look at the calls for these tables as well, by their names in DynamoDB, which the service here does not have."""
    _declared().update(tables)


def _get(arguments: Arguments) -> Iterator[str]:
    yield from _key(arguments["TableName"], arguments["Key"])
    yield from aws_expressions.objections(arguments)


def _put(arguments: Arguments) -> Iterator[str]:
    yield from _item(arguments["TableName"], arguments["Item"])
    yield from aws_expressions.objections(arguments)
    yield from _return_values("PutItem", arguments)


def _update(arguments: Arguments) -> Iterator[str]:
    table, values = arguments["TableName"], arguments.get("ExpressionAttributeValues", {})
    yield from _get(arguments)
    yield from _return_values("UpdateItem", arguments)
    assigned = aws_expressions.assignments(arguments)
    names = [name for name, _ in assigned]
    if len(set(names)) < len(names):
        yield f"an attribute is set twice: {sorted(names)}"
    if not _keys(table).keys().isdisjoint(names):
        yield "a key can't be changed"
    # What is there already is not known here, so this is the least that the item can have.
    given = {name: values[source] for name, source in assigned if source in values}
    yield from _item_values(table, arguments["Key"] | given)


def _delete(arguments: Arguments) -> Iterator[str]:
    yield from _get(arguments)
    yield from _return_values("DeleteItem", arguments)


def _query(arguments: Arguments) -> Iterator[str]:
    table, index = arguments["TableName"], arguments.get("IndexName")
    yield from aws_expressions.objections(arguments)
    if arguments.get("Limit", 1) < 1:
        yield f"Limit is {arguments['Limit']}"
    if index is not None and arguments.get("ConsistentRead"):
        yield "an index can't be read consistently"
    keys = _index_keys(table)[index] if index else _keys(table)
    start = arguments.get("ExclusiveStartKey")
    if start is not None and start.keys() != keys.keys() | _keys(table).keys():
        yield f"ExclusiveStartKey has {sorted(start)}"
    # In the whole of a key condition there are values of keys only.
    longest = max(keys.values())
    for placeholder, value in arguments.get("ExpressionAttributeValues", {}).items():
        if placeholder in arguments["KeyConditionExpression"]:
            yield from _key_value(placeholder, value, longest)


def _batch_get(arguments: Arguments) -> Iterator[str]:
    requested = arguments["RequestItems"]
    count = sum(len(each["Keys"]) for each in requested.values())
    if not 1 <= count <= MOST_READS:
        yield f"{count} keys"
    for table, each in requested.items():
        if _has_twice(each["Keys"]):
            yield "a key comes twice"
        yield from aws_expressions.objections(each)
        for key in each["Keys"]:
            yield from _key(table, key)


def _batch_write(arguments: Arguments) -> Iterator[str]:
    writes = [(table, each) for table, group in arguments["RequestItems"].items() for each in group]
    if not 1 <= len(writes) <= MOST_BATCH_WRITES:
        yield f"{len(writes)} writes"
    items = [each["PutRequest"]["Item"] for _, each in writes if "PutRequest" in each]
    if sum(map(item_size, items)) > LARGEST_BATCH:
        yield "more than 16 MB"
    for table, each in writes:
        yield from _item(table, each["PutRequest"]["Item"]) if "PutRequest" in each else ()
        yield from _key(table, each["DeleteRequest"]["Key"]) if "DeleteRequest" in each else ()
    if _has_twice([(table, _written_key(table, *each.values())) for table, each in writes]):
        yield "an item is written twice"


def _transact_write(arguments: Arguments) -> Iterator[str]:
    actions = [(kind, each) for entry in arguments["TransactItems"] for kind, each in entry.items()]
    yield from _transaction(actions)
    if not 1 <= len(arguments.get("ClientRequestToken", "-")) <= LONGEST_TOKEN:
        yield f"ClientRequestToken has {len(arguments['ClientRequestToken'])} characters"
    if _has_twice([(each["TableName"], _written_key(each["TableName"], each)) for _, each in actions]):
        yield "an item comes twice"
    for kind, each in actions:
        if "ReturnValues" in each:
            yield f"{kind} of a transaction has no ReturnValues"
    sizes = [item_size(each.get("Item", {}) | each.get("ExpressionAttributeValues", {})) for _, each in actions]
    if sum(sizes) > LARGEST_TRANSACTION:
        yield f"{sum(sizes)} bytes"


def _transact_get(arguments: Arguments) -> Iterator[str]:
    yield from _transaction([("Get", entry["Get"]) for entry in arguments["TransactItems"]])


def _transaction(actions: list[tuple[str, Arguments]]) -> Iterator[str]:
    if not 1 <= len(actions) <= MOST_ACTIONS:
        yield f"{len(actions)} actions"
    checks = {"Put": _put, "Update": _update, "Delete": _delete, "ConditionCheck": _delete, "Get": _get}
    for kind, each in actions:
        yield from (f"{kind}: {objection}" for objection in checks[kind](each))


def _return_values(action: str, arguments: Arguments) -> Iterator[str]:
    if arguments.get("ReturnValues", "NONE") not in RETURN_VALUES[action]:
        yield f"{action} does not return {arguments['ReturnValues']}"
    if arguments.get("ReturnValuesOnConditionCheckFailure", "NONE") not in ON_FAILURE:
        yield f"a failed condition does not return {arguments['ReturnValuesOnConditionCheckFailure']}"


def _item(table: str, item: Item) -> Iterator[str]:
    if missing := _keys(table).keys() - item.keys():
        yield f"{table}: an item without {missing}"
    yield from _item_values(table, item)


def _item_values(table: str, item: Item) -> Iterator[str]:
    yield from aws_values.objections(item)
    if item_size(item) > LARGEST_ITEM:
        yield f"{table}: an item of {item_size(item)} bytes"
    for keys in (_keys(table), *_index_keys(table).values()):
        for name, longest in keys.items():
            if name in item:
                yield from _key_value(name, item[name], longest)


def _key(table: str, key: Item) -> Iterator[str]:
    if key.keys() != _keys(table).keys():
        yield f"{table}: a key of {sorted(key)}"
    for name, longest in _keys(table).items():
        if name in key:
            yield from _key_value(name, key[name], longest)


def _key_value(name: str, value: Mapping[str, Any], longest: int) -> Iterator[str]:
    [kind] = value
    if kind not in ("S", "N", "B"):
        yield f"{name}: a key of type {kind}"
    elif not 1 <= aws_values.size(value) <= longest:
        yield f"{name}: a key of {aws_values.size(value)} bytes"
    if len(name.encode()) > LONGEST_KEY_NAME:
        yield f"{name[:50]}: a key's name of {len(name.encode())} bytes"


def _written_key(table: str, write: Arguments) -> Item:
    given: Item = write.get("Key") or write["Item"]
    return {name: given[name] for name in _keys(table) if name in given}


def _has_twice(members: list[Any]) -> bool:
    texts = [json.dumps(each, sort_keys=True) for each in members]
    return len(set(texts)) < len(texts)


@cache
def _declared() -> dict[str, DeployedTable]:
    tables = read()["infrastructure"]["tables"]
    return {os.environ[f"TABLE_{name.upper()}"]: table for name, table in tables.items()}


def _keys(table: str) -> dict[str, int]:
    """Each attribute of the table's key, and how long it may be."""
    declared = _declared()[table]
    sort = {} if declared["range_key"] is None else {declared["range_key"]: LONGEST_SORT_KEY}
    return {declared["hash_key"]: LONGEST_PARTITION_KEY} | sort


def _index_keys(table: str) -> dict[str, dict[str, int]]:
    return {
        name: {each["hash_key"]: LONGEST_PARTITION_KEY, each["range_key"]: LONGEST_SORT_KEY}
        for name, each in _declared()[table]["indexes"].items()
    }


_CHECKS: dict[str, Callable[[Arguments], Iterator[str]]] = {
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "DeleteItem": _delete,
    "GetItem": _get,
    "PutItem": _put,
    "Query": _query,
    "TransactGetItems": _transact_get,
    "TransactWriteItems": _transact_write,
    "UpdateItem": _update,
}
