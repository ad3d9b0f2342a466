"""What holds when an item's neighbour is damaged: a table was restored on its own, or somebody wrote by hand."""

from decimal import Decimal

import pytest

from specbound.store.values import encode
from tests.subject import table_name

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
GRACE = {"name": "Grace Hopper", "email": "grace@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}


@pytest.fixture
def user(client):
    return client.post("/users", json=ADA).headers["location"]


@pytest.fixture
def product_id(client):
    return client.post("/products", json=TRACKBALL).json()["productId"]


def remove(dynamodb, table, **key):
    dynamodb.delete_item(TableName=table_name(table), Key=encode(key))


def put(dynamodb, table, **item):
    dynamodb.put_item(TableName=table_name(table), Item=encode(item))


def owner(client, email):
    return [each["userId"] for each in client.get("/users", params={"email": email}).json()["items"]]


def test_a_user_whose_address_record_is_missing_can_be_deleted(client, dynamodb, user):
    remove(dynamodb, "emails", email=ADA["email"])

    assert client.delete(user).status_code == 204
    assert client.post("/users", json=ADA).status_code == 201


@pytest.mark.parametrize("email", [ADA["email"], "ADA@example.com", "other@example.com"])
def test_a_user_whose_address_record_is_missing_can_take_an_address_and_is_found_by_it(client, dynamodb, user, email):
    remove(dynamodb, "emails", email=ADA["email"])

    changed = client.put(user, json={"email": email})

    assert changed.status_code == 200
    assert owner(client, email) == [changed.json()["userId"]]


@pytest.mark.parametrize("change", [None, {"email": "other@example.com"}])
def test_a_user_whose_address_record_names_another_leaves_it_to_the_other(client, dynamodb, user, change):
    other = client.post("/users", json=GRACE).json()["userId"]
    put(dynamodb, "emails", email=ADA["email"], userId=other)

    reply = client.put(user, json=change) if change else client.delete(user)

    assert reply.is_success
    assert "Item" in dynamodb.get_item(TableName=table_name("emails"), Key=encode({"email": ADA["email"]}))


@pytest.mark.parametrize("owner_of_record", ["nobody", "somebody who has another address"])
def test_an_address_whose_record_names_nobody_who_has_it_can_be_taken(client, dynamodb, user, owner_of_record):
    other = client.post("/users", json=GRACE).json()["userId"]
    named = other if owner_of_record.startswith("somebody") else "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11"
    for email in ("free1@example.com", "free2@example.com", "free3@example.com"):
        put(dynamodb, "emails", email=email, userId=named)

    created = client.post("/users", json=ADA | {"email": "free1@example.com"})
    batch = client.post("/users/batch", json={"items": [ADA | {"email": "free2@example.com"}, ADA]})
    moved = client.put(user, json={"email": "free3@example.com"})

    assert created.status_code == 201
    assert [each["status"] for each in batch.json()["results"]] == [201, 409]
    assert owner(client, "free3@example.com") == [moved.json()["userId"]]


HUGE = Decimal("1E+100")
NONSENSE = [
    {}, {"userId": 5}, {"userId": None}, {"userId": True}, {"userId": []}, {"userId": {}}, {"userId": {"x"}},
    {"userId": ""}, {"userId": " "}, {"userId": b"x"}, {"userId": "x" * 3000}, {"userId": HUGE}, {"since": HUGE},
]  # fmt: skip


def requests_beside(user):
    """Requests that meet the record of Ada's address, and what is right to answer."""
    yield "GET", f"/users?email={ADA['email']}", None, {200}
    yield "PUT", user, {"name": "Ada King"}, {200}
    yield "PUT", user, {"email": ADA["email"]}, {200}
    yield "PUT", user, {"email": "other@example.com"}, {200}
    yield "PUT", user, {"email": ADA["email"]}, {200}
    yield "POST", "/users", ADA, {201, 409}
    yield "POST", "/users/batch", {"items": [ADA]}, {200}
    yield "DELETE", user, None, {204}


@pytest.mark.slow
@pytest.mark.parametrize("damage", NONSENSE, ids=lambda damage: str(damage)[:40])
def test_a_damaged_record_of_an_address_is_no_fault_and_is_in_nobodys_way(client, dynamodb, user, damage):
    for method, path, body, statuses in requests_beside(user):
        put(dynamodb, "emails", email=ADA["email"], extra=damage.get("since", 1), **damage)

        reply = client.request(method, path, json=body)

        assert reply.status_code in statuses, (method, path)


def test_a_product_without_stock_can_be_deleted(client, dynamodb, product_id):
    remove(dynamodb, "inventory", productId=product_id)

    assert client.delete(f"/products/{product_id}").status_code == 204


@pytest.mark.parametrize("call", [("GET", "", None), ("POST", "/adjustments", {"delta": 1})], ids=str)
def test_a_product_without_stock_says_so_and_is_given_one_by_setting_it(client, dynamodb, product_id, call):
    method, path, body = call
    remove(dynamodb, "inventory", productId=product_id)

    missing = client.request(method, f"/inventory/{product_id}{path}", json=body)
    created = client.put(f"/inventory/{product_id}", json={"quantity": 3})

    assert missing.status_code == 404
    assert "Set it with PUT" in missing.json()["detail"]
    assert created.status_code == 200
    assert client.get(f"/inventory/{product_id}").json() == created.json()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-match": "*"}, 404),
        ({"if-match": '"1"'}, 404),
        ({"if-match": '"1"', "if-none-match": "*"}, 404),
        ({"if-none-match": "*"}, 200),
        ({"if-none-match": '"1"'}, 200),
    ],
)
def test_stock_that_is_missing_is_set_unless_a_version_of_it_is_asked_for(
    client, dynamodb, product_id, headers, status
):
    remove(dynamodb, "inventory", productId=product_id)
    path = f"/inventory/{product_id}"

    first, second = (client.put(path, json={"quantity": 3}, headers=headers) for _ in range(2))

    assert first.status_code == status
    assert second.status_code == (404 if status == 404 else 412)
    assert client.get(path).status_code == status


def test_stock_without_its_product_is_set_for_no_new_one(client, dynamodb, product_id):
    client.delete(f"/products/{product_id}")

    assert client.put(f"/inventory/{product_id}", json={"quantity": 3}).status_code == 404
