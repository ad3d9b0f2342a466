"""Cursors: the texts by which the engine goes on with a list, which the contract has to admit: so many hex digits."""

from collections.abc import Iterator
from typing import Any

from specbound.compiler import shapes
from specbound.compiler.document import Document, Refused
from specbound.compiler.fitting import essence
from specbound.compiler.indexes import is_retired
from specbound.compiler.items import kind_of_property, members
from specbound.store.ordering import LONGEST, LONGEST_POSITION
from specbound.store.table import CREATED, LONGEST_RANGE_KEY

DIGITS = "0123456789abcdef"
# Of a position: what tells equal values apart.
KEY = LONGEST_POSITION - LONGEST
BY_CREATION = 14 + KEY
NUMBER = 34
# A time without a fraction of a second, and the engine's own.
TIME, OWN_TIME = 11, 17
# Of a text, so many bytes of UTF-8 are two digits each, and two more.
END = 2
MOST_BYTES = 4
EXACT = {"uuid": 36, "date": 10}

WHOLE = DIGITS * (LONGEST_RANGE_KEY // 4)
Lengths = tuple[int, int]
# By the names of indexes; None for the children of a key.
Cursors = dict[str | None, list[str]]


def cursors(document: Document, shown: Any) -> Cursors:
    """The shortest and the longest ones, each digit at each place, of each list of the tables whose items have this
    schema; of a list by `createdAt` if there is no such table.
    """
    tables = document.get("x-dynamodb")
    declared = [each for each in (tables.values() if isinstance(tables, dict) else ()) if isinstance(each, dict)]
    found: Cursors = {}
    for table in declared:
        try:
            if not is_retired(table) and _is_item(document, table, shown):
                found |= {name: _samples(lengths) for name, lengths in _of_table(document, table)}
        except (Refused, KeyError, TypeError, AttributeError):
            # What is the matter with the table is told of the table.
            continue
    return found or {None: _samples((BY_CREATION, BY_CREATION))}


def said_of(found: Cursors) -> tuple[str, str]:
    """How many digits these cursors have, and what is to be said of a text that may be any of them."""
    lengths = [len(each) for several in found.values() for each in several]
    least, most = min(lengths), max(lengths)
    if least == most:
        return f"{most} hex digits", f"pattern: ^[0-9a-f]{{{most}}}$ and maxLength: {most}"
    return f"{least} to {most} hex digits", f"pattern: ^[0-9a-f]+$ and maxLength: {most}"


def _samples(lengths: Lengths) -> list[str]:
    return [WHOLE[start : start + each] for each in sorted(set(lengths)) for start in range(len(DIGITS))]


def _is_item(document: Document, table: Document, shown: Any) -> bool:
    return "item" in table and bool(essence(document, {"$ref": table["item"]}) == essence(document, shown))


def _of_table(document: Document, table: Document) -> Iterator[tuple[str | None, Lengths]]:
    properties = members(document, {"$ref": table["item"]})
    for name, index in table.get("global_secondary_indexes", {}).items():
        if not is_retired(index):
            order = index.get("order_by", CREATED)
            least, most = _of_values(document, properties, order, LONGEST)
            yield name, (BY_CREATION, BY_CREATION) if order == CREATED else (least + KEY, most + KEY)
    if "range_key" in table and "Query" in table["actions"]:
        yield None, _of_values(document, properties, table["range_key"], END + 2 * LONGEST_RANGE_KEY)


def _of_values(document: Document, properties: Document, name: str, longest: int) -> Lengths:
    """How many digits a value of a property has, encoded."""
    match kind_of_property(document, properties, name):
        case "number":
            return NUMBER, NUMBER
        case "date-time":
            return TIME, OWN_TIME if name == "updatedAt" else longest
    found = list(shapes.parts(document, properties.get(name, {})))
    exact = [EXACT[each["format"]] for each in found if each.get("format") in EXACT]
    if exact:
        return END + 2 * exact[0], END + 2 * exact[0]
    bytes_ = [MOST_BYTES * each["maxLength"] for each in found if isinstance(each.get("maxLength"), int)]
    return END, min([longest, *(END + 2 * each for each in bytes_)])
