"""What holds of a list that is spread over several partitions: they are asked at the same time, each for its share."""

from collections import Counter
from threading import Barrier, Lock

import pytest

from specbound.store import items
from specbound.store.attempts import DatabaseError, course
from specbound.store.dynamodb import Unavailable, end_within, has_lost_reply
from specbound.store.items import Asked
from specbound.testing.wire import Error, after_each_call, before_each_call, watched
from tests.subject import contract, table_name

pytestmark = pytest.mark.in_process

USERS = contract.tables.users
PARTITIONS = ["#0", "#1", "#2", "#3"]
# So long a partition waits for the others before the test fails.
PATIENCE_SECONDS = 60


@pytest.fixture
def listed(client):
    """Sixty users, the newest first."""
    bodies = [{"name": "Somebody", "email": f"user{number}@example.com"} for number in range(60)]
    client.post("/users/batch", json={"items": bodies})
    return client.get("/users", params={"limit": 100}).json()["items"]


def first_page():
    """For which no partition runs dry."""
    return items.page(USERS, "newest", (), Asked(1))


def partition(call):
    [value] = call.arguments["ExpressionAttributeValues"].values()
    return value["S"]


def test_all_partitions_are_asked_before_any_has_answered(client, listed):
    together = Barrier(len(PARTITIONS))

    def wait(call):
        together.wait(PATIENCE_SECONDS)

    with watched() as calls, before_each_call(wait):
        page = client.get("/users", params={"limit": 1}).json()

    assert sorted(map(partition, calls)) == PARTITIONS
    assert page["items"] == listed[:1]


def test_one_that_runs_dry_is_asked_again_and_no_other(client, listed, dynamodb):
    for number, item in enumerate(listed):
        place = {"S": PARTITIONS[2 if number < 30 else number % 4]}
        dynamodb.update_item(
            TableName=table_name("users"),
            Key={"userId": {"S": item["userId"]}},
            UpdateExpression="SET listPartition = :place",
            ExpressionAttributeValues={":place": place},
        )

    with watched() as calls:
        page = client.get("/users").json()

    assert page["items"] == listed[:20]
    # 21 items to show 20 and to know of more, 10 in a call.
    assert Counter(map(partition, calls)) == {"#0": 1, "#1": 1, "#2": 3, "#3": 1}


@pytest.mark.parametrize("failing", PARTITIONS)
@pytest.mark.parametrize(
    ("error", "raised"),
    [(Error("ThrottlingException"), Unavailable), (Error("ResourceNotFoundException"), DatabaseError)],
)
def test_what_one_partition_fails_with_is_raised_once_none_is_under_way(listed, failing, error, raised):
    under_way, lock = Counter(), Lock()

    def begin(call):
        if partition(call) == failing:
            return error
        with lock:
            under_way["calls"] += 1
        return None

    def end(action):
        with lock:
            under_way["calls"] -= 1

    with after_each_call(end), before_each_call(begin), pytest.raises(raised):
        first_page()

    assert under_way == {"calls": 0}
    assert len(first_page()[0]) == 1


def test_all_end_when_the_request_has_to(listed):
    deadlines = []
    end_within(3600)
    try:
        with before_each_call(lambda call: deadlines.append(course.deadline)):
            first_page()
        expected = course.deadline
    finally:
        end_within(None)

    assert deadlines == [expected] * 4
    with before_each_call(lambda call: deadlines.append(course.deadline)):
        first_page()
    assert deadlines[4:] == [course.deadline] * 4 != deadlines[:4]


@pytest.mark.parametrize("losing", [None, *PARTITIONS])
def test_that_a_reply_was_lost_on_the_way_is_known_where_the_list_was_asked_for(listed, losing):
    def lose(call):
        if partition(call) == losing:
            course.note_silence(was_sent=True)

    with before_each_call(lose):
        first_page()

    assert has_lost_reply() == (losing is not None)
