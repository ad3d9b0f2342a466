"""Items: read by key or by index, and written, each write with its condition.

Every write is done at most once, even if its reply was lost, the SDK sent it again, and
somebody else wrote in between. There is no scan. Above this module nothing has heard of DynamoDB. Everything here may
raise Unavailable, and what shows items Misfit.
"""

import heapq
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from specbound.classes import record
from specbound.store import expressions
from specbound.store.attempts import DatabaseError
from specbound.store.dynamodb import Unavailable, call, has_lost_reply, tries
from specbound.store.expressions import Expression, key_attribute, partition_values
from specbound.store.table import LONGEST_RANGE_KEY, AnyTable, Index, Item, Key, share_of
from specbound.store.values import Attributes, decode, decode_some
from specbound.store.writes import Add, AnyUpdate, Record, Settle, TooLarge, Write, came_to, old_tickets

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_WRITES = 100
# Of one BatchGetItem.
MOST_KEYS = 100
# Of an item that is put or updated; in a transaction it is one of the reasons.
TOO_LARGE = "exceeded the maximum allowed size"


@record
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


class Asked(NamedTuple):
    """What is asked for of a list: so many items, after a cursor, within limits of what the list is in the order of:
    `at_least`, `above`, `at_most`, `below`, `exactly`.
    """

    limit: int
    after: str | None = None
    limits: Mapping[str, Any] = MappingProxyType({})


@record
class Span:
    """From which sort key to which, both included but for those that are left out; None for an open end."""

    low: Any = None
    high: Any = None
    without: Collection[Any] = ()


@record
class Source:
    """What is queried: a table, or an index of it, by the attributes that are its keys."""

    table: AnyTable
    index: str | None
    partition: str
    sort: str
    is_ascending: bool

    def arguments(self, partition: Any, span: Span) -> dict[str, Any]:
        expression = Expression()
        condition = expression.equals({self.partition: partition})
        ends = [each for each in (span.low, span.high) if each is not None]
        if ends:
            name, values = expression.name(self.sort), [expression.value(each) for each in ends]
            sign = (">" if span.high is None else "<") + ("" if ends[0] in span.without else "=")
            condition += (
                f" AND {name} BETWEEN {' AND '.join(values)}" if len(ends) > 1 else f" AND {name} {sign} {values[0]}"
            )
        return {
            "TableName": self.table.stored_as,
            **({"IndexName": self.index} if self.index else {"ConsistentRead": True}),
            **expression.key_condition(condition),
            "ScanIndexForward": self.is_ascending,
        }


def get(table: AnyTable, key: Key) -> Item | None:
    """One item, as the last write left it; None if there is none."""
    item = stored(table, key)
    return table.shown(item) if item else None


def get_many(table: AnyTable, keys: Sequence[Key]) -> list[Item]:
    """Items in the order of their keys, a hundred in a call; those that do not exist are left out."""
    wanted = [key for key in map(table.key_of, keys) if key is not None]
    found = _found_by(table, list(dict.fromkeys(wanted)), is_late=False)
    return [found[key] for key in wanted if key in found]


def glimpse(table: AnyTable, keys: Sequence[Key]) -> dict[Key, Item]:
    """Items by their different keys, as they were a moment ago: at half the price."""
    return _found_by(table, keys, is_late=True)


def page(
    table: AnyTable,
    index: str,
    group: Sequence[Any],
    asked: Asked,
) -> tuple[list[Item], str | None]:
    """Items of an index, in its order, merged over its partitions; and where to go on, if there is more.

    `group` has a value of each attribute that the index groups by. Where to go on after is a position: everything
    before it in the list is left out, whether or not its item still exists. Raises LookupError for an index that is
    retired.
    """
    found, limit = table.queried(index), asked.limit
    span = _positions(found, asked.after, asked.limits)
    if span is None:
        return [], None
    source = Source(table, index, found.partition, found.position, found.ascending)
    partitions = partition_values(table, found, group)
    share = share_of(limit, len(partitions))
    lists = [_entries(source, value, span, limit + 1, share) for value in partitions]
    if len(lists) > 1:
        from specbound.store.partitions import begun  # noqa: PLC0415  # loaded by a list that is spread over several

        lists = begun(lists)
    merged = heapq.merge(*lists, key=lambda item: _text(item, found.position), reverse=not found.ascending)
    items = list(islice(merged, limit + 1))
    next_token = _text(items[limit - 1], found.position) if len(items) > limit else None
    return [_shown(table, item) for item in items[:limit]], next_token


def _shown(table: AnyTable, item: Attributes) -> Item:
    """A stored item as its table shows it. Mostly no more of it need be read than that."""
    if table.item is not None and table.is_plain:
        shown = decode_some(item, table.properties)
        if table.item.is_valid(shown):
            return shown
    return table.shown(decode(item))


