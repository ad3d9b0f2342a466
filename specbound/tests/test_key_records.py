"""What holds for records of idempotency keys that are garbled, or that another version of the service wrote."""

import json
import zlib
from contextlib import suppress

import pytest

from specbound.testing.wire import Died, before, death_after
from tests.subject import table_name

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45.5, "category": "mice", "initialQuantity": 10}
KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
CREATIONS = {
    "/users": ADA,
    "/users/batch": {"items": [ADA]},
    "/products": TRACKBALL,
    "/products/batch": {"items": [TRACKBALL]},
}
RECORD = ("status", "validation", "expiration", "data", "revision")
NONSENSE = [
    {"S": "x"}, {"N": "-1"}, {"N": "1E+100"}, {"BOOL": True}, {"NULL": True}, {"L": []}, {"M": {}}, {"B": b"x"},
    {"SS": ["x"]},
]  # fmt: skip


@pytest.fixture
def stock(client):
    return client.post("/products", json=TRACKBALL).headers["location"].replace("products", "inventory")


@pytest.fixture(params=[*CREATIONS, "adjustments"])
def request_under_key(request, client):
    """Sends a request under its key."""
    if request.param == "adjustments":
        stock = request.getfixturevalue("stock")
        return lambda: client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    return lambda: client.post(request.param, json=CREATIONS[request.param], headers=KEY)


def get_record(dynamodb):
    [record] = dynamodb.scan(TableName=table_name("idempotency"))["Items"]
    return record


def put_record(dynamodb, record):
    dynamodb.put_item(TableName=table_name("idempotency"), Item=record)


def outcomes(record):
    return json.loads(zlib.decompress(record["data"]["B"]))


def keep_outcomes(dynamodb, record, outcomes):
    put_record(dynamodb, record | {"data": {"B": zlib.compress(json.dumps(outcomes).encode())}})


def damaged(record, name):
    """The record without an attribute, and with nonsense in its place; but not one that says that its life is over."""
    rest = {each: value for each, value in record.items() if each != name}
    return [rest, *(rest | {name: value} for value in NONSENSE if (name, value) != ("expiration", {"N": "-1"}))]


@pytest.mark.in_process
@pytest.mark.parametrize("name", [*RECORD, "ticket"])
@pytest.mark.parametrize("dies", [False, True], ids=["answered", "begun"])
def test_a_garbled_record_of_a_key_is_no_fault_and_nothing_is_done_twice(client, dynamodb, stock, name, dies):
    with suppress(Died), death_after(int(dies), "TransactWriteItems"):
        client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    for record in damaged(get_record(dynamodb), name):
        put_record(dynamodb, record)

        again = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

        # Once its ticket has been taken away, a record of what was begun leads nowhere.
        assert again.status_code in (200, 404, 409, 422), record
        assert client.get(stock).json()["quantity"] == 7, record


@pytest.mark.in_process
def test_a_garbled_record_of_what_was_begun_and_cannot_be_ended_is_not_waited_for(client, dynamodb, stock):
    with suppress(Died), death_after(1, "TransactWriteItems"):
        client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    client.delete(stock.replace("inventory", "products"))
    put_record(dynamodb, {name: value for name, value in get_record(dynamodb).items() if name != "revision"})

    again = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert again.status_code in (404, 409)


def test_a_record_that_cannot_be_read_says_what_to_do(client, dynamodb):
    client.post("/users", json=ADA, headers=KEY)
    put_record(dynamodb, get_record(dynamodb) | {"data": {"B": b"?"}})

    again = client.post("/users", json=ADA, headers=KEY)

    assert again.status_code == 409
    assert again.json()["type"] == "urn:problem-type:key-unreadable"
    assert "new key" in again.json()["detail"]


PROBLEM = {"type": "urn:problem-type:conflict", "title": "Conflict", "status": 409, "detail": "It was taken."}


STRANGE = [
    None, 1, "x", {}, [], [1], [[]], [None], [None, None], [{}], [{"item": None}], [{"item": {}}], [{"item": 5}],
    [{"item": {"userId": "x"}}], [{"other": 1}], [{"version": 1}], [{"problem": None}], [{"problem": {}}],
    [{"problem": "x"}], [{"problem": PROBLEM | {"status": 999}}], [{"problem": PROBLEM | {"status": "x"}}],
]  # fmt: skip


def test_a_record_of_something_else_is_no_fault_and_nothing_is_done_twice(client, dynamodb, request_under_key):
    request_under_key()
    record = get_record(dynamodb)
    before = {path: client.get(path).json() for path in ("/users", "/products")}

    for kept in STRANGE:
        keep_outcomes(dynamodb, record, kept)
        again = request_under_key()
        assert (again.status_code, again.json()["type"]) == (409, "urn:problem-type:key-unreadable"), kept

    assert {path: client.get(path).json() for path in ("/users", "/products")} == before


def test_a_batch_whose_record_holds_another_number_of_outcomes_is_not_answered_with_them(client, dynamodb):
    for path in ("/users/batch", "/products/batch"):
        client.post(path, json=CREATIONS[path], headers=KEY)
    for record in dynamodb.scan(TableName=table_name("idempotency"))["Items"]:
        keep_outcomes(dynamodb, record, outcomes(record) * 2)

    replies = [client.post(path, json=CREATIONS[path], headers=KEY) for path in ("/users/batch", "/products/batch")]

    assert [reply.status_code for reply in replies] == [409, 409]


def test_an_answer_that_a_later_version_kept_shows_what_this_version_knows(dynamodb, request_under_key):
    """After a rollback, say."""
    first = request_under_key()
    record = get_record(dynamodb)
    [outcome] = outcomes(record)
    outcome.get("item", outcome)["nickname"] = "new"
    keep_outcomes(dynamodb, record | {"later": {"S": "x"}}, [outcome])

    again = request_under_key()

    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_a_problem_that_a_later_version_kept_shows_what_this_version_knows(client, dynamodb):
    client.post("/users", json=ADA)
    first = client.post("/users/batch", json={"items": [ADA]}, headers=KEY)
    record = get_record(dynamodb)
    [outcome] = outcomes(record)
    keep_outcomes(dynamodb, record, [{"problem": outcome["problem"] | {"owner": "new"}}])

    again = client.post("/users/batch", json={"items": [ADA]}, headers=KEY)

    assert first.json()["failed"] == 1
    assert again.content == first.content


@pytest.mark.in_process
def test_a_key_whose_expired_record_is_removed_meanwhile_stands_for_a_new_request(client, dynamodb, stock):
    client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    expired = get_record(dynamodb) | {"expiration": {"N": "1"}}
    put_record(dynamodb, expired)

    def remove():
        dynamodb.delete_item(TableName=table_name("idempotency"), Key={"id": expired["id"]})

    # The first call finds the record, the second would write over it.
    with before("TransactWriteItems", remove, 2):
        again = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert again.json()["quantity"] == 4
