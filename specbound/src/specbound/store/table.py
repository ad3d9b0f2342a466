"""Tables and global secondary indexes: as `x-dynamodb` declares them, and as this deployment calls them.

Stored items outlive the contract: an item is shown as this version's contract says, whichever version wrote it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Generic

from typing_extensions import TypeVar

from specbound.validation import Definitions, Validator, is_hidden, properties, pruned, required, with_unknown

# So many violations of one item are told.
MOST_VIOLATIONS = 5

Item = dict[str, Any]
Upgrade = Callable[[Item], Item]
ItemT = TypeVar("ItemT")
IndexT = TypeVar("IndexT", bound=str)
InsertT = TypeVar("InsertT", default=Any)
UpdateT = TypeVar("UpdateT", default=Any)


class Misfit(Exception):
    """An item can't be shown as this version's contract says: a required property is missing, or is something else.

    `violations` are paths, each with a sentence that says what is expected there, never what is there.
    """

    def __init__(self, table: str, violations: Sequence[tuple[Sequence[str | int], str]]) -> None:
        reasons = ", ".join(f"{'/'.join(map(str, path)) or 'it'} {sentence}" for path, sentence in violations)
        super().__init__(f"An item of {table} can't be shown: {reasons}. `specbound check-data {table}` tells which.")
        self.violations = violations


@dataclass(frozen=True)
class Index:
    """A global secondary index, spread over its table's partitions (write sharding).

    `partition` and `position` name the attributes that are its keys, `groups_by` the one that parts its lists. A
    retired one is written for the version before, and never queried.
    """

    partition: str
    position: str
    groups_by: str | None
    retired: bool


@dataclass(frozen=True, eq=False)
class Table(Generic[ItemT, IndexT, InsertT, UpdateT]):
    """One table. To the type checker ItemT is what its items show, IndexT the names of its indexes, InsertT what is
    given of a new item, and UpdateT what may be given of one that changes.

    `name` is the contract's, `stored_as` DynamoDB's. Its lists are read from `partitions`, and written to the first
    `write_partitions` of them. No page is longer than `longest_page`, whatever a caller asks for. `item` is the schema
    of its items, None where the API shows none; `defaults` has what an item shows of a required property that is not
    stored, and `upgrade` makes an item of another version one of this.
    """

    name: str
    stored_as: str
    key: str
    partitions: int
    write_partitions: int
    indexes: Mapping[str, Index]
    longest_page: int
    item: Validator | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    upgrade: Upgrade | None = None

    def shown(self, stored: Item) -> Item:
        """What this version's contract says of a stored item. Raises Misfit.

        What the contract does not know is left out. For an item that is not admitted even so there are its table's
        defaults, and then `upgrade`; what is optional, and still not admitted, is left out too.
        """
        item = self.visible(stored)
        if self.item is None or self.item.is_valid(item):
            return item
        for item in self._attempts(stored):
            if self.item.is_valid(item):
                return item
        raise Misfit(self.name, list(islice(self.item.violations(item), MOST_VIOLATIONS)))

    def visible(self, stored: Item) -> Item:
        """The attributes that the contract knows, as stored; without an item's schema, all but the engine's."""
        if self.properties:
            return {name: value for name, value in stored.items() if name in self.properties}
        return self._own(stored)

    def changed(self, stored: Item, fields: Item) -> Item:
        """Fields that are to be set, with what stored objects hold that this version's contract does not know."""
        return {
            name: with_unknown(self.properties.get(name, {}), stored.get(name), value, self._definitions)
            for name, value in fields.items()
        }

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """The schema of each property that items show, but not of what is write-only; none without an item's schema."""
        named = properties(self.item.schema, self._definitions) if self.item else {}
        return {name: each for name, each in named.items() if not is_hidden(each)}

    @property
    def _definitions(self) -> Definitions:
        return self.item.definitions if self.item else {}

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(required(self.item.schema, self._definitions) if self.item else ())

    @cached_property
    def _members(self) -> Mapping[str, Callable[[Any], bool]]:
        return {name: Validator(each, self._definitions).is_valid for name, each in self.properties.items()}

    def _attempts(self, stored: Item) -> Iterator[Item]:
        """The item as it can be made to fit: with less and less of what is stored."""
        item = self._filled(stored)
        yield item
        if self.upgrade:
            item = self._filled(self.upgrade(self._own(stored)))
            yield item
        yield {name: value for name, value in item.items() if name in self.required or self._members[name](value)}

    def _filled(self, stored: Item) -> Item:
        known = {
            name: pruned(self.properties[name], value, self._definitions)
            for name, value in self.visible(stored).items()
        }
        return {**self.defaults, **known}

    def _own(self, stored: Item) -> Item:
        return {name: value for name, value in stored.items() if name not in self._keys and not name.startswith("~")}

    def queried(self, index: str) -> Index:
        """An index to query. Raises LookupError for one that the contract has retired, or does not have."""
        found = self.indexes.get(index)
        if found is None or found.retired:
            raise LookupError(f"{self.name}: its index {index} is {'retired' if found else 'not in the contract'}.")
        return found

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(name for each in self.indexes.values() for name in (each.partition, each.position))


AnyTable = Table[Any, Any, Any, Any]
