"""Tables and global secondary indexes: as `x-dynamodb` declares them, and as this deployment calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

Item = dict[str, Any]
ItemT = TypeVar("ItemT")
IndexT = TypeVar("IndexT", bound=str)


@dataclass(frozen=True)
class Index:
    """A global secondary index, spread over its table's partitions (write sharding).

    `partition` and `position` name the attributes that are its keys, `groups_by` the one that parts its lists.
    """

    partition: str
    position: str
    groups_by: str | None


@dataclass(frozen=True, eq=False)
class Table(Generic[ItemT, IndexT]):
    """One table. To the type checker ItemT is what its items show, IndexT the names of its indexes.

    `name` is the contract's, `stored_as` DynamoDB's. `shows` names the attributes that the API shows of an item; None
    for all but the engine's own. No page is longer than `longest_page`, whatever a caller asks for.
    """

    name: str
    stored_as: str
    key: str
    partitions: int
    indexes: Mapping[str, Index]
    shows: frozenset[str] | None
    longest_page: int

    def visible(self, item: Item) -> Item:
        """What this version's contract says of an item; without `item` in x-dynamodb, all but what the tables need."""
        if self.shows is not None:
            return {name: value for name, value in item.items() if name in self.shows}
        return {name: value for name, value in item.items() if name not in self._keys and not name.startswith("~")}

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(name for each in self.indexes.values() for name in (each.partition, each.position))


AnyTable = Table[Any, Any]
