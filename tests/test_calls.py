"""What is read of an event: the same by the short way, which most events of an HTTP API go, as by the long one."""

import random

import pytest

from handlers.gateway import read_call
from handlers.senders import is_request
from tests.deployments import DEPLOYMENTS, http_api
from tests.events import USER_ID
from tests.test_hostile_events import SEED, mutated, sent

EVENTS = 20_000


def the_long_way(event):
    """The event with one member in a form that no HTTP API writes, though it says the same."""
    return event if event.get("isBase64Encoded") else event | {"isBase64Encoded": 0}


def same(event):
    return read_call(event)._replace(event=None) == read_call(the_long_way(event))._replace(event=None)


def test_both_ways_to_read_an_event_read_the_same():
    chance = random.Random(SEED)
    event = http_api("$default", "", "api.example.com", "api.example.com")
    usual = [event(method, path, body=body) for method, path, body in USUAL]
    seeds = [sent(chance) for _ in range(100)] + usual * 20

    for number in range(EVENTS):
        event = mutated(chance, seeds)
        if is_request(event):
            assert repr(read_call(event)[:-1]) == repr(read_call(the_long_way(event))[:-1]), f"event {number}"


USUAL = [
    ("GET", "/users", None),
    ("GET", f"/users/{USER_ID}", None),
    ("DELETE", f"/users/{USER_ID}", None),
    ("POST", "/users", "{}"),
    ("PUT", f"/users/{USER_ID}", '{"name": "\u00e9"}'),
]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("method", "path", "body"), [*USUAL, ("GET", "/users/a%20b", None), ("HEAD", "/nowhere", None)]
)
def test_both_ways_read_the_same_wherever_the_api_is_mounted(deployment, method, path, body):
    event = deployment.event(method, path, body=body)

    assert same(event)
