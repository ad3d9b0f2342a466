"""What holds for the largest that the contract lets through: AWS takes every call that it leads to.

That each call is within AWS's limits is checked after every test; here are the requests that come closest to them.
"""

from bisect import bisect_left
from itertools import count, cycle, repeat
from random import Random

import boto3
import pytest

from specbound.compiler.document import load
from specbound.local.aws_values import item_size
from tests.subject import table_name

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

NAME = "\U0001f4a1" * 100
EMAIL = f"{'x' * 64}@{'y' * 63}.{'z' * 63}.{'w' * 61}"
CATEGORY = "c" * 50
# By how many bytes a character has in UTF-8.
ONE, TWO, THREE, FOUR = range(0x20, 0x7F), range(0xA1, 0x800), range(0x800, 0xD800), range(0x10000, 0x110000)
ALPHABETS = {
    "1": [ONE],
    "2": [TWO],
    "3": [THREE],
    "4": [FOUR],
    "1 or 2": [ONE, TWO],
    "2 or 4": [TWO, FOUR],
    "2, 3 or 4": [TWO, THREE, FOUR],
}
KEY = {"idempotency-key": "~" * 255}
LONGEST_IF_MATCH = load()["components"]["schemas"]["ETags"]["maxLength"]


def text(alphabet, length, seed):
    """A text that can hardly be packed: any character of its alphabet is as likely as any other."""
    random = Random(seed)
    return "".join(chr(random.choice(random.choice(alphabet))) for _ in range(length))


def many_tags(tags):
    """As many tags as fit into a header."""
    header = ""
    for tag in tags:
        if len(header) + len(tag) + 1 > LONGEST_IF_MATCH:
            break
        header = f"{header},{tag}" if header else tag
    return header


TAGS = {
    "versions": many_tags(map(str, count(1))),
    "versions, ours among the last": ",".join(reversed(many_tags(map(str, count(1))).split(","))),
    "versions in quotes": many_tags(f'"{number}"' for number in count(1)),
    "one version again and again": many_tags(repeat("2")),
    "tags that are no versions": many_tags(cycle("abcdefghijklmnopqrstuvwxyz")),
    "weak versions": many_tags(f'W/"{number}"' for number in count(1)),
    "the longest versions": many_tags(str(number) for number in count(9_999_999_999_999_999, -1)),
}


CHANGES = {
    "a user": ("PUT", {"name": "Ada King"}),
    "a user's address": ("PUT", {"email": "king@example.com"}),
    "a product": ("PUT", {"name": "Trackball"}),
    "stock": ("PUT", {"quantity": 5}),
    "the end of a user": ("DELETE", None),
    "the end of a product": ("DELETE", None),
}


@pytest.fixture(params=CHANGES)
def change(request, client):
    """A change of something at version 2: the method, the path and the body."""
    method, body = CHANGES[request.param]
    user = client.post("/users", json={"name": "Ada", "email": "ada@example.com"}).headers["location"]
    product = client.post("/products", json={"name": "Mouse", "price": 1, "category": "mice"}).headers["location"]
    stock = product.replace("products", "inventory")
    client.put(user, json={"status": "active"})
    client.put(product, json={"price": 2})
    client.put(stock, json={"quantity": 1})
    return method, user if "user" in request.param else product if "product" in request.param else stock, body


@pytest.mark.parametrize("tags", TAGS.values(), ids=TAGS)
def test_if_match_with_as_many_tags_as_fit_is_answered_as_with_one(client, change, tags):
    method, path, body = change

    reply = client.request(method, path, json=body, headers={"if-match": tags})

    assert len(tags) > LONGEST_IF_MATCH - 20
    matches = "2" in tags.replace('"', "").split(",")
    assert reply.status_code == ({"PUT": 200, "DELETE": 204}[method] if matches else 412)
    assert client.get(path).status_code == (404 if matches and method == "DELETE" else 200)


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with the longest key"])
def test_the_largest_user_is_created_changed_found_and_deleted(client, headers):
    created = client.post("/users", json={"name": NAME, "email": EMAIL}, headers=headers)
    path = created.headers["location"]
    changed = client.put(path, json={"name": NAME[1:] + "x", "email": EMAIL.upper(), "status": "inactive"})

    assert (created.status_code, changed.status_code) == (201, 200)
    assert client.get("/users", params={"email": EMAIL, "status": "inactive"}).json()["items"] == [changed.json()]
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_the_largest_product_is_created_changed_and_listed(client, alphabet):
    largest = product(alphabet)
    created = client.post("/products", json=largest | {"initialQuantity": 1_000_000_000}, headers=KEY)
    changed = client.put(created.headers["location"], json=largest | {"category": "d" * 50})

    assert (created.status_code, changed.status_code) == (201, 200)
    assert client.get("/products", params={"category": "d" * 50}).json()["items"] == [changed.json()]


