"""Items: read by key or by index, and written, each write with its condition.

Every write is done at most once, even if its reply was lost, the SDK sent it again, and
somebody else wrote in between. There is no scan. Above this module nothing has heard of DynamoDB. Everything here may
raise Unavailable, and what shows items Misfit.
"""

import heapq
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from specbound.store import expressions
from specbound.store.attempts import DatabaseError
from specbound.store.dynamodb import Unavailable, call, has_lost_reply, tries
from specbound.store.expressions import is_group, key_attribute, partition_values
from specbound.store.table import AnyTable, Item, Key
from specbound.store.values import decode, encode
from specbound.store.writes import Add, AnyUpdate, Record, Settle, TooLarge, Write, came_to, old_tickets

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_WRITES = 100
# Of one BatchGetItem.
MOST_KEYS = 100
# Of an item that is put or updated; in a transaction it is one of the reasons.
TOO_LARGE = "exceeded the maximum allowed size"


@dataclass(frozen=True)
class Refusal:
    """Why a write was refused: the item as it is, or None where there is none."""

    write: Write
    item: Item | None


class ConditionFailed(Exception):
    """Some write's condition did not hold, so none was done. One Refusal, or None, per write."""

    def __init__(self, refusals: Sequence[Refusal | None]) -> None:
        super().__init__(f"{sum(each is not None for each in refusals)} of {len(refusals)} writes refused")
        self.refusals = refusals


class RecordFound(Exception):
    """Nothing was done: the request was sent before under its idempotency key, of which this is the record."""

    def __init__(self, record: Item) -> None:
        super().__init__("there is a record of the key")
        self.record = record


def get(table: AnyTable, key: Key) -> Item | None:
    """One item, as the last write left it; None if there is none."""
    item = stored(table, key)
    return table.shown(item) if item else None


def get_many(table: AnyTable, keys: Sequence[Key]) -> list[Item]:
    """Items in the order of their keys, a hundred in a call; those that do not exist are left out."""
    wanted = [key for key in map(table.key_of, keys) if key is not None]
    different = list(dict.fromkeys(wanted))
    found: dict[Key, Item] = {}
    for start in range(0, len(different), MOST_KEYS):
        found |= _batch(table, different[start : start + MOST_KEYS])
    return [found[key] for key in wanted if key in found]


def page(
    table: AnyTable, index: str, group: str | None, limit: int, after: str | None
) -> tuple[list[Item], str | None]:
    """Up to `limit` items of an index, newest first, merged over its partitions; and where to go on, if there is more.

    `group` is the value of what the index groups by. `after` is a position: everything before it in the list is
    left out, whether or not its item still exists. Raises LookupError for an index that is retired.
    """
    position = table.queried(index).position
    if group is not None and not is_group(group):
        return [], None
    partitions = [_newest(table, index, value, limit + 1, after) for value in partition_values(table, group)]
    merged = heapq.merge(*partitions, key=lambda item: str(item[position]), reverse=True)
    items = list(islice(merged, limit + 1))
    next_token = str(items[limit - 1][position]) if len(items) > limit else None
    return [table.shown(item) for item in items[:limit]], next_token


def write(*group: Write) -> None:
    """Do all of these writes (at most a hundred), or none.

    Raises ConditionFailed if a condition does not hold, RecordFound if that of an idempotency record does not, and
    TooLarge.
    """
    token = secrets.token_urlsafe(12)
    try:
        if len(group) == 1 and isinstance(group[0], AnyUpdate):
            call("update_item", **expressions.update(group[0], token))
        else:
            # With the token, a call that is sent again within ten minutes is not done again.
            items = [expressions.transact_item(each, token) for each in group]
            call("transact_write_items", TransactItems=items, ClientRequestToken=token)
    except DatabaseError as error:
        if any(TOO_LARGE in message for message in _messages(error)):
            raise TooLarge from error
        refused = [(each, decode(found)) if found is not None else None for each, found in _found(group, error)]
        if any(pair and expressions.has_made(pair[0], token, pair[1]) for pair in refused):
            return
        if has_lost_reply() and any(pair and expressions.is_forgotten(*pair) for pair in refused):
            raise Unavailable("others wrote before the lost reply was noticed", is_unsettled=True) from error
        for pair in refused:
            if pair and isinstance(pair[0], Record):
                raise RecordFound(pair[1]) from error
        raise ConditionFailed(
            [pair and Refusal(pair[0], pair[0].table.visible(pair[1]) or None) for pair in refused]
        ) from error


