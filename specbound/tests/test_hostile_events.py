"""Whatever event comes, the function answers, and none is a fault of ours: least of all what a gateway could send."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.router import lambda_handler
from specbound.local import embedded
from specbound.local.gateway import Context
from tests.deployments import DEPLOYMENTS
from tests.events import USER_ID
from tests.strangers import STRANGERS

pytestmark = pytest.mark.slow

SEED = 20260131
MUTATED = 40_000
SENT = 10_000
# Most of these end before the database; it takes a millisecond per call here.
CALLS = [
    *[("GET", "/health"), ("GET", "/nowhere"), ("OPTIONS", "/users"), ("DELETE", "/users/batch"), ("GET", "/inventory")]
    * 4,
    *[("POST", "/users"), ("PUT", f"/users/{USER_ID}"), ("POST", "/products/batch")] * 4,
    ("GET", f"/users/{USER_ID}"),
    ("DELETE", "/products/%FF"),
    ("GET", "/users"),
    ("POST", f"/inventory/{USER_ID}/adjustments"),
]
HEADERS = {
    "Accept": "*/*", "Accept-Encoding": "gzip, br", "Authorization": "Bearer x", "Content-Type": "application/json",
    "Origin": "https://page.example.com", "If-Match": '"1"', "If-None-Match": 'W/"1", "2"', "X-A": "b",
    "Access-Control-Request-Method": "GET", "User-Agent": "curl/8.5.0", "Cookie": "a=1; b=2", "Idempotency-Key": " ",
}  # fmt: skip
BODIES = [
    None,
    "",
    "{}",
    "{",
    "[" * 3000,
    "null",
    '{"items": []}',
    '{"name": "A", "email": "a"}',
    "é\u0000",
    "eyJ9",
    "A" * 70_000,
]
QUERIES = ["", "limit=5", "limit=0&limit=1", "a=%FF", "&&", "=", "productId=x&productId=y", "a=" + "b" * 9000]
AUTHORIZERS = [
    None, {"jwt": {"claims": {"sub": "x", "scope": "users/read users/write"}, "scopes": None}},
    {"jwt": {"claims": None}}, {"lambda": {"scope": "products/write"}}, {"lambda": None}, {"iam": {"userId": "x"}},
    {"principalId": "x", "scope": 5}, {"principalId": "x", "claims": "text"},
    {"claims": {"sub": "x", "scope": "inventory/read inventory/write"}},
]  # fmt: skip


def deep() -> Any:
    value: Any = "x"
    for number in range(150):
        value = [value] if number % 2 else {"a": value}
    return value


DEEP = deep()
ODD: list[Any] = [
    None, True, False, 0, -1, 77, 1.5, float("nan"), 10**400, "", " ", "x", "GET", "/", "//", "/users", "$default",
    "\x00", "\n", "\ud800", "\u00e9", "%", "%FF", "%2F", "../..", "true", "{}", "x" * 100_000, "/" * 5000, b"", b"\xff",
    [], {}, [None], ["x"], [1, "x", None], {"a": "b"}, {"": ""}, {"a": {"b": {"c": 1}}}, {5: 6}, [[[]]], ("x",), {"x"},
    DEEP, "[users/read]",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def empty_tables() -> None:
    embedded.empty()


def test_no_event_makes_the_function_raise_or_fail() -> None:
    chance = random.Random(SEED)
    seeds = [event for _, event in STRANGERS] + [sent(chance) for _ in range(200)]

    for number in range(MUTATED):
        event = mutated(chance, seeds)
        check(event, f"seed {SEED}, event {number}")


def test_what_a_gateway_could_have_sent_is_never_a_fault_of_ours() -> None:
    chance = random.Random(SEED)

    for number in range(SENT):
        event = sent(chance)
        check(event, f"seed {SEED}, request {number}")


def sent(chance: random.Random) -> Any:
    """An event of a request that a caller can send, through one of the ways to mount the API."""
    method, path = chance.choice(CALLS)
    event = chance.choice(DEPLOYMENTS).event(method, path)
    fields = dict(chance.sample(sorted(HEADERS.items()), chance.randrange(4)))
    spelt = chance.choice([str.lower, str.upper, str])
    event["headers"] = event["headers"] | {spelt(name): value for name, value in fields.items()}
    if event.get("multiValueHeaders"):
        event["multiValueHeaders"] |= {spelt(name): [value] * chance.randint(1, 2) for name, value in fields.items()}
    if "rawQueryString" in event:
        event["rawQueryString"] = chance.choice(QUERIES)
    else:
        event["multiValueQueryStringParameters"] = chance.choice([None, {"limit": ["5", "6"]}, {"é": [""]}])
    if event["requestContext"]["authorizer"] and chance.random() < 0.4:
        event["requestContext"]["authorizer"] = chance.choice(AUTHORIZERS)
    if method in ("POST", "PUT"):
        event |= {"body": chance.choice(BODIES), "isBase64Encoded": chance.random() < 0.2}
    return event


def mutated(chance: random.Random, seeds: list[Any]) -> Any:
    """A seed with some of its parts missing, of another type, in another place, deep, huge or binary."""
    event = copy.deepcopy(chance.choice(seeds))
    for _ in range(chance.randint(1, 4)):
        places = list(_places(event))
        if not places:
            return chance.choice(ODD)
        holder, key = chance.choice(places)
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1:
                other, name = chance.choice(places)
                holder[key] = copy.deepcopy(other[name])
            case _:
                holder[key] = chance.choice(ODD)
    return event


def _places(value: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Every place in an event where something stands, not too deep."""
    if depth == 5:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield value, key
        yield from _places(each, depth + 1)


def check(event: Any, which: str) -> None:
    """Fail if the function raises, answers what no gateway would take, or says that it failed."""
    try:
        reply = lambda_handler(event, Context())
    except BaseException as error:
        raise AssertionError(f"{which}: {error!r}") from error
    assert isinstance(reply["statusCode"], int) and 100 <= reply["statusCode"] <= 599, which
    assert all(isinstance(text, str) for pair in reply["headers"].items() for text in pair), which
    assert all(text.isprintable() for text in reply["headers"].values()), which
    assert isinstance(reply.get("body", ""), str), which
    assert isinstance(reply.get("isBase64Encoded", False), bool), which
    json.dumps(reply, allow_nan=False).encode()
    assert reply["statusCode"] < 500, which
