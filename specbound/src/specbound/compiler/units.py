"""Units: what DynamoDB counts for what the engine does on an operation, with items of 1 KB.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from specbound.compiled import CompiledList, CompiledStandard

READ_KB = 4
# A read that may be late.
LATE = 0.5


def reads_of(standard: CompiledStandard, table: Mapping[str, Any], page: int) -> str:
    """What an operation reads, in words; a `page` has so many items, unless its caller says otherwise."""
    if standard["does"] == "create":
        return "no read unit"
    if standard["does"] != "list":
        return "1 read unit"
    found = dict.fromkeys(_of_list(each, table, page) for each in standard["lists"])
    return " or ".join(found)


def _of_list(found: CompiledList, table: Mapping[str, Any], page: int) -> str:
    # To know whether there is more, one more is read.
    most = ceil((page + 1) / READ_KB)
    if found["index"] is None:
        return f"1 to {most} read units for {page} children of a key"
    partitions = table["partitions"]
    least = _number(LATE * partitions)
    return f"{least} to {_number(LATE * partitions * most)} read units for {page} items by {found['index']}"


def _number(units: float) -> str:
    return str(int(units)) if units == int(units) else str(units)
