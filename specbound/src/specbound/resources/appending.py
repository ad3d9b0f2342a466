"""Appending: values added to an array of an item, by many callers at once. Loaded by who does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from specbound.classes import record
from specbound.problems import Conflict, NotFound
from specbound.resources.constraints import Adjustment, Bounds
from specbound.resources.idempotency import IdempotencyKey
from specbound.store.items import Refusal
from specbound.store.table import AnyTable, Item, Key, Misfit
from specbound.validation import Validator, parts

# Of an array without a maxItems. DynamoDB's own limit is that of the item, 400 KB.
MOST = 1_000_000


class Full(Conflict):
    """An array has no more room for what is to be appended."""

    def __init__(self, name: str, count: int, most: int) -> None:
        super().__init__(f"There are {count} {name}, and there can be {most} at most.")


@record
class Appending:
    """Values that are to be behind those of an item's array `name`; `absence` makes what tells that it is not there."""

    table: AnyTable
    key: Key
    name: str
    values: Sequence[Any]
    absence: Callable[[], NotFound]

    def do(self, key: IdempotencyKey | None) -> Item:
        """The item, with its version, once it has the values, and whatever else was written since.

        Raises Full, what `absence` makes, Misfit for values that the schema does not admit there, and LookupError for
        what is no array that can be appended to.
        """
        most = self._most()

        def full(item: Item, _: int) -> Full:
            return Full(self.name, len(item.get(self.name, ())), most)

        def refuse(refusal: Refusal | None) -> Exception:
            return full(refusal.item, 0) if refusal and refusal.item else self.absence()

        bounds: Bounds[Any] = Bounds(self.name, 0, most, full)
        count, values = len(self.values), tuple(self.values)
        return Adjustment(self.table, self.key, count, bounds, lambda _: [], refuse, values).do(key)

    def _most(self) -> int:
        """How long the array may be."""
        table, name = self.table, self.name
        schema = table.properties.get(name, {})
        whole = [schema, *parts(schema, table.definitions)]
        if "array" not in [each.get("type") for each in whole] or any(each.get("uniqueItems") for each in whole):
            raise LookupError(f"{table.name}: {name} is no array of its items to which anything can be appended.")
        for each in whole:
            validator = Validator({"items": each.get("items", True)}, table.definitions)
            if violations := list(validator.violations(list(self.values))):
                raise Misfit(table.name, [((name, *path), sentence) for path, sentence in violations])
        longest: list[int] = [MOST, *(each["maxItems"] for each in whole if "maxItems" in each)]
        return min(longest)
