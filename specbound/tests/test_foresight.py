"""What holds of a batch some of whose unique values are taken: each is refused, and none at the price of the others."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import boto3
import pytest

from specbound.compiled import read
from specbound.local.units import metered
from specbound.store.attempts import Unanswered
from specbound.testing.wire import Error, after_each_call, before, before_each_call, watched
from tests.subject import table_name

pytestmark = pytest.mark.in_process

KEY = {"Idempotency-Key": "a".ljust(36, "-")}


@pytest.fixture
def used(client):
    """What the calls of a test use: reads and writes."""
    tables = {table_name(name): table for name, table in read()["infrastructure"]["tables"].items()}
    with metered(tables, boto3.client("dynamodb")) as used:
        yield used


def user(number):
    return {"name": "Somebody", "email": f"user{number}@example.com"}


def send(client, numbers, **headers):
    return client.post("/users/batch", json={"items": [user(number) for number in numbers]}, headers=headers).json()


def statuses(reply):
    return [each["status"] for each in reply["results"]]


def taken(client, numbers):
    return statuses(send(client, numbers)) == [201] * len(numbers)


def units(used):
    return sum(each.reads for each in used), sum(each.writes for each in used)


def test_what_is_taken_costs_reads_and_the_others_what_they_would_without(client, used):
    assert taken(client, range(0, 20, 10))
    used.clear()

    reply = send(client, range(20))

    assert statuses(reply) == [201 if number % 10 else 409 for number in range(20)]
    # A claim is half a unit, and of two their items are read; each user has two items, and is in two lists.
    assert units(used) == (20 / 2 + 2, 18 * 6)


def test_a_batch_of_which_all_is_taken_writes_nothing(client, used):
    assert taken(client, range(5))
    used.clear()

    assert statuses(send(client, range(5))) == [409] * 5
    assert units(used) == (5 / 2 + 5, 0)


def test_of_several_that_claim_the_same_one_is_created_and_the_others_cost_reads(client, used):
    reply = send(client, [1, 2, 1, 3, 1])

    assert statuses(reply) == [201, 201, 409, 201, 409]
    # Three are looked at first, and then one for both of the others; the user is read for each.
    assert units(used) == (3 / 2 + 1 / 2 + 2, 3 * 6)


def test_all_that_claim_what_is_taken_are_refused_by_one_look(client, used):
    assert taken(client, [1])
    used.clear()

    reply = send(client, [1, 1, 2, 1, 1])

    assert statuses(reply) == [409, 409, 201, 409, 409]
    assert [each.action for each in used] == ["BatchGetItem", *["GetItem"] * 4, "TransactWriteItems"]


def test_a_single_creation_is_not_looked_up(client):
    with watched() as calls:
        client.post("/users", json=user(1))
        client.post("/users/batch", json={"items": [user(2)]})

    assert [call.action for call in calls] == ["TransactWriteItems"] * 2


def test_what_was_done_under_a_key_is_told_again_though_all_of_it_is_taken_now(client, used):
    first = send(client, range(20), **KEY)
    used.clear()

    assert statuses(first) == [201] * 20
    assert send(client, range(20), **KEY) == first
    assert units(used) == (20 / 2 + 1, 0)


def test_what_was_begun_under_a_key_is_gone_on_with(client):
    numbers = count(1)

    def fail(call):
        is_second = call.action == "TransactWriteItems" and next(numbers) == 2
        return Error("ThrottlingException") if is_second else None

    body = {"items": [user(number) for number in range(55)]}
    with before_each_call(fail):
        assert client.post("/users/batch", json=body, headers=KEY).status_code == 503

    assert statuses(send(client, range(55), **KEY)) == [201] * 55


@pytest.mark.parametrize("headers", [{}, KEY], ids=["", "with a key"])
def test_a_value_that_is_taken_right_after_the_look_is_refused_by_the_write(client, headers):
    with before("TransactWriteItems", lambda: taken_by_another(client)):
        reply = send(client, [1, 2, 3], **headers)

    assert statuses(reply) == [201, 409, 201]


def taken_by_another(client):
    assert client.post("/users", json=user(2)).status_code == 201


def test_a_value_that_is_free_again_is_given_though_the_look_came_too_early(client):
    location = client.post("/users", json=user(2)).headers["location"]
    looked = []

    def free(action):
        if action == "BatchGetItem" and not looked:
            looked.append(action)
            # A thread of its own: this one is within an event loop.
            with ThreadPoolExecutor(1) as thread:
                assert thread.submit(client.delete, location).result().status_code == 204

    with after_each_call(free):
        reply = send(client, [1, 2, 3])

    assert looked
    assert statuses(reply) == [201, 201, 201]


@pytest.mark.parametrize("error", [Error("ThrottlingException"), Unanswered("no reply", was_sent=True)])
def test_where_nothing_can_be_looked_up_the_writes_decide(client, error):
    assert taken(client, [2])

    with before_each_call(lambda call: error if call.action == "BatchGetItem" else None):
        reply = send(client, [1, 2, 3])

    assert statuses(reply) == [201, 409, 201]
