"""What is read of an event: the same by the short way, which most events of an HTTP API go, as by the long one."""

import random

import pytest

from specbound.http.access import is_request
from specbound.http.events import read_call
from tests.deployments import DEPLOYMENTS, http_api
from tests.events import USER_ID
from tests.test_hostile_events import SEED, mutated, sent

pytestmark = pytest.mark.slow

EVENTS = 20_000
USUAL = [
    ("GET", "/users", None),
    ("GET", f"/users/{USER_ID}", None),
    ("DELETE", f"/users/{USER_ID}", None),
    ("POST", "/users", "{}"),
    ("PUT", f"/users/{USER_ID}", '{"name": "\u00e9"}'),
]


def read_both_ways(event):
    """All of the call but its event; the second time with a member in a form that no HTTP API writes."""
    odd = event if event.get("isBase64Encoded") else event | {"isBase64Encoded": 0}
    return [repr(read_call(each)[:-1]) for each in (event, odd)]


def test_both_ways_read_the_same_whatever_the_event():
    chance = random.Random(SEED)
    event = http_api("$default", "", "api.example.com", "api.example.com")
    seeds = [sent(chance) for _ in range(100)] + [event(method, path, body=body) for method, path, body in USUAL * 20]

    for number in range(EVENTS):
        event = mutated(chance, seeds)
        if is_request(event):
            short, long = read_both_ways(event)
            assert short == long, f"event {number}"


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("method", "path", "body"), [*USUAL, ("GET", "/users/a%20b", None), ("HEAD", "/nowhere", None)]
)
def test_both_ways_read_the_same_wherever_the_api_is_mounted(deployment, method, path, body):
    short, long = read_both_ways(deployment.event(method, path, body=body))

    assert short == long
