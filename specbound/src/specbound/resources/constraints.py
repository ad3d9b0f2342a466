"""Constraints: what holds of the items of a resource, however many write at once: unique values, and numbers in bounds.

The claim of a unique value is an item of its own, in a table whose key is the value, written and removed in the
transaction that writes or removes the item that has it. DynamoDB has no other way to keep an attribute unique:
https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/

An adjustment of a number is an atomic counter: many may add at once, and each is told what his own led to.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic

from specbound.problems import BadRequest, Conflict, KeyUnreadable, NotFound, Problem, Violation
from specbound.resources.idempotency import IdempotencyKey, Outcomes, kept_item, write
from specbound.resources.versions import now, written
from specbound.store import items
from specbound.store.dynamodb import Unavailable
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import LONGEST_KEY, AnyTable, Item, ItemT, Key
from specbound.store.writes import REMOVED, Add, Insert, Release, Settle, Write, new_ticket, time_of


@dataclass(frozen=True)
class Unique:
    """No two items have values of `attribute` that `normalise` makes the same.

    `attribute` is a string that every item has. `claims` is a table of its own, whose key is the value: each item there
    claims its value for one other item. `problem` is raised (409) for a value that another item has.
    """

    attribute: str
    claims: AnyTable
    problem: type[Conflict]
    normalise: Callable[[str], str] = str


class Constraint:
    """A unique constraint of the items of one table: the writes that keep it, and who has a value."""

    def __init__(self, unique: Unique, table: AnyTable) -> None:
        self._unique = unique
        self._table = table

    def claim(self, item: Item) -> Insert:
        """The claim of an item's value, for an item that may have it already."""
        key = self._table.keyed(self._table.key_in(item))
        value = self._unique.claims.key_of(self._value(item))
        if value is None:
            detail = f"must have 1 to {LONGEST_KEY} bytes, for no two may have the same"
            raise BadRequest([Violation("body", f"/{self._unique.attribute}", detail)])
        claim = {self._unique.claims.key: value, **key, "since": now()}
        return Insert(self._unique.claims, claim, over=key)

    def releases(self, item: Item) -> list[Write]:
        """What ends the claim of an item as it is stored: one of another version may have no value."""
        if self._unique.attribute not in item:
            return []
        key = self._table.keyed(self._table.key_in(item))
        return [Release(self._unique.claims, self._value(item), key)]

    def moves(self, item: Item, fields: Item, owns_claim: bool) -> list[Write]:
        """What keeps the constraint when fields of an item are changed."""
        if self._unique.attribute not in fields:
            return []
        if fields[self._unique.attribute] is REMOVED:
            return list(self.releases(item)) if owns_claim else []
        changed = item | fields
        stays = self._has(item, self._value(changed))
        return [self.claim(changed), *(self.releases(item) if owns_claim and not stays else [])]

    def taken(self, refused: ConditionFailed) -> Conflict | None:
        """That another item has the value; None if there was a claim of it without such an item, and it is gone now.

        Raises ConditionFailed if it was something else that was refused.
        """
        claims = self._unique.claims
        refusal = next((each for each in refused.refusals if each and each.write.table is claims), None)
        if refusal is None:
            raise refused
        claim = refusal.item
        if claim is None:
            return None
        if self._has(self._owner(claim), claim[claims.key]):
            return self._unique.problem()
        with suppress(ConditionFailed):
            items.write(Release(claims, claim[claims.key], claim))
        return None

    def find(self, value: str) -> Item | None:
        """The item that has a value."""
        claimed = self._unique.normalise(value)
        claim = items.get(self._unique.claims, claimed)
        owner = self._owner(claim) if claim else {}
        # Between the two readings it may have taken another value.
        return self._table.shown(owner) if self._has(owner, claimed) else None

    def is_of_claim(self, refused: ConditionFailed) -> bool:
        """Whether an item's own claim was not its own: it stays with whom it belongs to."""
        return any(each and isinstance(each.write, Release) for each in refused.refusals)

    def _value(self, item: Item) -> str:
        return self._unique.normalise(item[self._unique.attribute])

    def _has(self, item: Item, claimed: str) -> bool:
        return self._unique.attribute in item and self._value(item) == claimed

    def _owner(self, claim: Item) -> Item:
        """The item that a claim names, as it is stored; {} for none, as by a damaged claim."""
        parts: Any = tuple(claim.get(name) for name in self._table.keys)
        return items.stored(self._table, parts if len(parts) > 1 else parts[0])


@dataclass(frozen=True)
class Bounds(Generic[ItemT]):
    """What the attribute `number`, an integer, may be: `low` and `high` included.

    For an amount that would lead beyond either, `problem` makes what is raised, of the item as it is and the amount.
    """

    number: str
    low: int
    high: int
    problem: Callable[[ItemT, int], Problem]


@dataclass(frozen=True)
class Adjustment:
    """One adjustment of an item: what is written `beside` it, at a time, and what a refusal of it is told as."""

    table: AnyTable
    key: Key
    amount: int
    bounds: Bounds[Any]
    beside: Callable[[str], Sequence[Write]]
    refuse: Callable[[Refusal | None], Exception]

    def do(self, key: IdempotencyKey | None) -> Item:
        """The item, with its version, as this adjustment left it. Raises what `refuse` makes of a refusal, NotFound."""
        if key is None:
            [item] = self._adjust(None)
            return dict(item)
        [item, *_] = key.once(lambda: self._adjust(key))
        shown = kept_item(self.table, item)
        if not isinstance(version := item.get("version"), int):
            raise KeyUnreadable
        return {**shown, "version": version}

    def _adjust(self, key: IdempotencyKey | None) -> Outcomes:
        earlier = key.ticket if key else None
        ticket = earlier or new_ticket()
        time = written(time_of(ticket))
        bounds = self.bounds
        touched = {"updatedAt": time}
        add = Add(self.table, self.key, bounds.number, self.amount, bounds.low, bounds.high, ticket, touched)
        if earlier is None:
            self._refuse_misfit()
            try:
                write(key, [None], add, *self.beside(time), ticket=ticket)
            except ConditionFailed as refused:
                raise self.refuse(refused.refusals[0]) from refused
        found = items.come_to(add)
        if found is None:
            raise NotFound("It was adjusted, and then deleted or replaced.")
        item, settle = found
        _settle(settle, item, key)
        return [item]

    def _refuse_misfit(self) -> None:
        """Raise Misfit for an item that could not be shown afterwards, for what an adjustment does not write."""
        if self.table.required - {*self.table.keys, self.bounds.number, "version", "updatedAt"}:
            items.get(self.table, self.key)


def _settle(settle: Settle, item: Item, key: IdempotencyKey | None) -> None:
    """Keep what an adjustment led to under its key, in place of the ticket; without a key, forget it."""
    try:
        write(key, [item], settle)
    except ConditionFailed:
        # The item has gone since.
        if key:
            key.write([item])
    except Unavailable:
        # It was done and is known: a ticket that is left behind harms nobody.
        if key:
            raise