def product(alphabet, length=2000, seed=0):
    return {"name": NAME, "price": 999999.99, "category": CATEGORY, "description": text(alphabet, length, seed)}


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_the_largest_batch_of_products_is_created_and_its_answer_kept_under_its_key(client, alphabet):
    items = largest_batch(client, alphabet)

    first = client.post("/products/batch", json={"items": items}, headers=KEY)
    again = client.post("/products/batch", json={"items": items}, headers=KEY)

    assert first.json()["created"] == len(items) == 100
    assert again.content == first.content
    assert largest_item("idempotency") <= 400 * 1024


def largest_batch(client, alphabet):
    """A hundred products, no two alike, as large as the body of the request may be."""
    most_bytes = load()["paths"]["/products/batch"]["post"]["requestBody"]["x-max-bytes"]
    texts = [text(alphabet, 2000, seed) for seed in range(100)]

    def batch(length):
        return [{"name": "No", "price": 1, "category": "c", "description": each[:length]} for each in texts]

    def is_too_large(length):
        request = client.build_request("POST", "/products/batch", json={"items": batch(length)})
        return len(request.content) > most_bytes

    return batch(bisect_left(range(2001), True, key=is_too_large) - 1)


def largest_item(table):
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table_name(table))
    return max(item_size(item) for page in pages for item in page["Items"])


def test_the_largest_batch_of_users_is_created_and_its_answer_kept_under_its_key(client):
    items = [{"name": NAME, "email": f"{number:03}{EMAIL[3:]}"} for number in range(100)]

    first = client.post("/users/batch", json={"items": items}, headers=KEY)
    again = client.post("/users/batch", json={"items": items}, headers=KEY)
    refused = client.post("/users/batch", json={"items": items})

    assert first.json()["created"] == 100
    assert again.content == first.content
    assert refused.json()["failed"] == 100


@pytest.mark.parametrize(
    ("start", "delta", "status"),
    [
        (0, 1_000_000_000, 200),
        (1_000_000_000, -1_000_000_000, 200),
        (1_000_000_000, 1_000_000_000, 409),
        (0, -1_000_000_000, 409),
    ],
)
def test_the_largest_adjustments_are_done_or_refused(client, start, delta, status):
    new = {"name": "Mouse", "price": 1, "category": "mice", "initialQuantity": start}
    path = client.post("/products", json=new).headers["location"].replace("products", "inventory")

    reply = client.post(f"{path}/adjustments", json={"delta": delta, "reason": NAME}, headers=KEY)

    assert reply.status_code == status
    assert client.get(path).json()["quantity"] == (start + delta if status == 200 else start)


def test_the_longest_look_up_of_stock_is_answered(client):
    items = [{"name": "Mouse", "price": 1, "category": "mice"}] * 100
    results = client.post("/products/batch", json={"items": items}).json()["results"]
    ids = [each["product"]["productId"] for each in results]

    found = client.get("/inventory", params={"productId": ids}).json()

    assert [each["productId"] for each in found["items"]] == ids


@pytest.mark.parametrize("limit", [1, 100])
@pytest.mark.parametrize("path", ["/products", f"/products?category={CATEGORY}"])
def test_the_longest_pages_of_the_largest_items_are_read(client, path, limit):
    items = [product([ONE])] * 100
    for _ in range(2):
        client.post("/products/batch", json={"items": items})

    page = client.get(path, params={"limit": limit}).json()

    assert page["count"] == limit
    assert client.get(path, params={"limit": 100, "nextToken": page["nextToken"]}).json()["count"] == min(
        200 - limit, 100
    )
