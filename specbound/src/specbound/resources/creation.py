"""Creation of items, one or many, idempotent: what is sent again under its key makes nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import chain, islice
from os import urandom
from typing import TYPE_CHECKING, Any, NamedTuple

from specbound.messages import Request, Response
from specbound.problems import KeyUnreadable, OutcomeUnknown, Problem, ServiceUnavailable
from specbound.resources.idempotency import IdempotencyKey, Outcomes, kept_item, pack, write
from specbound.resources.versions import written
from specbound.store import items
from specbound.store.dynamodb import Unavailable
from specbound.store.items import ConditionFailed
from specbound.store.table import Item
from specbound.store.writes import Insert, Write

if TYPE_CHECKING:
    from specbound.resources.shapes import Ok, Results


# Of a UUID: where its version and its variant stand, and what version 4 has there.
FIXED_BITS = 0xF000C000000000000000
VERSION_4 = 0x40008000000000000000


class Creation(NamedTuple):
    """A new item as its table shows it, its own write, and what is written with it."""

    item: Item
    own: Insert
    beside: tuple[Write, ...]

    @property
    def writes(self) -> tuple[Write, ...]:
        return self.own, *self.beside


# Makes a creation of an input, the new item's id and the time.
Maker = Callable[[Any, str, str], Creation]
# The problem that a refused creation is; None if what stood in its way is gone, and it should be tried again.
Judge = Callable[[ConditionFailed], Problem | None]


class KeptProblem(Problem):
    """What kept an item of a batch from being created, as it was told the first time."""

    def __init__(self, body: Any) -> None:
        """Raises KeyUnreadable for what is no problem's body."""
        try:
            self._body = {name: body[name] for name in ("type", "title", "status", "detail")}
            self.status = HTTPStatus(body["status"])
        except (KeyError, TypeError, ValueError) as error:
            raise KeyUnreadable from error
        super().__init__(body["detail"])

    def body(self) -> dict[str, Any]:
        return self._body


def create_one(request: Request[Any, Any], make: Maker, refuse: Judge) -> Item:
    """Create an item of the body. Raises the Problem that keeps it from being created; then nothing is kept."""

    def judge(refused: ConditionFailed) -> None:
        if problem := refuse(refused):
            raise problem

    [item] = create_all(request, [request.body], make, judge)
    if isinstance(item, Problem):
        raise item
    return item


def create_all(request: Request[Any, Any], inputs: Sequence[Any], make: Maker, refuse: Judge) -> list[Item | Problem]:
    """Create an item of each input, each on its own. Returns the item, or what kept it from being created."""
    start = datetime.now(UTC)
    # A microsecond apart, so that a list shows them in the order they were given in.
    times = (written(start + timedelta(microseconds=number)) for number in range(len(inputs)))
    ids = _new_ids(len(inputs))
    creations = [make(each, new_id, time) for each, new_id, time in zip(inputs, ids, times, strict=True)]
    if request.key is None:
        return _create(creations, refuse, None)
    key = request.key
    outcomes = key.once(lambda: _to_json(_create(creations, refuse, key)))
    return list(_recall(outcomes, creations).values())


def batch(name: str, outcomes: Sequence[Item | Problem]) -> Response[Ok, Results]:
    """What became of each item of a batch; `name` is the member that holds one that was created."""
    results = [
        {"status": int(each.status), "problem": each.body()}
        if isinstance(each, Problem)
        else {"status": int(HTTPStatus.CREATED), name: each}
        for each in outcomes
    ]
    failed = sum("problem" in each for each in results)
    return Response(HTTPStatus.OK, {"results": results, "created": len(results) - failed, "failed": failed})


