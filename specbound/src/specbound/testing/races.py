"""Races that every service can be tried in: one request that comes twice, the second time between the first's calls.

They run in this process, where the other's turn is exact: before each of the calls to DynamoDB that the first makes.
"""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import httpx

from specbound.compiled import read
from specbound.proof.generation import Sent, requests
from specbound.proof.referees import generated
from specbound.testing.callers import caller, empty
from specbound.testing.wire import before, watched

KEY = "idempotency-key"
SEED = 1


def keyed() -> list[str]:
    """The operations that take an idempotency key, by the names of their functions."""
    taken = {
        name: [(each["in"], each["name"].lower()) for each in operation["parameters"]]
        for name, operation in read()["operations"].items()
    }
    return [name for name, parameters in taken.items() if ("header", KEY) in parameters]


def races_of(operation_id: str) -> Iterator[str]:
    """What is wrong with a request of an operation that is sent twice at once under one key, however they meet.

    Both are answered alike, or one is told that the other is at work (409), and whoever asks again gets that answer.
    """
    for sent in generated(requests(operation_id), SEED):
        for action, number in _calls(sent):
            yield from _race(sent, action, number)


def _calls(sent: Sent) -> list[tuple[str, int]]:
    """The calls to DynamoDB that a request makes, each action with its number among those."""
    empty()
    with watched() as calls, caller() as one:
        _send(one, sent, str(uuid4()))
    actions = [each.action for each in calls]
    return [(action, actions[: place + 1].count(action)) for place, action in enumerate(actions)]


def _race(sent: Sent, action: str, number: int) -> Iterator[str]:
    empty()
    key = str(uuid4())
    others: list[httpx.Response] = []
    with caller() as one, caller() as other:
        with before(action, lambda: others.append(_send(other, sent, key)), number):
            first = _send(one, sent, key)
        again = _send(one, sent, key)
    said = [(each.status_code, each.content) for each in (first, *others) if each.status_code != httpx.codes.CONFLICT]
    if len(others) != 1 or any(each != (again.status_code, again.content) for each in said):
        replies = [(each.status_code, each.text) for each in (first, *others, again)]
        yield f"{sent}, sent again before {action} {number}: {replies}"


def _send(client: httpx.Client, sent: Sent, key: str) -> httpx.Response:
    url = quote(sent.path) + (f"?{'&'.join(sent.query)}" if sent.query else "")
    return client.request(sent.operation.method, url, headers={**sent.headers, KEY: key}, content=sent.body)
