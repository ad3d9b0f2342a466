"""Cascades: an item goes with all that belongs to it, in steps. Loaded with a contract that says `on_delete: cascade`.

First the item is marked: from then on it is gone for everybody, and nothing new can belong to it. Then its children go,
so many in a request, and at last the item itself. Whoever dies on the way leaves a mark, by which the next removal of
the item goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

from specbound.compiled import GOING
from specbound.problems import ServiceUnavailable
from specbound.store import items
from specbound.store.items import ConditionFailed, Source, Span, query
from specbound.store.table import AnyTable, Item, Plain
from specbound.store.writes import Remove, Update, Write

# Of one request; each child may be several writes of a transaction, which has a hundred.
MOST_CHILDREN = 200
STEP = 25
# What removes a child, and all that goes with it; without those writes of which `owned` says that they are not its own.
Removal = Callable[[AnyTable, Item], Sequence[Write]]


def mark(table: AnyTable, stored: Item, time: str) -> Update:
    """The write that makes an item one that is going."""
    return Update(table, table.key_in(stored), {GOING: time}, stored["version"], stored, listed=False)


def is_marked(stored: Item) -> bool:
    return GOING in stored


def finish(table: AnyTable, marked: Item, removal: Removal) -> None:
    """Remove the children of an item that is going, and then the item. Raises ServiceUnavailable if it takes more."""
    left = MOST_CHILDREN
    for name in table.cascades:
        children = table.others[name]
        while found := _children(children, marked[table.key]):
            if left <= 0:
                raise ServiceUnavailable("It is being removed, and much belongs to it. Send the same request again.")
            left -= len(found)
            _remove(children, found, removal)
    with suppress(ConditionFailed):
        # Another request for its end has come before.
        items.write(Remove(table, table.key_in(marked), marked["version"]))


def _children(table: AnyTable, parent: Plain) -> list[Item]:
    source = Source(table, None, table.key, str(table.range_key), True)
    return query(source, parent, Span(), STEP)


def _remove(table: AnyTable, found: Sequence[Item], removal: Removal) -> None:
    """Remove these children, as many in a transaction as it takes; what others removed meanwhile is passed over."""
    pending = {number: removal(table, child) for number, child in enumerate(found)}
    while pending:
        group = items.fitting(pending)
        try:
            items.write(*chain.from_iterable(group.values()))
        except ConditionFailed:
            for each in group.values():
                _remove_alone(each)
        for number in group:
            del pending[number]


def _remove_alone(writes: Sequence[Write]) -> None:
    """Remove one child. What is not its own stays; if it was changed or removed meanwhile it is looked at anew."""
    for group in _attempts(writes):
        with suppress(ConditionFailed):
            items.write(*group)
            return


def _attempts(writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
    yield writes
    # A claim that is another's stays.
    yield writes[:1]
