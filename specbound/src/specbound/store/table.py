"""Tables and global secondary indexes: as `x-dynamodb` declares them, and as this deployment calls them.

Stored items outlive the contract: an item is shown as this version's contract says, whichever version wrote it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from specbound.classes import Generic, TypeVar, identity, record
from specbound.compiled import CompiledParent, CompiledUnique
from specbound.exact_json import NUMBER, number
from specbound.patterns import pattern
from specbound.validation import Definitions, Validator, is_hidden, properties, pruned, required, with_unknown

# So many violations of one item are told.
MOST_VIOLATIONS = 5

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
LONGEST_KEY = 2048
LONGEST_RANGE_KEY = 1024
# So many more than its share a partition is asked for: of pages of 20 over four, one in forty needs another call.
MORE = 5
# What the engine writes of every item, beside its key.
CREATED = "createdAt"
STAMPS = ("version", CREATED, "updatedAt")
# The engine's own attributes begin with it, and so does what else is stored under a name that is one of theirs.
OWN = "~"
ESCAPE = "~~"
# Those that there are (which write made a version, tickets, when it ends, what belongs to it), and what is escaped.
# Items of a version that did not escape may have others.
ENGINES = pattern("~([0-7]$|[nv][0-9a-f]{30}$|expires$|going$|has:|~)")

Item = dict[str, Any]
Plain = str | int | Decimal
# Of a table with a range key, both of them.
Key = Plain | tuple[Plain, Plain]
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


@record
class Index:
    """A global secondary index, spread over its table's partitions (write sharding).

    `partition` and `position` name the attributes that are its keys, `groups_by` those that part its lists, `order_by`
    the one whose order they are in: `order` says how its values are compared (`text`, `number`, `time`; None for
    `createdAt`, which the engine writes). A retired one is written for the version before, and never queried.
    """

    partition: str
    position: str
    groups_by: tuple[str, ...]
    retired: bool
    order_by: str = CREATED
    order: str | None = None
    ascending: bool = False

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """The attributes that may change where an item is listed."""
        return frozenset((*self.groups_by, self.order_by) if self.order else self.groups_by)


@identity
class Table(Generic[ItemT, IndexT, InsertT, UpdateT]):
    """One table. To the type checker ItemT is what its items show, IndexT the names of its indexes, InsertT what is
    given of a new item, and UpdateT what may be given of one that changes.

    `name` is the contract's, `stored_as` DynamoDB's. The attribute `key` is a string (`S`) or a number (`N`), and the
    engine makes it `always`, `unless given` or `never`; so it is with `range_key`, where there is one: then `key` is
    always given. Its lists are read from `partitions`, and written to the first
    `write_partitions` of them. No page is longer than `longest_page`, whatever a caller asks for. `item` is the schema
    of its items, None where the API shows none; `defaults` has what an item shows of a required property that is not
    stored, and `upgrade` makes an item of another version one of this. `unique` has its constraints by their names, and
    `others` all tables of the contract, in which it keeps what they need. The attribute `soft_delete` says since when
    an item is removed, `expires` when it ends; `read_only` are the properties that no caller gives.
    `belongs_to` has the tables of its parents; its items count those of the tables `counts` that belong to them, and
    take those of `cascades` with them. Of one that has claims, several may be `looked_up` in one call.
    """

    name: str
    stored_as: str
    key: str
    partitions: int
    write_partitions: int
    indexes: Mapping[str, Index]
    longest_page: int
    item: Validator | None = None
    defaults: Mapping[str, Any] = {}
    upgrade: Upgrade | None = None
    key_type: str = "S"
    key_made: str = "always"
    range_key: str | None = None
    range_type: str = "S"
    has_children: bool = False
    """Whether those of one hash key may be asked for."""
    unique: Mapping[str, CompiledUnique] = {}
    soft_delete: str | None = None
    expires: str | None = None
    read_only: frozenset[str] = frozenset()
    belongs_to: Mapping[str, CompiledParent] = {}
    counts: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    looked_up: bool = False
    others: Mapping[str, "AnyTable"] = {}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The attributes that are its key."""
        return (self.key,) if self.range_key is None else (self.key, self.range_key)

    @cached_property
    def has_ends(self) -> bool:
        """Whether an item may be stored and not be there: removed softly, past its end, or going."""
        return self.soft_delete is not None or self.expires is not None or bool(self.cascades)

    def key_of(self, value: Any) -> Key | None:
        """A value as a key of this table; None for what no item can have as its key."""
        if self.range_key is None:
            return _key(value, self.key_type, LONGEST_KEY)
        if not isinstance(value, tuple) or len(value) != len(self.keys):
            return None
        parent, own = self.parent_key_of(value[0]), self.range_key_of(value[1])
        return None if parent is None or own is None else (parent, own)

    def parent_key_of(self, value: Any) -> Plain | None:
        """A value as the first part of a key; None for what none can have there."""
        return _key(value, self.key_type, LONGEST_KEY)

    def range_key_of(self, value: Any) -> Plain | None:
        """A value as the last part of a key; None for what none can have there."""
        return _key(value, self.range_type, LONGEST_RANGE_KEY)

    def key_in(self, item: Mapping[str, Any]) -> Key:
        """The key that an item has."""
        key: Key = item[self.key] if self.range_key is None else (item[self.key], item[self.range_key])
        return key

    def keyed(self, key: Key) -> Item:
        """A key as the attributes that it is stored in."""
        return dict(zip(self.keys, key, strict=True)) if isinstance(key, tuple) else {self.key: key}

    def given(self, fields: Mapping[str, Any]) -> Item:
        """Fields as they are stored: without what the engine writes of each item, and under no name of its own."""
        if fields.keys() <= self._plain:
            return {**fields}
        own = (*self.keys, *STAMPS, self.soft_delete)
        kept = {name: value for name, value in fields.items() if name not in own}
        return {ESCAPE + name if self._is_own(name) else name: value for name, value in kept.items()}

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
        properties = self.properties
        if properties:
            known = stored if self.is_plain else self._own(stored)
            return {name: value for name, value in known.items() if name in properties}
        return self._own(stored)

    def changed(self, stored: Item, fields: Item) -> Item:
        """Fields that are to be set, with what stored objects hold that this version's contract does not know."""
        return {
            name: with_unknown(self.properties.get(name, {}), stored.get(name), value, self.definitions)
            for name, value in fields.items()
        }

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """The schema of each property that items show, but not of what is write-only; none without an item's schema."""
        named = properties(self.item.schema, self.definitions) if self.item else {}
        return {name: each for name, each in named.items() if not is_hidden(each)}

    @property
    def definitions(self) -> Definitions:
        return self.item.definitions if self.item else {}

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(required(self.item.schema, self.definitions) if self.item else ())

    @cached_property
    def replaceable(self) -> frozenset[str]:
        """What whoever replaces an item takes away by not giving it, under the names that it is stored by."""
        named = properties(self.item.schema, self.definitions).keys() if self.item else set()
        own = {*self.keys, *STAMPS, self.soft_delete, *self.required, *self.read_only}
        return frozenset(ESCAPE + name if self._is_own(name) else name for name in named - own)

    @cached_property
    def _members(self) -> Mapping[str, Callable[[Any], bool]]:
        return {name: Validator(each, self.definitions).is_valid for name, each in self.properties.items()}

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
            name: pruned(self.properties[name], value, self.definitions) for name, value in self.visible(stored).items()
        }
        return {**self.defaults, **known}

    def _own(self, stored: Item) -> Item:
        """What is stored, but the engine's attributes, under the names that it was given by."""
        own = {name: each for name, each in stored.items() if name not in self._places and not ENGINES.match(name)}
        return own | {name.removeprefix(ESCAPE): value for name, value in stored.items() if name.startswith(ESCAPE)}

    def _is_own(self, name: str) -> bool:
        """Whether a name can be an attribute's of the engine; DynamoDB has none without a name."""
        return name in self._places or name[:1] in (OWN, "")

    def queried(self, index: str) -> Index:
        """An index to query. Raises LookupError for one that the contract has retired, or does not have."""
        found = self.indexes.get(index)
        if found is None or found.retired:
            raise LookupError(f"{self.name}: its index {index} is {'retired' if found else 'not in the contract'}.")
        return found

    @cached_property
    def listed_by(self) -> Sequence[tuple[str, Index]]:
        """The attributes that its indexes depend on, each with an index that does."""
        return [(name, index) for index in self.indexes.values() for name in sorted(index.depends_on)]

    @cached_property
    def _plain(self) -> frozenset[str]:
        """The properties that are stored under their own names, by whoever gives them."""
        return frozenset(
            name for name in self.properties.keys() - {*self.keys, *STAMPS, self.soft_delete} if not self._is_own(name)
        )

    @cached_property
    def is_plain(self) -> bool:
        """Whether what its items show is stored under the very names that it is shown by."""
        return bool(self.properties) and not any(map(self._is_own, self.properties))

    @cached_property
    def _places(self) -> frozenset[str]:
        """The attributes that say where its items are listed."""
        return frozenset(name for each in self.indexes.values() for name in (each.partition, each.position))


def share_of(limit: int, partitions: int) -> int:
    """So many items each partition of a list is asked for, to show `limit` and to know whether there are more.

    Items are spread by chance: one that runs dry is asked again.
    """
    return limit + 1 if partitions < 2 else limit // partitions + MORE


def _key(value: Any, kind: str, longest: int) -> Plain | None:
    if type(value) is not str:
        if isinstance(value, bool) or not isinstance(value, Plain):
            return None
        if kind == "N" and not isinstance(value, str):
            return value
        value = str(value)
    if kind == "N":
        return _number(value)
    return value if value and fits(value, longest) else None


def fits(text: str, longest: int) -> bool:
    """Whether it has at most so many bytes; a character has four at most."""
    return len(text) * 4 <= longest or len(text.encode(errors="replace")) <= longest


def _number(text: str) -> Plain | None:
    try:
        return number(text) if NUMBER.fullmatch(text) else None
    except ArithmeticError:
        return None


AnyTable = Table[Any, Any, Any, Any]
