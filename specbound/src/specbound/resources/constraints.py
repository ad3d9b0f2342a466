"""Constraints: what holds of the items of a resource, however many write at once: unique values, and numbers in bounds.

The claim of a unique value is an item of its own, in a table whose key is the value, written and removed in the
transaction that writes or removes the item that has it. DynamoDB has no other way to keep an attribute unique:
https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/

An adjustment of a number is an atomic counter: many may add at once, and each is told what his own led to.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Protocol

from specbound.classes import Generic, identity, record
from specbound.compiled import CLAIMS, CompiledUnique
from specbound.problems import BadRequest, Conflict, KeyUnreadable, NotFound, Problem, Violation
from specbound.resources.idempotency import IdempotencyKey, Outcomes, kept_item, write
from specbound.resources.versions import now, written
from specbound.store import items
from specbound.store.dynamodb import Unavailable
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import LONGEST_KEY, AnyTable, Item, ItemT, Key
from specbound.store.writes import REMOVED, Add, Insert, Release, Settle, Write, new_ticket, time_of

UNFIT = f"must have 1 to {LONGEST_KEY} bytes, for no two may have the same"


class Taken(Conflict):
    """Another item has a value of a constraint that the contract declares."""

    def __init__(self, constraint: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = f"{constraint.replace('_', '-')}-taken"


@identity
class Constraint:
    """A unique constraint of the items of a `table`: the writes that keep it, and who has a value.

    `value_of` makes of the values of its `properties` the one that is claimed, which begins with `prefix` where other
    constraints have the same table of claims. An item without one of them claims nothing. `owner` stands before the
    names of the attributes by which a claim names its item, where they might be called as the claims' own.
    """

    table: AnyTable
    properties: Sequence[str]
    claims: AnyTable
    value_of: Callable[[Sequence[Any]], str]
    problem: Callable[[], Conflict]
    prefix: str
    owner: str

    def claim(self, item: Item) -> list[Write]:
        """The claim of an item's value, which it may have already. Raises BadRequest for what can be none."""
        claimed = self.value_in(item)
        if claimed is None:
            return []
        value = self.claims.key_of(claimed)
        if value is None:
            raise BadRequest([Violation("body", f"/{self.properties[0]}", UNFIT)])
        key = self.named(item)
        return [Insert(self.claims, {self.claims.key: value, **key, "since": now()}, over=key)]

    def releases(self, item: Item) -> list[Write]:
        """What ends the claim of an item as it is stored: one of another version may have no value."""
        value = self.value_in(item)
        return [] if value is None else [Release(self.claims, value, self.named(item))]

    def moves(self, item: Item, fields: Item, owns_claim: bool) -> list[Write]:
        """What keeps the constraint when fields of an item are changed."""
        if fields.keys().isdisjoint(self.properties):
            return []
        changed = item | fields
        stays = self.value_in(item) == self.value_in(changed)
        return [*self.claim(changed), *(self.releases(item) if owns_claim and not stays else [])]

    def taken(self, refusal: Refusal) -> Conflict | None:
        """That another item has the value; None if there was a claim of it without such an item, and it is gone now."""
        claim = refusal.item
        if claim is None:
            return None
        if self._has(self._owner(claim), claim[self.claims.key]):
            return self.problem()
        with suppress(ConditionFailed):
            items.write(Release(self.claims, claim[self.claims.key], claim))
        return None

    def find(self, values: Sequence[Any]) -> Item | None:
        """The item that has values of its properties, in their order."""
        claimed = self.value_of(values)
        claim = items.get(self.claims, claimed)
        owner = self._owner(claim) if claim else {}
        # Between the two readings it may have taken another value.
        return self.table.shown(owner) if self._has(owner, claimed) else None

    def refusal(self, refused: ConditionFailed) -> Refusal | None:
        """What was refused of its writes; None if it was something else."""
        return next((each for each in refused.refusals if each and self._wrote(each.write)), None)

    def gives_up(self, refusal: Refusal) -> bool:
        """Whether it is another's claim that was to be released: it stays with whom it belongs to."""
        return isinstance(refusal.write, Release)

    def value_in(self, item: Item) -> str | None:
        """What an item claims; None for one that claims nothing."""
        values = [item.get(name) for name in self.properties]
        return None if None in values or REMOVED in values else self.value_of(values)

    def named(self, item: Item) -> Item:
        """The attributes by which a claim names an item."""
        return {self.owner + name: item[name] for name in self.table.keys}

    def _has(self, item: Item, claimed: str) -> bool:
        return bool(item) and self.value_in(item) == claimed

    def _wrote(self, write: Write) -> bool:
        return write.table is self.claims and str(write.key).startswith(self.prefix)

    def _owner(self, claim: Item) -> Item:
        """The item that a claim names, as it is stored; {} for none, as by a damaged claim."""
        return items.stored(self.table, self.owner_key(claim))

    def owner_key(self, claim: Item) -> Any:
        """The key of the item that a claim names; None, or with a None in it, of a damaged one."""
        parts = tuple(claim.get(self.owner + name) for name in self.table.keys)
        return parts if len(parts) > 1 else parts[0]


