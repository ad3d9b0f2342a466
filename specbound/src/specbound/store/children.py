"""The items of one hash key, in the order of their range key; loaded by who asks for them."""

from typing import Any

from specbound.store import ordering
from specbound.store.items import Asked, Source, Span, query
from specbound.store.table import AnyTable, Item


def page(table: AnyTable, parent: Any, asked: Asked) -> tuple[list[Item], str | None]:
    """Items of one hash key, as the last write left them; and the cursor to go on with, if there are more.

    Limits are of the range key. Raises ValueError for a cursor that is none.
    """
    hash_key, limit = table.parent_key_of(parent), asked.limit
    limits = {at: table.range_key_of(value) for at, value in asked.limits.items()}
    after = None if asked.after is None else _decoded(table, asked.after)
    if hash_key is None or None in limits.values():
        return [], None
    lows = [value for at, value in limits.items() if at in ("at_least", "above", "exactly")]
    highs = [value for at, value in limits.items() if at in ("at_most", "below", "exactly")]
    without = [value for at, value in limits.items() if at in ("above", "below")]
    if after is not None:
        lows.append(after)
        without.append(after)
    name = str(table.range_key)
    span = Span(_extreme(max, lows), _extreme(min, highs), without)
    items = query(Source(table, None, table.key, name, True), hash_key, span, limit + 1)
    following = cursor(table, items[limit - 1]) if len(items) > limit else None
    return [table.shown(item) for item in items[:limit]], following


def cursor(table: AnyTable, item: Item) -> str:
    """Where a list goes on after an item: its range key, in hex digits."""
    return ordering.cursor(_order(table), item[str(table.range_key)])


def _decoded(table: AnyTable, token: str) -> Any:
    """The range key that a cursor leads to."""
    value = table.range_key_of(ordering.decoded(_order(table), token))
    if value is None:
        raise ValueError
    return value


def _order(table: AnyTable) -> str:
    return "number" if table.range_type == "N" else "text"


def _extreme(find: Any, values: list[Any]) -> Any:
    """All are of one type, of which DynamoDB's order is Python's."""
    return find(values) if values else None
