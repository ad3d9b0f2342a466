"""What holds for requests that are sent again under an Idempotency-Key."""

import re
from contextlib import suppress
from json import dumps
from random import Random
from time import time

import pytest

from specbound.problems import ContentTooLarge
from specbound.resources.idempotency import pack
from specbound.testing import caller
from specbound.testing.wire import Died, before, death_after
from tests.events import event_2_0, send
from tests.subject import table_name

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45.5, "category": "mice", "initialQuantity": 10}
# More than one transaction takes.
MANY = {"items": [{"name": f"Mouse {number}", "price": 1, "category": "mice"} for number in range(100)]}
KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


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


@pytest.mark.in_process
@pytest.mark.parametrize(
    "authorizer", [{"lambda": {"scope": "users/write"}}, {"jwt": {"claims": {"scope": "users/write", "sub": ""}}}]
)
def test_callers_whom_nobody_names_have_no_keys(client, authorizer):
    event = event_2_0("POST", "/users", body=dumps(ADA), headers=KEY)
    event["requestContext"]["authorizer"] = authorizer

    status, problem, _ = send(event)

    assert status == 400
    assert problem["errors"][0]["pointer"] == "/Idempotency-Key"
    assert client.get("/users").json()["count"] == 0


@pytest.mark.in_process
def test_a_client_without_a_subject_has_keys_of_its_own(client):
    event = event_2_0("POST", "/users", body=dumps(ADA), headers=KEY)
    replies = []
    for name in ("one", "one", "other"):
        event["requestContext"]["authorizer"] = {"lambda": {"scope": "users/write", "client_id": name}}
        replies.append(send(event)[0])

    assert replies == [201, 201, 409]


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


@pytest.mark.in_process
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", ADA),
        ("/products", TRACKBALL),
        ("/users/batch", {"items": [ADA]}),
        pytest.param("/products/batch", MANY, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_a_request_whose_process_died_before_it_answered_is_not_done_twice(client, path, body, number):
    with suppress(Died), death_after(number, "TransactWriteItems"):
        client.post(path, json=body, headers=KEY)

    second = client.post(path, json=body, headers=KEY)

    listed = path.removesuffix("/batch")
    assert second.is_success
    assert client.post(path, json=body, headers=KEY).content == second.content
    assert client.get(listed, params={"limit": 100}).json()["count"] == len(body.get("items", [body]))


@pytest.mark.in_process
@pytest.mark.parametrize(("action", "number"), [("TransactWriteItems", 1), ("GetItem", 1), ("TransactWriteItems", 2)])
def test_an_adjustment_whose_process_died_before_it_answered_is_not_done_twice(client, stock, action, number):
    with suppress(Died), death_after(number, action):
        client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)
    client.post(f"{stock}/adjustments", json={"delta": -1})

    second = client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY)

    assert (second.json()["quantity"], second.headers["etag"]) == (7, '"2"')
    assert client.get(stock).json()["quantity"] == 6


@pytest.mark.in_process
@pytest.mark.parametrize(
    ("path", "body"), [("/users", ADA), ("/products", TRACKBALL), ("/users/batch", {"items": [ADA]})]
)
def test_the_record_of_a_key_outlives_what_was_made_under_it(client, path, body):
    listed = path.removesuffix("/batch")
    with suppress(Died), death_after(1, "TransactWriteItems"):
        client.post(path, json=body, headers=KEY)
    [made] = client.get(listed).json()["items"]
    client.delete(f"{listed}/{made.get('userId') or made['productId']}")

    second = client.post(path, json=body, headers=KEY)

    assert made in (second.json(), second.json().get("results", [{}])[0].get("user"))
    assert client.get(listed).json()["items"] == []


@pytest.mark.slow
@pytest.mark.in_process
def test_what_a_batch_had_made_before_its_process_died_and_is_gone_since_is_not_made_again(client):
    with suppress(Died), death_after(1, "TransactWriteItems"):
        client.post("/products/batch", json=MANY, headers=KEY)
    first = client.get("/products", params={"limit": 100}).json()["items"]
    client.delete(f"/products/{first[0]['productId']}")

    second = client.post("/products/batch", json=MANY, headers=KEY)

    results = second.json()["results"]
    assert first[0] in [each["product"] for each in results]
    assert client.get("/products", params={"limit": 100}).json()["count"] == len(MANY["items"]) - 1


@pytest.mark.in_process
def test_a_key_whose_process_died_is_refused_with_another_body_and_answers_the_first(client):
    with suppress(Died), death_after(1, "TransactWriteItems"):
        client.post("/users", json=ADA, headers=KEY)

    other = client.post("/users", json=ADA | {"name": "Ada King"}, headers=KEY)
    first = client.post("/users", json=ADA, headers=KEY)

    assert (other.status_code, first.status_code) == (422, 201)


