"""What holds for requests that are sent again under an Idempotency-Key."""

from datetime import UTC, datetime, timedelta
from time import time

import boto3
import pytest

from handlers.database import table_name
from tests.callers import caller

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45.5, "category": "mice", "initialQuantity": 10}
KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


@pytest.fixture
def dynamodb(client):
    return boto3.client("dynamodb")


@pytest.fixture
def stock(client):
    return client.post("/products", json=TRACKBALL).headers["location"].replace("products", "inventory")


def records(dynamodb):
    return dynamodb.scan(TableName=table_name("idempotency"))["Items"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", ADA),
        ("/users/batch", {"items": [ADA, ADA]}),
        ("/products", TRACKBALL),
        ("/products/batch", {"items": [TRACKBALL, TRACKBALL]}),
    ],
)
def test_a_request_sent_again_gets_the_first_answer_and_creates_nothing(client, path, body):
    first = client.post(path, json=body, headers=KEY)
    listed = client.get(path.removesuffix("/batch")).json()

    second = client.post(path, json=body, headers=KEY)

    assert second.status_code == first.status_code
    assert second.content == first.content
    assert second.headers.items() - first.headers.items() == {("x-request-id", second.headers["x-request-id"])}
    assert client.get(path.removesuffix("/batch")).json() == listed


def test_an_adjustment_sent_again_is_not_done_again(client, stock):
    first = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    client.post(f"{stock}/adjustments", json={"delta": -1})

    second = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert second.json() == first.json()
    assert client.get(stock).json()["quantity"] == 6


def test_without_a_key_every_request_is_a_new_one(client, stock):
    for _ in range(2):
        client.post(f"{stock}/adjustments", json={"delta": -3})

    assert client.get(stock).json()["quantity"] == 4


@pytest.mark.parametrize("other", [ADA | {"name": "Ada King"}, ADA | {"email": "ADA@example.com"}])
def test_a_key_that_comes_with_another_body_is_refused(client, other):
    client.post("/users", json=ADA, headers=KEY)

    refused = client.post("/users", json=other, headers=KEY)

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:problem-type:idempotency-key-reused"


def test_a_key_that_comes_with_another_path_is_refused(client, stock):
    other = client.post("/products", json=TRACKBALL).headers["location"].replace("products", "inventory")
    client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    refused = client.post(f"{other}/adjustments", json={"delta": -3}, headers=KEY)

    assert refused.status_code == 422


def test_a_key_belongs_to_its_operation(client):
    user = client.post("/users", json=ADA, headers=KEY)
    product = client.post("/products", json=TRACKBALL, headers=KEY)

    assert (user.status_code, product.status_code) == (201, 201)


def test_a_key_belongs_to_its_caller(client):
    client.post("/users", json=ADA, headers=KEY)

    with caller("other") as other:
        theirs = other.post("/users", json=ADA | {"email": "other@example.com"}, headers=KEY)

    assert theirs.status_code == 201


def test_what_was_refused_can_be_sent_again_under_the_same_key(client):
    taken = client.post("/users", json=ADA)
    refused = client.post("/users", json=ADA, headers=KEY)
    client.delete(taken.headers["location"])

    accepted = client.post("/users", json=ADA, headers=KEY)

    assert (refused.status_code, accepted.status_code) == (409, 201)


def test_while_the_first_is_still_running_the_second_is_told_to_wait(client, dynamodb):
    client.post("/users", json=ADA, headers=KEY)
    leave_running(dynamodb, until=time() + 60)

    early = client.post("/users", json=ADA, headers=KEY)

    assert early.status_code == 409
    assert early.json()["type"] == "urn:problem-type:still-running"
    assert early.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("path", "body"), [("/users", ADA), ("/products", TRACKBALL), ("/users/batch", {"items": [ADA]})]
)
def test_a_request_whose_process_died_before_it_answered_is_not_done_twice(client, dynamodb, path, body):
    first = client.post(path, json=body, headers=KEY)
    leave_running(dynamodb, until=time() - 1)

    second = client.post(path, json=body, headers=KEY)

    assert second.json() == first.json()
    assert client.get(path.removesuffix("/batch")).json()["count"] == 1


def test_an_adjustment_whose_process_died_before_it_answered_is_not_done_twice(client, dynamodb, stock):
    client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    leave_running(dynamodb, until=time() - 1)

    second = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert second.json()["quantity"] == 7
    assert client.get(stock).json()["quantity"] == 7


def test_a_key_is_kept_for_a_day(client, dynamodb):
    client.post("/users", json=ADA, headers=KEY)

    [record] = records(dynamodb)

    assert 86_390 < int(record["expiration"]["N"]) - time() <= 86_400


def test_after_a_day_a_key_stands_for_a_new_request(client, dynamodb, stock):
    client.post("/products", json=TRACKBALL, headers=KEY)
    client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    let_a_day_pass(dynamodb)

    product = client.post("/products", json=TRACKBALL, headers=KEY)
    adjusted = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert product.status_code == 201
    assert client.get("/products").json()["count"] == 3
    assert adjusted.json()["quantity"] == 4


def test_no_name_address_or_key_is_kept_in_the_clear(client, dynamodb):
    client.post("/users", json=ADA, headers=KEY)

    [record] = records(dynamodb)

    assert all(secret not in str(record) for secret in ("Ada", "ada@example.com", KEY["idempotency-key"]))


def leave_running(dynamodb, until):
    """Make the one record look as it did before the answer was kept."""
    [record] = records(dynamodb)
    running = {name: record[name] for name in ("id", "expiration", "validation")} | {
        "status": {"S": "INPROGRESS"},
        "in_progress_expiration": {"N": str(int(until * 1000))},
    }
    dynamodb.put_item(TableName=table_name("idempotency"), Item=running)


def let_a_day_pass(dynamodb):
    """Let everything be a day older than it is."""
    yesterday = (datetime.now(UTC) - timedelta(hours=25)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    for record in records(dynamodb):
        expired = {"expiration": {"N": str(int(time()) - 1)}}
        dynamodb.put_item(TableName=table_name("idempotency"), Item=record | expired)
    for table in ("products", "adjustments"):
        for item in dynamodb.scan(TableName=table_name(table))["Items"]:
            dynamodb.put_item(TableName=table_name(table), Item=item | {"createdAt": {"S": yesterday}})
