"""Parents: items that others belong to. Loaded with a contract whose tables say `belongs_to`.

Whether the parent is there, and as it has to be, is a condition of the very transaction that writes the item. Where a
parent with children is not to be removed, its item counts them, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from specbound.classes import identity
from specbound.compiled import counter
from specbound.exact_json import exactly
from specbound.problems import BadRequest, Conflict, NotFound, Problem, Violation
from specbound.resources.reads import said
from specbound.store import items
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import AnyTable, Item, Key
from specbound.store.writes import REMOVED, Join, Write


class ParentMissing(Conflict):
    """What an item is to belong to is not there. Where the path names it, that is a 404."""

    def __init__(self, parent: str, key: Key) -> None:
        super().__init__(f"There are no {parent} {said(key)} that it could belong to.")
        self.kind = f"{_kebab(parent)}-missing"
        self.key = key

    def for_path(self) -> NotFound:
        found = NotFound(str(self))
        found.kind = self.kind
        return found


class ParentClosed(Conflict):
    """What an item is to belong to is not as it has to be for that."""

    def __init__(self, parent: str, allowed: Mapping[str, Sequence[Any]]) -> None:
        wanted = " and ".join(f"{name} is {' or '.join(map(str, values))}" for name, values in allowed.items())
        super().__init__(f"It can belong to one of {parent} only while its {wanted}.")
        self.kind = f"{_kebab(parent)}-closed"


class InUse(Conflict):
    """An item is not removed while others belong to it."""

    def __init__(self, parent: str, counts: Mapping[str, int]) -> None:
        there = " and ".join(f"{number} {name}" for name, number in counts.items())
        super().__init__(f"It is in use: {there} belong to it.")
        self.kind = f"{_kebab(parent)}-in-use"


@identity
class Membership:
    """That the items of a `table` belong to those of `parent`: as a rule, beside unique constraints."""

    table: AnyTable
    parent: AnyTable
    properties: Sequence[str]
    allowed: Mapping[str, Sequence[Any]]
    on: Sequence[str]
    counter: str | None

    def claim(self, item: Item) -> list[Write]:
        """That there is such a parent. Raises BadRequest for what can be none."""
        return self._joins(item, 1)

    def releases(self, item: Item) -> list[Write]:
        """One less of the parent's."""
        key = self._key(item)
        return (
            []
            if key is None or self.counter is None
            else [Join(self.parent, key, {}, self.counter, -1, self.table.name)]
        )

    def moves(self, item: Item, fields: Item, owns_claim: bool) -> list[Write]:
        changed = item | fields
        if self._key(item) == self._key(changed):
            return self._joins(changed, 0) if "change" in self.on else []
        return [*self._joins(changed, 1), *(self.releases(item) if owns_claim else [])]

    def taken(self, refusal: Refusal) -> Problem | None:
        """What is the matter with the parent; None if nothing is any more."""
        parent = refusal.item
        if parent is None:
            return ParentMissing(self.parent.name, refusal.write.key)
        is_open = all(parent.get(name) in values for name, values in self.allowed.items())
        return None if is_open else ParentClosed(self.parent.name, self.allowed)

    def refusal(self, refused: ConditionFailed) -> Refusal | None:
        return next((each for each in refused.refusals if each and self._wrote(each.write)), None)

    def gives_up(self, refusal: Refusal) -> bool:
        """Whether a parent that is to count one less is not there: then there is nothing to count."""
        return isinstance(refusal.write, Join) and refusal.write.by < 0

    def _wrote(self, write: Write) -> bool:
        return isinstance(write, Join) and write.table is self.parent and write.child == self.table.name

    def _joins(self, item: Item, by: int) -> list[Write]:
        key = self._key(item)
        if key is None:
            return []
        known = self.parent.key_of(key)
        if known is None or (self.parent is self.table and known == self.table.key_in(item)):
            raise BadRequest([Violation("body", f"/{self.properties[-1]}", "must be the key of another item")])
        return [Join(self.parent, known, self.allowed, self.counter if by else None, by, self.table.name)]

    def _key(self, item: Item) -> Key | None:
        values: list[Any] = [item.get(name) for name in self.properties]
        if any(each is None or each is REMOVED for each in values):
            return None
        key: Key = (values[0], values[1]) if len(values) > 1 else values[0]
        return key


def memberships(table: AnyTable) -> list[Membership]:
    """What the items of a table belong to."""
    return [
        Membership(
            table,
            table.others[parent],
            each["key"],
            {name: exactly(values) for name, values in each["while"].items()},
            each["on"],
            counter(table.name) if each["on_delete"] == "restrict" else None,
        )
        for parent, each in table.belongs_to.items()
    ]


def refuse_missing(table: AnyTable, hash_key: Key) -> None:
    """Raise NotFound for a parent that is not there, below which items would have this hash key."""
    for name, each in table.belongs_to.items():
        if each["key"] == [table.key] and not items.stored(table.others[name], hash_key):
            raise ParentMissing(name, hash_key).for_path()


def refuse_use(table: AnyTable, stored: Item) -> None:
    """Raise InUse for an item to which others belong."""
    counts = {name: stored.get(counter(name), 0) for name in table.counts}
    if used := {name: int(number) for name, number in counts.items() if number > 0}:
        raise InUse(table.name, used)


def _kebab(name: str) -> str:
    return name.replace("_", "-")