def _batch(table: AnyTable, keys: Sequence[Key]) -> dict[Key, Item]:
    name = table.stored_as
    pending: Mapping[str, Any] = {name: {"Keys": [key_attribute(table, key) for key in keys], "ConsistentRead": True}}
    found: dict[Key, Item] = {}
    for _ in tries():
        reply = call("batch_get_item", RequestItems=pending)
        items = (table.shown(decode(each)) for each in reply["Responses"].get(name, []))
        found |= {item[table.key]: item for item in items}
        pending = reply.get("UnprocessedKeys") or {}
        if not pending:
            return found
    raise Unavailable("UnprocessedKeys")


def come_to(add: Add) -> tuple[Item, Settle] | None:
    """The item as an Add that was done made it, whatever others wrote since, and the write that takes its ticket away.

    Its version is there whether or not it is shown. None if the item is gone. Raises Unavailable, which is unsettled:
    the Add was done.
    """
    try:
        item = stored(add.table, add.key)
    except Unavailable as unavailable:
        raise Unavailable(str(unavailable), is_unsettled=True) from unavailable
    result = came_to(add.name, add.ticket, item)
    if result is None:
        return None
    made = add.table.shown({**item, **add.fields, **result})
    return {**made, "version": result["version"]}, Settle(add.table, add.key, [add.ticket, *old_tickets(item)])


def rewrite(find: Callable[[], Item], make: Callable[[Item], Sequence[Write]]) -> Item:
    """Do writes that depend on an item as it is stored. Returns the item that they were made of.

    The first of the writes is the item's own, at the version that was found: whoever writes in between makes it
    refused, and all is made anew of what they left. Raises ConditionFailed if only others of the writes were refused.
    """
    for _ in tries():
        item = find()
        try:
            write(*make(item))
            return item
        except ConditionFailed as refused:
            if refused.refusals[0] is None:
                raise
    raise Unavailable("too many others change this item just now")


def fitting(groups: Mapping[int, Sequence[Write]], spare: int = 0) -> dict[int, Sequence[Write]]:
    """As many groups as one call takes beside `spare` more writes: it may touch each item once only."""
    batch: dict[int, Sequence[Write]] = {}
    touched: set[tuple[AnyTable, Key]] = set()
    for number, group in groups.items():
        keys = {(each.table, each.key) for each in group}
        if len(touched) + len(keys) > MOST_WRITES - spare:
            break
        if not keys & touched:
            batch[number] = group
            touched |= keys
    return batch


def stored(table: AnyTable, key: Key) -> Item:
    """One item with all that is stored of it; {} if there is none, as of what is no key at all."""
    value = table.key_of(key)
    if value is None:
        return {}
    found = call("get_item", TableName=table.stored_as, Key=key_attribute(table, value), ConsistentRead=True)
    return decode(found.get("Item", {}))


def _newest(table: AnyTable, index: str, partition: str, limit: int, after: str | None) -> list[Item]:
    keys = table.indexes[index]
    values = {":partition": partition, **({":after": after} if after else {})}
    names = {"#partition": keys.partition, **({"#position": keys.position} if after else {})}
    arguments: dict[str, Any] = {}
    items: list[Item] = []
    while True:
        reply = call(
            "query",
            TableName=table.stored_as,
            IndexName=index,
            KeyConditionExpression="#partition = :partition" + (" AND #position < :after" if after else ""),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=encode(values),
            ScanIndexForward=False,
            Limit=limit - len(items),
            **arguments,
        )
        items += [decode(each) for each in reply["Items"]]
        # A reply ends at 1 MB, which may be before the limit.
        if len(items) >= limit or "LastEvaluatedKey" not in reply:
            return items
        arguments = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}


def _messages(error: DatabaseError) -> list[str]:
    return [error.message, *(each.get("Message") or "" for each in error.reasons or ())]


def _found(group: Sequence[Write], error: DatabaseError) -> list[tuple[Write, Any]]:
    """Each write, and the attributes of the item that made it refused ({} if there is none); None if it was not."""
    if error.code == "ConditionalCheckFailedException":
        return [(group[0], error.item)]
    reasons = error.reasons or ()
    if not any(each["Code"] == "ConditionalCheckFailed" for each in reasons):
        raise error
    return [
        (write, reason.get("Item", {}) if reason["Code"] == "ConditionalCheckFailed" else None)
        for write, reason in zip(group, reasons, strict=True)
    ]