def query(source: Source, partition: Any, span: Span, limit: int) -> list[Item]:
    """So many items of a partition, or all that there are."""
    return [decode(each) for each in _entries(source, partition, span, limit, limit)]


def _entries(source: Source, partition: Any, span: Span, limit: int, share: int) -> Iterator[Attributes]:
    """The same as they are stored, and while they are asked for: a `share` of them in a call, at most.

    A reply ends at 1 MB, which may be before that.
    """
    low, high, table = span.low, span.high, source.table
    if low is not None and high is not None and low > high:
        return
    arguments, left = source.arguments(partition, span), limit
    spare = len(span.without) if low is not None and high is not None else 0
    while True:
        reply = call("query", **arguments, Limit=min(left, share) + spare)
        for item in reply["Items"]:
            if span.without and _value(item, source.sort) in span.without:
                continue
            if table.has_ends and _is_gone(table, decode(item)):
                continue
            yield item
            left -= 1
            if not left:
                return
        if "LastEvaluatedKey" not in reply:
            return
        arguments |= {"ExclusiveStartKey": reply["LastEvaluatedKey"]}


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
        raise ConditionFailed([pair and Refusal(pair[0], _seen(pair[0].table, pair[1])) for pair in refused]) from error


def _seen(table: AnyTable, stored: Item) -> Item | None:
    """An item as it stood in a write's way; None if it is there no more."""
    return None if table.has_ends and _is_gone(table, stored) else table.visible(stored) or None


def _is_gone(table: AnyTable, stored: Item) -> bool:
    from specbound.store.lifetimes import is_gone  # noqa: PLC0415  # loaded with a contract whose items have ends

    return is_gone(table, stored)


def _found_by(table: AnyTable, keys: Sequence[Key], is_late: bool) -> dict[Key, Item]:
    found: dict[Key, Item] = {}
    for start in range(0, len(keys), MOST_KEYS):
        found |= _batch(table, keys[start : start + MOST_KEYS], is_late)
    return found


def _batch(table: AnyTable, keys: Sequence[Key], is_late: bool) -> dict[Key, Item]:
    name = table.stored_as
    asked = {"Keys": [key_attribute(table, key) for key in keys], "ConsistentRead": not is_late}
    pending: Mapping[str, Any] = {name: asked}
    found: dict[Key, Item] = {}
    for _ in tries():
        reply = call("batch_get_item", RequestItems=pending)
        items = [decode(each) for each in reply["Responses"].get(name, [])]
        there = (each for each in items if not (table.has_ends and _is_gone(table, each)))
        found |= {table.key_in(item): item for item in map(table.shown, there)}
        pending = reply.get("UnprocessedKeys") or {}
        if not pending:
            return found
    raise Unavailable("UnprocessedKeys")


def come_to(add: Add) -> tuple[Item, Settle] | None:
    """The item as an Add that was done made it, whatever others wrote since, and the write that takes its ticket away.

    An array that was added to is shown, with all else, as it is now. The version is there whether or not it is shown.
    None if the item is gone. Raises Unavailable, which is unsettled: the Add was done.
    """
    try:
        item = stored(add.table, add.key)
    except Unavailable as unavailable:
        raise Unavailable(str(unavailable), is_unsettled=True) from unavailable
    result = came_to(add.name, add.ticket, item)
    if result is None:
        return None
    if add.values is not None:
        return {**add.table.shown(item), "version": item["version"]}, Settle(
            add.table, add.key, [add.ticket, *old_tickets(item)]
        )
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
    if len(groups) == 1:
        return dict(groups)
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
    found = kept(table, key)
    return {} if table.has_ends and _is_gone(table, found) else found


def kept(table: AnyTable, key: Key) -> Item:
    """As `stored`, though the item may be there no more: removed softly, or past its end."""
    value = table.key_of(key)
    if value is None:
        return {}
    found = call("get_item", TableName=table.stored_as, Key=key_attribute(table, value), ConsistentRead=True)
    return decode(found.get("Item", {}))


def _text(item: Attributes, name: str) -> str:
    return str(item[name]["S"])


def _value(item: Attributes, name: str) -> Any:
    return decode({name: item[name]})[name]


def _positions(index: Index, after: str | None, limits: Mapping[str, Any]) -> Span | None:
    """Which positions are meant; None for none."""
    low = high = None
    if limits:
        from specbound.store import ordering  # noqa: PLC0415  # loaded by who asks for a part of a list

        found = ordering.between(index, limits)
        if found is None:
            return None
        low, high = found
    if not after:
        return Span(low, high)
    if len(after) * 4 > LONGEST_RANGE_KEY:
        # No position is longer, and DynamoDB takes no longer one.
        after = after.encode()[:LONGEST_RANGE_KEY].decode(errors="ignore")
    if index.ascending:
        return Span(max(low or "", after), high, {after})
    return Span(low, after if high is None else min(high, after), {after})


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
