"""Backfill, `specbound backfill`: gives items that are there what indexes list them by, and claims what is unique.

An item is written only as it was seen, so nobody's change is lost. Neither its version nor its times change: callers
see no difference but in lists. Run once more, it has nothing to do but for what others wrote meanwhile.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from specbound.local import HANDLER
from specbound.operating.claims import claim, constraints
from specbound.operating.deployed import find
from specbound.operating.misfits import reasons
from specbound.operating.outcomes import FILLED, GONE, LEFT, RIGHT, TAKEN, UNLISTED, together
from specbound.operating.pace import Attributes, Paced
from specbound.operating.passes import Outcome, Visit
from specbound.operating.progress import Progress
from specbound.operating.tables import RATE, SAMPLE, Work, go_through
from specbound.store.dynamodb import tries
from specbound.store.expressions import Expression, is_listable, key_attribute, listing, partition_values
from specbound.store.table import AnyTable, Item, Misfit
from specbound.store.values import decode

POSITION = re.compile("[0-9a-f]{46}")
UNTIMELY = (["createdAt"], "must be a time in whose order it can be listed")


def run(
    tables: Sequence[str] = (),
    rate: float = RATE,
    sample: int = SAMPLE,
    handler: str = HANDLER,
    *,
    indexes: bool = False,
) -> int:
    """Fill the indexes of these tables, or of all, and claim what is unique of them, unless only `indexes` are wanted.

    Status 1 if an item was left, to be filled later, or has a value that another has. It takes so many capacity units a
    second, and shows so many keys of items that can't be listed or claimed. `handler` is the service's Api by its
    dotted name. Raises Failed and Misconfigured.
    """
    deployed = find(handler)
    lack = "indexes" if indexes else "indexes, or anything unique"
    chosen = deployed.choose(tables, lambda table: bool(table.indexes or (table.unique and not indexes)), lack)
    work = Work(
        "backfill",
        partial(_visit, indexes),
        rate,
        sample,
        page=500,  # a table may be scanned with a few hundred calls; each item of a page may be written
        is_consistent=True,  # what another version of the function wrote last is to be seen
    )
    passes = go_through(work, chosen, {**deployed.mark, "indexes": str(indexes)})
    return 1 if any({LEFT.words, TAKEN} & each.outcomes.keys() for each in passes) else 0


def _visit(only_indexes: bool, table: AnyTable, paced: Paced, _: Progress) -> Visit:
    unique = {} if only_indexes else constraints(table)

    def visit(stored: Attributes) -> Outcome:
        listed = [fill(table, paced, stored)] if table.indexes else []
        return together([*listed, *(claim(name, each, paced, stored) for name, each in unique.items())])

    return visit


def fill(table: AnyTable, paced: Paced, stored: Attributes) -> Outcome:
    """Write what an item's index attributes lack. Somebody's change in between makes it look again."""
    for _ in tries():
        seen = decode(stored)
        try:
            changes = lacking(table, seen)
        except Misfit as misfit:
            return Outcome(UNLISTED, reasons(table, misfit))
        if not changes:
            return RIGHT
        try:
            paced.call("update_item", **_update(table, seen, changes))
            return FILLED
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: dict[str, Any] = {**error.response}
            stored = response.get("Item", {})
            if not stored:
                return GONE
    return LEFT


def lacking(table: AnyTable, stored: Item) -> dict[str, str | None]:
    """The attributes by which an item is to be listed, and is not: their values, None for one that it must not have.

    It is listed by what this version shows of it, also if only the table's defaults or its upgrade make it so. Raises
    Misfit for an item that can't be shown, with which its lists could not be shown either, or has no place in a list.
    What is removed softly is in no list.
    """
    if table.soft_delete and stored.get(table.soft_delete) is not None:
        partitions = (each.partition for each in table.indexes.values())
        return {name: None for name in partitions if name in stored}
    item = {name: value for name, value in stored.items() if name not in table.properties} | table.shown(stored)
    wanted = _listing(table, item)
    for index in table.indexes.values():
        group = [item.get(name) for name in index.groups_by]
        # Where an item is listed since there were fewer partitions, it is found as well, also by the version before.
        if wanted[index.partition] and item.get(index.partition) in partition_values(table, index, group):
            del wanted[index.partition]
    return {name: value for name, value in wanted.items() if stored.get(name) != value}


def _listing(table: AnyTable, item: Item) -> dict[str, str | None]:
    """What lists an item. Raises Misfit for what no index can list: the engine never made it."""
    for name, index in table.listed_by:
        if item.get(name) is not None and not is_listable(index, name, item[name]):
            raise Misfit(table.name, [([name], "must be shorter: no index can list by it")])
    try:
        wanted = listing(table, item)
    except (KeyError, ValueError):  # RFC 3339 has times that Python has not
        raise Misfit(table.name, [UNTIMELY]) from None
    for index in table.indexes.values():
        if index.order is None and not POSITION.fullmatch(wanted[index.position] or ""):
            raise Misfit(table.name, [UNTIMELY])
    return wanted


def _update(table: AnyTable, seen: Item, changes: dict[str, str | None]) -> dict[str, Any]:
    """The changes as an update of an item that is as it was seen: its version, and what its lists depend on."""
    expression = Expression()
    written = {name: value for name, value in changes.items() if value is not None}
    sets = ", ".join(f"{expression.name(name)} = {expression.value(value)}" for name, value in written.items())
    removed = ", ".join(expression.name(name) for name in changes.keys() - written.keys())
    depends_on = {name for name, _ in table.listed_by}
    conditions = [
        expression.equals({name: seen[name]}) if name in seen else f"attribute_not_exists({expression.name(name)})"
        for name in sorted({*table.keys, "version", "createdAt"} | depends_on)
    ]
    return {
        "TableName": table.stored_as,
        "Key": key_attribute(table, table.key_in(seen)),
        "UpdateExpression": " ".join(filter(None, [sets and f"SET {sets}", removed and f"REMOVE {removed}"])),
        **expression.condition(" AND ".join(conditions)),
    }
