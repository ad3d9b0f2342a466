"""Units: what DynamoDB counts for what the engine does on an operation, with items of 1 KB.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from specbound.compiled import CompiledList, CompiledStandard
from specbound.store.table import share_of

READ_KB = 4
# A read that may be late.
LATE = 0.5
TWICE = 2


def reads_of(standard: CompiledStandard, table: Mapping[str, Any], page: int) -> str:
    """What an operation reads, in words; a `page` has so many items, unless its caller says otherwise."""
    if standard["does"] == "create":
        return "no read unit"
    if standard["does"] != "list":
        return "1 read unit"
    found = dict.fromkeys(_of_list(each, table, page) for each in standard["lists"])
    return " or ".join(found)


def writes_of(does: str, tables: Mapping[str, Any], name: str, with_key: bool = False) -> str | None:
    """What an operation on a table writes, in words; `with_key` if it keeps the record of an idempotency key. None if
    nothing.

    The least is that of an item which only has what it must, and of a change that moves nothing.
    """
    if does == "upsert":
        return f"{writes_of('replace', tables, name)}, or for a new one {writes_of('create', tables, name)}"
    if does not in ("create", "change", "replace", "remove"):
        return None
    table = tables[name]
    listed, sparse = _indexes(table)
    is_alone = does in ("change", "replace") or (does == "remove" and "soft_delete" in table)
    beside = _beside(does, tables, table)
    # Whatever is written beside the item makes a transaction of it, in which each counts twice.
    most = (TWICE if beside or not is_alone else 1) + beside + listed
    most += sparse * (2 if does in ("change", "replace") else 1)
    least = (1 if is_alone else TWICE) + listed
    if with_key:
        least, most = least + TWICE, most + TWICE
    said = f"{least} write unit{'s' * (least > 1)}" if least == most else f"{least} to {most} write units"
    return f"{said}, and what goes with it" if does == "remove" and table.get("cascades") else said


def _beside(does: str, tables: Mapping[str, Any], table: Mapping[str, Any]) -> int:
    """What is written at most beside an item: its claims, and to its parents. A change may be from one to another."""
    moves = 2 if does in ("change", "replace") else 1
    units = TWICE * len(table.get("unique", {})) * moves
    for name, each in table.get("belongs_to", {}).items():
        if each["on_delete"] == "restrict":
            # What a parent counts is in its lists as well.
            units += (TWICE + len(tables[name]["indexes"])) * moves
        elif does != "remove":
            units += TWICE
    return units


def _indexes(table: Mapping[str, Any]) -> tuple[int, int]:
    """How many list every item in a place that never changes, and how many others there are."""
    fixed = sum(not each["groups_by"] and each.get("order") is None for each in table["indexes"].values())
    return fixed, len(table["indexes"]) - fixed


def _of_list(found: CompiledList, table: Mapping[str, Any], page: int) -> str:
    if found["index"] is None:
        return f"1 to {ceil(share_of(page, 1) / READ_KB)} read units for {page} children of a key"
    partitions = table["partitions"]
    least, most = LATE * partitions, LATE * partitions * ceil(share_of(page, partitions) / READ_KB)
    return f"{_number(least)} to {_number(most)} read units for {page} items by {found['index']}"


def _number(units: float) -> str:
    return str(int(units)) if units == int(units) else str(units)
