"""What holds for requests that look alike: only those with the same key, from the same caller, are the same."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest

from specbound.testing import caller

pytestmark = pytest.mark.slow

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45.5, "category": "mice", "initialQuantity": 10}


@dataclass(frozen=True)
class Kind:
    """A request under a key; `done` says of a reply whether the request was done, and what came of it."""

    path: str
    body: Any
    done: Callable[[httpx.Response], Any]


def product_id(reply: httpx.Response) -> Any:
    return reply.json()["productId"]


def product_ids(reply: httpx.Response) -> Any:
    return [each["product"]["productId"] for each in reply.json()["results"]]


def quantity(reply: httpx.Response) -> Any:
    return reply.json()["quantity"]


def user_id(reply: httpx.Response) -> Any:
    return reply.json().get("userId", reply.json()["type"] if reply.is_error else None)


def user_ids(reply: httpx.Response) -> Any:
    return [each["user"]["userId"] if "user" in each else each["problem"]["type"] for each in reply.json()["results"]]


KINDS = {
    "create_product": Kind("/products", TRACKBALL, product_id),
    "create_products": Kind("/products/batch", {"items": [TRACKBALL, TRACKBALL]}, product_ids),
    "adjust_inventory": Kind("/inventory/{productId}/adjustments", {"delta": -3}, quantity),
    "create_user": Kind("/users", ADA, user_id),
    "create_users": Kind("/users/batch", {"items": [ADA]}, user_ids),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def path(client, kind):
    if "{" not in kind.path:
        return kind.path
    return kind.path.replace("{productId}", client.post("/products", json=TRACKBALL).json()["productId"])


@pytest.mark.parametrize("other_key", ["two", "One", "one.", "one" * 80])
def test_the_same_body_under_another_key_is_another_request(client, kind, path, other_key):
    one = partial(client.post, path, json=kind.body, headers={"idempotency-key": "one"})
    other = partial(client.post, path, json=kind.body, headers={"idempotency-key": other_key})

    check_each_has_its_own_answer(kind, one, other)


def test_the_same_body_under_the_same_key_of_another_caller_is_another_request(client, kind, path):
    with caller("other") as other:
        one, another = (
            partial(each.post, path, json=kind.body, headers={"idempotency-key": "one"}) for each in (client, other)
        )

        check_each_has_its_own_answer(kind, one, another)


def test_the_same_key_at_another_operation_is_another_request(client):
    product = client.post("/products", json=TRACKBALL).json()["productId"]
    key = {"idempotency-key": "one"}

    replies = [
        client.post(each.path.replace("{productId}", product), json=each.body, headers=key) for each in KINDS.values()
    ]

    assert all(reply.is_success for reply in replies), [reply.text for reply in replies]


def check_each_has_its_own_answer(kind, send_one, send_another):
    one, another = send_one(), send_another()

    assert kind.done(one) != kind.done(another)
    assert kind.path.startswith("/users") == ("urn:problem-type:email-taken" in another.text)
    assert send_one().content == one.content
    assert kind.done(send_another()) == kind.done(another)
