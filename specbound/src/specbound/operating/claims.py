"""Claims, as backfill writes them: of the values of unique constraints that stored items have, and nobody has claimed.

A claim is written in one transaction with the condition that its item is as it was seen, and that the value is still
nobody's. So it may run beside live writes: neither a claim of what an item has no more is left behind, nor is one lost.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from specbound.operating.outcomes import FILLED, GONE, LEFT, RIGHT, TAKEN, UNCLAIMABLE
from specbound.operating.pace import Attributes, Paced
from specbound.operating.passes import Outcome, key_of
from specbound.resources.constraints import UNFIT, Constraint, declared
from specbound.resources.versions import now
from specbound.store.dynamodb import tries
from specbound.store.expressions import Expression, key_attribute, transact_item
from specbound.store.lifetimes import is_gone
from specbound.store.table import AnyTable, Item
from specbound.store.values import decode, encode
from specbound.store.writes import Insert

ANOTHERS = "another item has the same"


def constraints(table: AnyTable) -> Mapping[str, Constraint]:
    """The unique constraints of a table, by their names."""
    return declared(table, "item", {})


def claimed(constraint: Constraint, stored: Item) -> str | None:
    """The value that an item is to have claimed; what is there no more, though it is stored, claims none."""
    return None if is_gone(constraint.table, stored) else constraint.value_in(stored)


def claim(name: str, constraint: Constraint, paced: Paced, stored: Attributes) -> Outcome:
    """Write the claim that an item lacks of a constraint. Somebody's change in between makes it look again."""
    for _ in tries():
        if not stored:
            return GONE
        seen = decode(stored)
        value = claimed(constraint, seen)
        if value is None:
            return RIGHT
        key = constraint.claims.key_of(value)
        if key is None:
            return Outcome(UNCLAIMABLE, [f"{name}: {UNFIT}"])
        found = _get(paced, constraint.claims, key)
        if known := _known(name, constraint, paced, seen, found):
            return known
        try:
            paced.call("transact_write_items", TransactItems=_writes(constraint, seen, value, found))
            return FILLED
        except ClientError as error:
            stored = _seen_since(error, stored)
    return LEFT


def _known(name: str, constraint: Constraint, paced: Paced, seen: Item, found: Item) -> Outcome | None:
    """What there is to say where a claim is found; None where it is nobody's, since its item has it no more."""
    if constraint.named(seen).items() <= found.items():
        return RIGHT
    owner = _owner(constraint, paced, found) if found else {}
    if not owner or claimed(constraint, decode(owner)) != found[constraint.claims.key]:
        return None
    return Outcome(TAKEN, [f"{name}: {ANOTHERS}"], [key_of(constraint.table, owner)])


def _writes(constraint: Constraint, seen: Item, value: str, found: Item) -> list[dict[str, Any]]:
    """The claim, in the place of one whose item has another value by now, while its own item is as it was seen."""
    table, expression = constraint.table, Expression()
    conditions = [
        expression.equals({name: seen[name]}) if name in seen else f"attribute_not_exists({expression.name(name)})"
        for name in sorted({*table.keys, "version", *constraint.properties})
    ]
    check = {
        "TableName": table.stored_as,
        "Key": key_attribute(table, table.key_in(seen)),
        **expression.condition(" AND ".join(conditions)),
    }
    own = {constraint.claims.key: value, **constraint.named(seen), "since": now()}
    over = {name: each for name, each in found.items() if name != constraint.claims.key}
    return [{"ConditionCheck": check}, transact_item(Insert(constraint.claims, own, over=over), "")]


def _seen_since(error: ClientError, stored: Attributes) -> Attributes:
    """The item as it is now, where it was not as it was seen; {} if it is gone. Raises any other error."""
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        raise error
    response: dict[str, Any] = {**error.response}
    of_item = response["CancellationReasons"][0]
    found: Attributes = of_item.get("Item", {}) if of_item["Code"] == "ConditionalCheckFailed" else stored
    return found


def _owner(constraint: Constraint, paced: Paced, claim: Item) -> Attributes:
    key = constraint.table.key_of(constraint.owner_key(claim))
    return {} if key is None else encode(_get(paced, constraint.table, key))


def _get(paced: Paced, table: AnyTable, key: Any) -> Item:
    found = paced.call("get_item", TableName=table.stored_as, Key=key_attribute(table, key), ConsistentRead=True)
    return decode(found.get("Item", {}))
