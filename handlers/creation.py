"""Creating items, one or many, so that a request that is sent again makes nothing twice."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4, uuid5

from handlers import tables
from handlers.idempotency import KEY, outlived
from handlers.messages import Request, Response
from handlers.problems import Problem, ServiceUnavailable
from handlers.resources import written
from handlers.tables import Item, Refused, Unavailable
from handlers.writes import Insert, Write

# The new item, and what is written with it.
Creation = tuple[Insert, *tuple[Write, ...]]
# Makes a creation of an input, the new item's id and the time.
Maker = Callable[[Any, str, str], Creation]


def _surface(refused: Refused) -> Problem:
    raise refused


def create_all(
    request: Request, inputs: Sequence[Any], make: Maker, refuse: Callable[[Refused], Problem] = _surface
) -> list[Item | Problem]:
    """Create an item of each input, each on its own. Returns the item, or what kept it from being created.

    Another attempt at the same request has the same ids, so it meets its own items, and they count as created.
    """
    start = datetime.now(UTC)
    identity = UUID(request.identity) if request.identity else uuid4()
    # A microsecond apart, so that a list shows them in the order they were given in.
    times = [written(start + timedelta(microseconds=number)) for number in range(len(inputs))]
    creations = [make(each, str(uuid5(identity, str(number))), times[number]) for number, each in enumerate(inputs)]
    outcomes = tables.write_each(creations)
    # The maker of an item that has outlived its key uses the key for a new request.
    stale = [number for number, outcome in enumerate(outcomes) if (item := _earlier(outcome)) and outlived(item)]
    for number in stale:
        creations[number] = make(inputs[number], str(uuid4()), times[number])
    for number, outcome in zip(stale, tables.write_each([creations[each] for each in stale]), strict=True):
        outcomes[number] = outcome
    if KEY in request.parameters and any(isinstance(outcome, Unavailable) for outcome in outcomes):
        # Nothing is kept under the key, so that the same request can be sent again and do the rest.
        raise Unavailable("some of the items")
    return [_result(*each, refuse) for each in zip(creations, outcomes, strict=True)]


def create_one(
    request: Request,
    make: Maker,
    refuse: Callable[[Refused], Problem] = _surface,
) -> Item:
    """Create an item of the body. Raises the Problem that keeps it from being created."""
    [result] = create_all(request, [request.body], make, refuse)
    if isinstance(result, Problem):
        raise result
    return result


def batch(name: str, outcomes: Sequence[Item | Problem]) -> Response:
    """What became of each item of a batch; `name` is the member that holds one that was created."""
    results = [
        {"status": int(each.status), "problem": each.body()}
        if isinstance(each, Problem)
        else {"status": int(HTTPStatus.CREATED), name: each}
        for each in outcomes
    ]
    failed = sum("problem" in each for each in results)
    body = {"results": results, "created": len(results) - failed, "failed": failed}
    return Response(HTTPStatus.OK, body)


def _earlier(outcome: Refused | Unavailable | None) -> Item | None:
    refusal = outcome.refusals[0] if isinstance(outcome, Refused) else None
    return refusal.item if refusal else None


def _result(
    creation: Creation, outcome: Refused | Unavailable | None, refuse: Callable[[Refused], Problem]
) -> Item | Problem:
    if outcome is None:
        return creation[0].item
    if isinstance(outcome, Unavailable):
        return ServiceUnavailable()
    return _earlier(outcome) or refuse(outcome)