class Rule(Protocol):
    """What holds between an item and others: the writes that keep it, beside the item's own."""

    def claim(self, item: Item) -> list[Write]: ...
    def releases(self, item: Item) -> list[Write]: ...
    def moves(self, item: Item, fields: Item, owns_claim: bool) -> list[Write]: ...
    def refusal(self, refused: ConditionFailed) -> Refusal | None: ...
    def gives_up(self, refusal: Refusal) -> bool: ...
    def taken(self, refusal: Refusal) -> Problem | None: ...


def rules(table: AnyTable, unique: Iterable[Constraint]) -> list[Rule]:
    """All rules of a table's items: its unique constraints, and what they belong to."""
    if not table.belongs_to:
        return [*unique]
    from specbound.resources import parents  # noqa: PLC0415  # loaded with a contract whose items belong to others

    return [*unique, *parents.memberships(table)]


def declared(table: AnyTable, called: str, problems: Mapping[str, type[Conflict]]) -> dict[str, Constraint]:
    """The constraints of a table by their names; `called` is what one of its items is.

    `problems` has classes of their own, by the constraints' names, for values that are taken.
    """
    return {
        name: _declared(table, name, each, problems.get(name), f"Another {called} has this ")
        for name, each in table.unique.items()
    }


def _declared(
    table: AnyTable, name: str, unique: CompiledUnique, problem: type[Conflict] | None, detail: str
) -> Constraint:
    properties, claims = unique["properties"], table.others[unique["claims"]]
    is_shared = unique["claims"] == CLAIMS
    prefix = f"{table.name}.{name}#" if is_shared else ""

    def normalised(value: Any) -> Any:
        if not isinstance(value, str):
            return format(value.normalize(), "f") if isinstance(value, Decimal) else value
        value = value.strip() if "spaces" in unique["ignore"] else value
        return value.lower() if "case" in unique["ignore"] else value

    def value_of(values: Sequence[Any]) -> str:
        if not is_shared and len(values) == 1 and isinstance(values[0], str):
            # It can be read in the table, as nobody else's values are there.
            return str(normalised(values[0]))
        text = json.dumps([normalised(each) for each in values])
        return prefix + hashlib.sha256(text.encode()).hexdigest()

    def taken() -> Conflict:
        return problem() if problem else Taken(name, f"{detail}{' and '.join(properties)}.")

    return Constraint(table, properties, claims, value_of, taken, prefix, "of." if is_shared else "")


@record
class Bounds(Generic[ItemT]):
    """What the attribute `number`, an integer, may be: `low` and `high` included.

    For an amount that would lead beyond either, `problem` makes what is raised, of the item as it is and the amount.
    """

    number: str
    low: int
    high: int
    problem: Callable[[ItemT, int], Problem]


@record
class Adjustment:
    """One adjustment of an item: what is written `beside` it, at a time, and what a refusal of it is told as.

    With `values` it is an array that grows by them; `bounds` are of its length.
    """

    table: AnyTable
    key: Key
    amount: int
    bounds: Bounds[Any]
    beside: Callable[[str], Sequence[Write]]
    refuse: Callable[[Refusal | None], Exception]
    values: Sequence[Any] | None = None

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
        limits = (bounds.low, bounds.high)
        add = Add(self.table, self.key, bounds.number, self.amount, *limits, ticket, touched, self.values)
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
