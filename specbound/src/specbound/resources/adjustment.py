"""Adjustment, an atomic counter within bounds: many may add at once, and each is told what his own led to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from specbound.problems import NotFound, Problem
from specbound.resources.idempotency import IdempotencyKey, Outcomes, kept_item, write
from specbound.resources.stamps import written
from specbound.store import items
from specbound.store.dynamodb import Unavailable
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import AnyTable, Item, ItemT
from specbound.store.tickets import new_ticket, time_of
from specbound.store.writes import Add, Settle, Write


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
    key: str
    amount: int
    bounds: Bounds[Any]
    beside: Callable[[str], Sequence[Write]]
    refuse: Callable[[Refusal | None], Exception]

    def do(self, key: IdempotencyKey | None) -> Item:
        """The item as this adjustment left it. Raises what `refuse` makes of a refusal, and NotFound."""
        if key is None:
            [item] = self._adjust(None)
            return dict(item)
        [item, *_] = key.once(lambda: self._adjust(key))
        return kept_item(self.table, item)

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
        if self.table.required - {self.table.key, self.bounds.number, "version", "updatedAt"}:
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
