"""Lifetimes: which items are there no more, though they are stored. Loaded with a contract that has such.

An item that is removed softly says since when; one that ends by itself has DynamoDB's TTL attribute, in seconds since
1970: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
DynamoDB removes it some time after that, and until then it is taken for gone.
"""

import math
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from specbound.compiled import EXPIRES, GOING
from specbound.store.table import AnyTable, Item


def is_gone(table: AnyTable, stored: Item) -> bool:
    """Whether an item is there no more: removed softly, past its end, or going with all that belongs to it."""
    return is_removed(table, stored) or is_over(table, stored) or (bool(table.cascades) and GOING in stored)


def is_removed(table: AnyTable, stored: Item) -> bool:
    return table.soft_delete is not None and stored.get(table.soft_delete) is not None


def is_over(table: AnyTable, stored: Item) -> bool:
    ends = stored.get(EXPIRES)
    return table.expires is not None and ends is not None and ends <= time.time()


def ends(value: Any) -> int | None:
    """The second at whose end a time is over, since 1970; None for no time. Raises ValueError for one that is none."""
    if not isinstance(value, str):
        return None
    # Leap seconds, and digits of which Python keeps no more than six, make no difference here.
    moment = datetime.fromisoformat(value.upper().replace(":60", ":59"))
    if moment.tzinfo is None:
        raise ValueError
    return math.ceil(moment.timestamp())


def written(table: AnyTable, fields: Mapping[str, Any], removed: Any) -> Item:
    """The TTL attribute, where fields say when their item ends; `removed` where they say that it does not."""
    if table.expires is None or table.expires not in fields:
        return {}
    value = ends(fields[table.expires])
    return {EXPIRES: removed if value is None else value}


def living(table: AnyTable, expression: Any) -> list[str]:
    """The conditions that an item which is stored is there; `expression` takes the names and values."""
    conditions = []
    if table.soft_delete:
        conditions.append(f"attribute_not_exists({expression.name(table.soft_delete)})")
    if table.cascades:
        conditions.append(f"attribute_not_exists({expression.name(GOING)})")
    if table.expires:
        name = expression.name(EXPIRES)
        conditions.append(f"(attribute_not_exists({name}) OR {name} > {expression.value(int(time.time()))})")
    return conditions


def over(expression: Any) -> str:
    """The condition that an item is past its end."""
    return f"{expression.name(EXPIRES)} <= {expression.value(int(time.time()))}"
