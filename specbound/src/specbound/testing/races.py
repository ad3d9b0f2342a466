"""Races that every service can be tried in: two requests at once, the second between the calls of the first.

They run in this process, where the other's turn is exact: before each of the calls to DynamoDB that the first makes.
"""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote
from uuid import uuid4

import httpx

from specbound.adoption.requests import credential
from specbound.compiled import read
from specbound.proof.generation import Sent, operations, requests
from specbound.proof.referees import generated
from specbound.testing.callers import caller, empty
from specbound.testing.wire import before, watched

KEY, MATCH, NONE_MATCH = "idempotency-key", "if-match", "if-none-match"
WRITES = ("PUT", "PATCH", "DELETE")
LOCKED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
SEED = 1

Send = Callable[[httpx.Client], httpx.Response]


def keyed() -> list[str]:
    """The operations that take an idempotency key, by the names of their functions."""
    return _taking(KEY)


def conditional() -> list[str]:
    """Those that take `If-Match`, and write what a POST to the path above makes."""
    return [name for name in _taking(MATCH) if operations()[name].method in WRITES and _maker(name)]


def races_of(operation_id: str) -> Iterator[str]:
    """What is wrong with a request of an operation that is sent twice at once under one key, however they meet.

    Both are answered alike, or one is told that the other is at work (409), and whoever asks again gets that answer.
    """
    for sent in generated(requests(operation_id), SEED):
        empty()
        with caller() as one:
            _, calls = _watched(one, partial(_send, sent=sent, headers={KEY: str(uuid4())}))
        for action, number in calls:
            yield from _race(sent, action, number)


def overwrites_of(operation_id: str) -> Iterator[str]:
    """What is wrong where two who have seen the same version write it at once, however they meet: one is done, and the
    other is told that it has changed (412), or that it has gone (404).
    """
    for sent in generated(requests(operation_id), SEED):
        empty()
        with caller() as one, caller() as other:
            write = _writing(one, operation_id, sent)
            if write is None:
                continue
            alone, calls = _watched(one, write)
            if not alone.is_success:
                continue
            for action, number in calls:
                empty()
                write = _writing(one, operation_id, sent)
                if write is not None:
                    yield from _overwrite(sent, one, other, write, (action, number))
            return
    yield f"{operation_id}: of no request that was made of the contract was anything written"


def _taking(header: str) -> list[str]:
    """The operations that take a header, but for those that nobody has written."""
    written = {name: each for name, each in read()["operations"].items() if name not in read().get("unfinished", [])}
    return [
        name
        for name, operation in written.items()
        if ("header", header) in [(each["in"], each["name"].lower()) for each in operation["parameters"]]
    ]


def _maker(operation_id: str) -> str | None:
    """Which operation makes what this one writes."""
    above, _, last = operations()[operation_id].path.rpartition("/")
    made = [name for name, each in operations().items() if (each.method, each.path) == ("POST", above)]
    return made[0] if made and last.startswith("{") and made[0] not in read().get("unfinished", []) else None


def _watched(client: httpx.Client, send: Send) -> tuple[httpx.Response, list[tuple[str, int]]]:
    """The reply, and the calls to DynamoDB that were made for it, each action with its number among those."""
    with watched() as calls:
        reply = send(client)
    actions = [each.action for each in calls]
    return reply, [(action, actions[: place + 1].count(action)) for place, action in enumerate(actions)]


def _race(sent: Sent, action: str, number: int) -> Iterator[str]:
    empty()
    key = {KEY: str(uuid4())}
    others: list[httpx.Response] = []
    with caller() as one, caller() as other:
        with before(action, lambda: others.append(_send(other, sent, key)), number):
            first = _send(one, sent, key)
        again = _send(one, sent, key)
    said = [(each.status_code, each.content) for each in (first, *others) if each.status_code != httpx.codes.CONFLICT]
    if (
        len(others) != 1
        or again.status_code in LOCKED
        or any(each != (again.status_code, again.content) for each in said)
    ):
        yield f"{sent}, sent again before {action} {number}: {_told(first, *others, again)}"


def _overwrite(sent: Sent, one: httpx.Client, other: httpx.Client, write: Send, call: tuple[str, int]) -> Iterator[str]:
    others: list[httpx.Response] = []
    action, number = call
    with before(action, lambda: others.append(write(other)), number):
        first = write(one)
    done = [each for each in (first, *others) if each.is_success]
    refused = [each for each in (first, *others) if each.status_code in (httpx.codes.PRECONDITION_FAILED, 404)]
    if (len(done), len(refused)) != (1, 1):
        yield f"{sent}, beside another before {action} {number}: {_told(first, *others)}"


def _writing(client: httpx.Client, operation_id: str, sent: Sent) -> Send | None:
    """A write of something that is made anew, by who has seen it as it is now; None if it can't be made."""
    maker = _maker(operation_id)
    for new in generated(requests(maker), SEED) if maker else ():
        made = _send(client, new, {})
        if made.status_code == httpx.codes.CREATED and {"location", "etag"} <= made.headers.keys():
            place, match = made.headers["location"], {MATCH: made.headers["etag"]}
            return partial(_send, sent=sent, headers=match, place=place)
    return None


def _send(client: httpx.Client, sent: Sent, headers: dict[str, str], place: str | None = None) -> httpx.Response:
    known = dict(credential(read()["operations"][sent.operation.operation_id]["security"]) or {})
    query = [*sent.query, *([known.pop("query")] if "query" in known else [])]
    url = (place or quote(sent.path)) + (f"?{'&'.join(query)}" if query else "")
    own = {name: each for name, each in sent.headers.items() if name not in (KEY, MATCH, NONE_MATCH)}
    return client.request(sent.operation.method, url, headers={**own, **known, **headers}, content=sent.body)


def _told(*replies: httpx.Response) -> list[tuple[int, str]]:
    return [(each.status_code, each.text) for each in replies]