@pytest.mark.in_process
@pytest.mark.parametrize("action", ["TransactWriteItems", "GetItem"])
def test_two_attempts_at_once_end_with_one_answer(client, stock, action):
    replies = []

    def again():
        replies.append(client.post(f"{stock}/adjustments", json={"delta": -3}, headers=KEY))

    with before(action, again):
        again()

    assert [reply.json()["quantity"] for reply in replies] == [7, 7]
    assert client.get(stock).json()["quantity"] == 7


@pytest.mark.slow
@pytest.mark.in_process
@pytest.mark.parametrize("number", [1, 2, 3])
def test_two_attempts_at_one_batch_at_once_end_with_one_answer(client, number):
    replies = []

    def again():
        replies.append(client.post("/products/batch", json=MANY, headers=KEY))

    with before("TransactWriteItems", again, number):
        again()

    assert replies[0].json() == replies[1].json()
    assert client.get("/products", params={"limit": 100}).json()["count"] == len(MANY["items"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            '{"name": "Mouse", "price": 19.90, "category": "mice"}',
            '{"name": "Mouse", "price": 19.9, "category": "mice"}',
        ),
        ('{"name": "Mouse", "price": 5, "category": "mice"}', '{"name": "Mouse", "price": 5.00, "category": "mice"}'),
        ('{"name": "Mouse", "price": 100, "category": "mice"}', '{"name": "Mouse", "price": 1e2, "category": "mice"}'),
        (
            '{"name": "Mouse", "price": 1.5, "category": "mice"}',
            '{"name": "Mouse", "price": 15E-1, "category": "mice"}',
        ),
        ('{"name": "Mouse", "price": 1, "category": "mice"}', '{"price": 1, "category": "mice", "name": "Mouse"}'),
        (
            '{"name": "Mouse", "price": 1, "category": "mice"}',
            '{"name":"Mo\\u0075se","price":1,"category":"m\\u0069ce"}',
        ),
    ],
)
def test_requests_that_differ_in_spelling_alone_are_the_same_request(client, first, second):
    json_type = {"content-type": "application/json"}
    made = client.post("/products", content=first, headers=KEY | json_type)

    again = client.post("/products", content=second, headers=KEY | json_type)

    assert made.status_code == 201
    assert again.json() == made.json()
    assert client.get("/products").json()["count"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("letters", ["abc", "äöüßλжщ", "火水木金土", "😀😃😄😁"])
def test_the_longest_reply_to_a_batch_is_kept(client, letters):
    """As many letters as the limit of the body lets through, at random, so that they can hardly be compressed."""
    random, room = Random(1), 262_144 // 100 - 120
    length = min(2000, room // len(letters[0].encode()))
    alphabet = [chr(ord(letters[0]) + number) for number in range(25)] if letters == "abc" else letters
    items = [TRACKBALL | {"description": "".join(random.choices(alphabet, k=length))} for _ in range(100)]
    content = dumps({"items": items}, ensure_ascii=False).encode()
    headers = KEY | {"content-type": "application/json"}

    first = client.post("/products/batch", content=content, headers=headers)
    second = client.post("/products/batch", content=content, headers=headers)

    assert first.json()["created"] == 100
    assert second.content == first.content


def test_an_answer_that_could_not_be_kept_is_refused_before_anything_is_done():
    noise = Random(1).randbytes(500_000).hex()

    with pytest.raises(ContentTooLarge, match="Send fewer items"):
        pack([{"item": {"text": noise}}])


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


def test_requests_are_told_apart_by_whole_digests(client, dynamodb):
    client.post("/users", json=ADA, headers=KEY)

    [record] = records(dynamodb)

    assert re.fullmatch("once#[0-9a-f]{64}", record["id"]["S"])
    assert re.fullmatch("[0-9a-f]{64}", record["validation"]["S"])


def leave_running(dynamodb, until):
    """Make the one record look as it did before the answer was kept."""
    [record] = records(dynamodb)
    running = {name: record[name] for name in ("id", "expiration", "validation")} | {
        "status": {"S": "INPROGRESS"},
        "in_progress_expiration": {"N": str(int(until * 1000))},
    }
    dynamodb.put_item(TableName=table_name("idempotency"), Item=running)


def let_a_day_pass(dynamodb):
    """Let the records be a day older than they are; DynamoDB takes its time to remove them."""
    for record in records(dynamodb):
        expired = {"expiration": {"N": str(int(time()) - 1)}}
        dynamodb.put_item(TableName=table_name("idempotency"), Item=record | expired)
