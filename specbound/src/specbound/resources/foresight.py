"""Foresight: which creations of a batch the unique values of others will refuse, looked up before anything is written.

A transaction that is refused costs as much as one that is done, for all that is in it; to look at a claim costs half a
read unit. What is seen may be late: it is judged as a refusal is, and the transaction keeps the constraint in any case.
Loaded by a batch whose claims may be looked up.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from specbound.store import items
from specbound.store.dynamodb import Unavailable
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import AnyTable, Item, Key
from specbound.store.writes import Insert, Write

Claims = Mapping[tuple[AnyTable, Key], Insert]


def refusals(pending: Mapping[int, Sequence[Write]], unseen: set[int]) -> dict[int, ConditionFailed]:
    """Of the `unseen` creations among those that are pending, by their numbers, how those will be refused that will be.

    Of several that claim the same the first is looked at. If that is refused, so are they; else they stay unseen until
    it is done.
    """
    claimed: dict[tuple[AnyTable, Key], Insert] = {}
    looked: list[int] = []
    for number, writes in pending.items():
        own = _claims(writes)
        if number in unseen and not own.keys() & claimed.keys():
            looked.append(number)
        claimed |= own
    wanted = {key: None for number in looked for key in _claims(pending[number])}
    found: dict[tuple[AnyTable, Key], Item] = {}
    with suppress(Unavailable):  # then nothing is foreseen
        for table in {each for each, _ in wanted}:
            seen = items.glimpse(table, [key for each, key in wanted if each is table])
            found |= {(table, key): item for key, item in seen.items()}
    refused = [number for number in unseen & pending.keys() if found.keys() & _claims(pending[number]).keys()]
    unseen.difference_update(looked, refused)
    return {number: ConditionFailed([_refusal(each, found) for each in pending[number]]) for number in sorted(refused)}


def _claims(writes: Sequence[Write]) -> Claims:
    return {(each.table, each.key): each for each in writes if isinstance(each, Insert) and each.table.looked_up}


def _refusal(write: Write, found: Mapping[tuple[AnyTable, Key], Item]) -> Refusal | None:
    item = found.get((write.table, write.key))
    return None if item is None else Refusal(write, item)
