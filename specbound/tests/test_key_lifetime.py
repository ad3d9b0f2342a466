"""How long a key stands for its request: a day, whether its answer was kept or its process died before it could be."""

import re
from datetime import datetime, timedelta
from time import time

import boto3
import pytest

from specbound.compiler.document import load
from specbound.testing.wire import Died, death_after
from tests.ministack import rows, writing
from tests.subject import table_name

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

# What an adjustment leaves until it is answered: its name begins with microseconds since 1970, in hex.
TICKET = re.compile(r"(~[nv])?([0-9a-f]{14})([0-9a-f]{16})")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MAKES = {make.__name__: make for make, has_key, _ in writing.ways() if has_key}
HOUR = 3600
KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


@pytest.fixture(scope="module")
def dynamodb():
    return boto3.client("dynamodb")


@pytest.fixture(params=MAKES)
def request_under_key(request, client):
    return MAKES[request.param](client, "somebody")


def send(client, request):
    return client.request(request.method, request.path, json=request.body, headers=KEY | request.headers)


def send_and_die(client, request, call):
    """The reply; None if the process died before."""
    with death_after(call):
        try:
            return send(client, request)
        except Died:
            return None


def times_done(dynamodb, request):
    [done] = set(request.effects(rows.read(dynamodb)))
    return done


def sweep(dynamodb):
    """DynamoDB deletes what has expired, sooner or later."""
    table = table_name("idempotency")
    for record in dynamodb.scan(TableName=table)["Items"]:
        assert int(record["expiration"]["N"]) < time()
        dynamodb.delete_item(TableName=table, Key={"id": record["id"]})


@pytest.mark.parametrize("call", range(5))
def test_within_a_day_a_request_is_done_once_wherever_its_process_died(client, dynamodb, request_under_key, call):
    first = send_and_die(client, request_under_key, call)
    let_pass(dynamodb, hours=23.9)

    again = send(client, request_under_key)

    assert again.is_success
    assert first is None or again.content == first.content
    assert times_done(dynamodb, request_under_key) == 1
    assert send(client, request_under_key).content == again.content


@pytest.mark.parametrize("sweep", [lambda _: None, sweep], ids=["record still there", "record deleted"])
@pytest.mark.parametrize("call", range(5))
def test_after_a_day_a_key_stands_for_a_new_request(client, dynamodb, request_under_key, call, sweep):
    send_and_die(client, request_under_key, call)
    done = times_done(dynamodb, request_under_key)
    let_pass(dynamodb, hours=24.1)
    sweep(dynamodb)

    again = send(client, request_under_key)

    is_taken = request_under_key.path.startswith("/users") and done
    assert ("urn:problem-type:email-taken" in again.text) == bool(is_taken)
    assert times_done(dynamodb, request_under_key) == (1 if is_taken else done + 1)


@pytest.mark.parametrize(("hours", "is_kept"), [(23.9, True), (49, False)])
def test_what_an_adjustment_led_to_is_kept_as_long_as_its_key_and_not_for_ever(client, dynamodb, hours, is_kept):
    product = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}
    path = f"/inventory/{client.post('/products', json=product).json()['productId']}/adjustments"
    with death_after(1), pytest.raises(Died):
        client.post(path, json={"delta": -1}, headers=KEY)
    let_pass(dynamodb, hours)
    client.post(path, json={"delta": -5})

    [stock] = dynamodb.scan(TableName=table_name("inventory"))["Items"]
    again = client.post(path, json={"delta": -1}, headers=KEY)

    assert any(TICKET.fullmatch(name) for name in stock) == is_kept
    assert again.json()["quantity"] == (9 if is_kept else 3)


def let_pass(dynamodb, hours):
    """Make everything that is stored, and every time in it, older by so much."""
    for name in load()["x-dynamodb"]:
        table = table_name(name)
        for item in dynamodb.scan(TableName=table)["Items"]:
            older = {_older_ticket(name, hours * HOUR): _older(value, hours * HOUR) for name, value in item.items()}
            dynamodb.put_item(TableName=table, Item=older)


def _older(value, seconds):
    [(kind, content)] = value.items()
    if kind == "S" and TICKET.fullmatch(content):
        return {"S": _older_ticket(content, seconds)}
    if kind == "S" and TIME.fullmatch(content):
        time_ = datetime.fromisoformat(content) - timedelta(seconds=seconds)
        return {"S": time_.isoformat(timespec="microseconds").replace("+00:00", "Z")}
    for unit in (1, 1000):
        # A number within a month of now is a time, in seconds or in milliseconds.
        if kind == "N" and abs(float(content) / unit - time()) < 30 * 24 * HOUR:
            return {"N": str(int(float(content) - seconds * unit))}
    return value


def _older_ticket(name, seconds):
    found = TICKET.fullmatch(name)
    return f"{found[1] or ''}{int(found[2], 16) - int(seconds * 1e6):014x}{found[3]}" if found else name