def _new_ids(count: int) -> Iterator[str]:
    """UUIDs of version 4 (RFC 9562, section 5.4), of random bytes that the system is asked for once.

    Each call of it costs more than a UUID, and the class UUID twice as much again.
    """
    random = urandom(16 * count)
    for start in range(0, len(random), 16):
        number = int.from_bytes(random[start : start + 16]) & ~FIXED_BITS | VERSION_4
        digits = f"{number:032x}"
        yield f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _create(creations: Sequence[Creation], refuse: Judge, key: IdempotencyKey | None) -> list[Item | Problem]:
    """Do all creations, many per call; each call keeps under the key what is done with it and before."""
    found = _recall(key.outcomes, creations) if key and key.outcomes else {}
    if key and len(creations) > 1:
        # What can't be kept in the end is refused before anything is done.
        pack(_to_json([creation.item for creation in creations]))
    is_kept = key is None
    unseen = set(range(len(creations))) if _can_look(creations) else set()
    while len(found) < len(creations) or not is_kept:
        pending = {number: each.writes for number, each in enumerate(creations) if number not in found}
        if unseen and (problems := _foreseen(pending, unseen, refuse, key)):
            found |= problems
            continue
        group = items.fitting(pending, spare=int(key is not None))
        done = found | {number: creations[number].item for number in group}
        outcomes = _to_json([done.get(number) for number in range(len(creations))]) if key else []
        try:
            write(key, outcomes, *chain.from_iterable(group.values()))
            found, is_kept = done, is_kept or None not in outcomes
        except ConditionFailed as refused:
            found |= _judge(group, refused, refuse, key)
        except Unavailable as unavailable:
            if key:
                # The same request goes on from what is kept.
                raise
            found |= dict.fromkeys(group, OutcomeUnknown() if unavailable.is_unsettled else ServiceUnavailable())
    return [found[number] for number in range(len(creations))]


def _can_look(creations: Sequence[Creation]) -> bool:
    """Whether it pays to look before the first write, as it does for many at once, and may be done."""
    return len(creations) > 1 and any(each.table.looked_up for one in creations for each in one.beside)


def _foreseen(
    pending: Mapping[int, Sequence[Write]], unseen: set[int], refuse: Judge, key: IdempotencyKey | None
) -> Mapping[int, Item | Problem]:
    """The problems of creations that would be refused. Raises RecordFound where that is what this request has done."""
    from specbound.resources.foresight import refusals  # noqa: PLC0415  # loaded by a batch whose claims can be looked up

    expected = refusals(pending, unseen)
    if expected and key:
        key.look()
    together = ConditionFailed(list(chain.from_iterable(each.refusals for each in expected.values())))
    return _judge({number: pending[number] for number in expected}, together, refuse, key)


def _judge(
    group: Mapping[int, Sequence[Write]], refused: ConditionFailed, refuse: Judge, key: IdempotencyKey | None
) -> Mapping[int, Item | Problem]:
    """The problem of each creation that was refused, but for those that should be tried again."""
    refusals = iter(refused.refusals)
    parts = {number: ConditionFailed(list(islice(refusals, len(creation)))) for number, creation in group.items()}
    try:
        problems = {number: refuse(part) for number, part in parts.items() if any(part.refusals)}
    except Unavailable:
        if key:
            raise
        # What was done before is to be told; nothing of this group was.
        return dict.fromkeys(group, ServiceUnavailable())
    return {number: problem for number, problem in problems.items() if problem}


def _to_json(outcomes: Sequence[Item | Problem | None]) -> Outcomes:
    return [{"problem": each.body()} if isinstance(each, Problem) else each and {"item": each} for each in outcomes]


def _recall(outcomes: Outcomes, creations: Sequence[Creation]) -> dict[int, Item | Problem]:
    """What became of each creation, so far. Raises KeyUnreadable if such creations can't have led to that."""
    if len(outcomes) != len(creations):
        raise KeyUnreadable
    pairs = enumerate(zip(outcomes, creations, strict=True))
    return {number: _from_json(outcome, creation.own) for number, (outcome, creation) in pairs if outcome is not None}


def _from_json(outcome: Mapping[str, Any], new: Insert) -> Item | Problem:
    if "problem" in outcome:
        return KeptProblem(outcome["problem"])
    return kept_item(new.table, outcome.get("item"))
