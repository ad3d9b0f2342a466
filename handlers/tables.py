"""Reading and writing items, for any contract: keys, indexes and their partitions come from `x-dynamodb`.

Every write carries its condition and has its effect once, even if its reply was lost and the SDK sent it again.
There is no scan. Above this module nothing has heard of DynamoDB. Everything here may raise Unavailable.
"""

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, cast
from uuid import uuid4

from botocore.exceptions import ClientError

from handlers import writes
from handlers.contract import contract
from handlers.database import Attributes, Item, Unavailable, call, decode, encode, error_code, table_name, tries
from handlers.writes import LAST_WRITE, Change, Write, key_attribute, transact_item, visible

# Operations know these from here; that there is a database is this module's affair.
__all__ = ["Item", "Refusal", "Refused", "Unavailable", "change", "get", "get_many", "page", "write", "write_each"]

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_WRITES = 100


@dataclass(frozen=True)
class Refusal:
    """Why a write was refused: the item as it is, or None where there is none."""

    item: Item | None


class Refused(Exception):
    """Some write's condition did not hold, so none was done. One Refusal, or None, per write."""

    def __init__(self, refusals: Sequence[Refusal | None]) -> None:
        super().__init__(f"{sum(each is not None for each in refusals)} of {len(refusals)} writes refused")
        self.refusals = refusals


def get(table: str, key: str) -> Item | None:
    """One item, as the last write left it; None if there is none."""
    found = call("get_item", TableName=table_name(table), Key=key_attribute(table, key), ConsistentRead=True)
    return visible(table, decode(found["Item"])) if "Item" in found else None


def get_many(table: str, keys: Sequence[str]) -> list[Item]:
    """Up to a hundred items in the order of their keys; those that do not exist are left out."""
    name, key_name = table_name(table), contract.tables[table]["key"]
    pending: Mapping[str, Any] = {name: {"Keys": [key_attribute(table, key) for key in keys], "ConsistentRead": True}}
    found: dict[str, Item] = {}
    for _ in tries():
        reply = call("batch_get_item", RequestItems=pending)
        items = (visible(table, decode(each)) for each in reply["Responses"].get(name, []))
        found |= {str(item[key_name]): item for item in items}
        pending = reply.get("UnprocessedKeys") or {}
        if not pending:
            return [found[key] for key in keys if key in found]
    raise Unavailable("UnprocessedKeys")


def page(table: str, index: str, group: str | None, limit: int, after: str | None) -> tuple[list[Item], str | None]:
    """Up to `limit` items of an index, newest first, merged over its partitions; and where to go on, if there is more.

    `group` is the value of what the index groups by. `after` is a position: everything before it in the list is
    left out, whether or not its item still exists.
    """
    partitions = [_newest(table, index, value, limit + 1, after) for value in writes.partition_values(table, group)]
    position = contract.tables[table]["indexes"][index]["position"]
    merged = heapq.merge(*partitions, key=lambda item: str(item[position]), reverse=True)
    items = list(islice(merged, limit + 1))
    next_token = str(items[limit - 1][position]) if len(items) > limit else None
    return [visible(table, item) for item in items[:limit]], next_token


def change(table: str, key: str, fields: Mapping[str, Any], versions: Collection[int] | None) -> Item:
    """Set some fields of one item, in one call. Returns the item as it is now; raises Refused as Change says."""
    token = str(uuid4())
    arguments = writes.update(Change(table, key, fields, versions), token)
    try:
        changed = call("update_item", ReturnValues="ALL_NEW", **arguments)["Attributes"]
    except ClientError as error:
        if error_code(error) != "ConditionalCheckFailedException":
            raise
        changed = cast(Attributes, error.response.get("Item", {}))
        # The item is as this very call left it: the reply was lost and the SDK has sent the call again.
        if decode(changed).get(LAST_WRITE) != token:
            raise Refused([_refusal(table, changed)]) from error
    return visible(table, decode(changed))


def write(*group: Write) -> None:
    """Do all of these writes (at most a hundred), or none. Raises Refused if a condition does not hold."""
    items = [transact_item(each) for each in group]
    # With the token, a call that is sent again within ten minutes is not done again.
    token = str(uuid4())
    try:
        call("transact_write_items", TransactItems=items, ClientRequestToken=token)
    except ClientError as error:
        reasons = error.response.get("CancellationReasons", [])
        if not any(each["Code"] == "ConditionalCheckFailed" for each in reasons):
            raise
        pairs = zip(group, reasons, strict=True)
        raise Refused(
            [
                _refusal(each.table, reason.get("Item")) if reason["Code"] == "ConditionalCheckFailed" else None
                for each, reason in pairs
            ]
        ) from error


def write_each(groups: Sequence[Sequence[Write]]) -> list[Refused | Unavailable | None]:
    """Do each group of writes on its own, many groups per call. Returns what became of each; None is success."""
    outcomes: dict[int, Refused | Unavailable | None] = {}
    pending = dict(enumerate(groups))
    while pending:
        batch = _fitting(pending)
        try:
            write(*chain.from_iterable(batch.values()))
        except Refused as refused:
            refusals = iter(refused.refusals)
            parts = {number: list(islice(refusals, len(group))) for number, group in batch.items()}
            decided: dict[int, Refused | Unavailable | None] = {
                number: Refused(part) for number, part in parts.items() if any(part)
            }
        except Unavailable as unavailable:
            decided = dict.fromkeys(batch, unavailable)
        else:
            decided = dict.fromkeys(batch)
        outcomes |= decided
        pending = {number: group for number, group in pending.items() if number not in decided}
    return [outcomes[number] for number in range(len(groups))]


def _newest(table: str, index: str, partition: str, limit: int, after: str | None) -> list[Item]:
    keys = contract.tables[table]["indexes"][index]
    values = {":partition": partition, **({":after": after} if after else {})}
    names = {"#partition": keys["partition"], **({"#position": keys["position"]} if after else {})}
    arguments: dict[str, Any] = {}
    items: list[Item] = []
    while True:
        reply = call(
            "query",
            TableName=table_name(table),
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


def _fitting(groups: Mapping[int, Sequence[Write]]) -> dict[int, Sequence[Write]]:
    """As many groups as one call takes: it may touch each item once only."""
    batch: dict[int, Sequence[Write]] = {}
    touched: set[tuple[str, str]] = set()
    for number, group in groups.items():
        keys = {(each.table, each.key) for each in group}
        if len(touched) + len(keys) > MOST_WRITES:
            break
        if not keys & touched:
            batch[number] = group
            touched |= keys
    return batch


def _refusal(table: str, attributes: Mapping[str, Any] | None) -> Refusal:
    return Refusal(visible(table, decode(attributes)) if attributes else None)
