"""What holds of the meter: the units of a call are those that AWS's documentation works out."""

import boto3
import pytest

from specbound.compiled import read
from specbound.local.units import metered
from specbound.store.attempts import DatabaseError
from specbound.store.dynamodb import line
from specbound.store.values import encode
from tests.subject import table_name

USERS, EMAILS = table_name("users"), table_name("emails")
LISTED = {"listPartition": "0", "statusPartition": "active#0", "position": "1"}


@pytest.fixture
def used(client):
    """What the calls of a test use, one by one: reads and writes."""
    tables = {table_name(name): table for name, table in read()["infrastructure"]["tables"].items()}
    with metered(tables, boto3.client("dynamodb")) as used:
        yield lambda: [(each.reads, each.writes) for each in used]


def send(action, **arguments):
    return line().send(action, arguments)


def user(size=0, **others):
    return encode({"userId": "1", "name": "a" * size, **others})


def put(item, table=USERS, **others):
    send("PutItem", TableName=table, Item=item, **others)


def update(expression, **values):
    send(
        "UpdateItem",
        TableName=USERS,
        Key=encode({"userId": "1"}),
        UpdateExpression=expression,
        ExpressionAttributeValues=encode({f":{name}": value for name, value in values.items()}),
    )


# The item has 11 bytes beside its name: `userId`, its value, and `name`.
@pytest.mark.parametrize(("size", "units"), [(1, 1), (1013, 1), (1014, 2), (4085, 4), (4086, 5)])
def test_a_write_is_a_unit_for_each_kilobyte(used, size, units):
    put(user(size))

    assert used() == [(0, units)]


@pytest.mark.parametrize(("size", "units"), [(1, 1), (4085, 1), (4086, 2)])
@pytest.mark.parametrize("consistent", [True, False])
def test_a_read_is_a_unit_for_each_four_kilobytes_and_half_of_it_where_it_may_be_late(used, size, units, consistent):
    put(user(size))

    send("GetItem", TableName=USERS, Key=encode({"userId": "1"}), ConsistentRead=consistent)

    assert used()[1:] == [(units if consistent else units / 2, 0)]


def test_what_is_not_there_is_read_all_the_same(used):
    send("GetItem", TableName=USERS, Key=encode({"userId": "1"}), ConsistentRead=True)
    keys = [encode({"userId": each}) for each in ("1", "2")]
    send("BatchGetItem", RequestItems={USERS: {"Keys": keys, "ConsistentRead": True}})

    assert used() == [(1, 0), (2, 0)]


def test_a_page_is_rounded_as_a_whole(used):
    for number in range(5):
        put(user(900, **LISTED) | encode({"userId": str(number), "position": str(number)}))

    for limit in (4, 5):
        send(
            "Query",
            TableName=USERS, IndexName="newest", KeyConditionExpression="listPartition = :p",
            ExpressionAttributeValues=encode({":p": "0"}), Limit=limit,
        )  # fmt: skip

    assert used()[5:] == [(0.5, 0), (1, 0)]


def test_indexes_that_list_an_item_are_written_with_it(used):
    put(user(**LISTED))
    put(user(**LISTED))
    update("SET note = :note", note="a")
    update("SET statusPartition = :status", status="gone#0")
    send("DeleteItem", TableName=USERS, Key=encode({"userId": "1"}))

    # Written, the same once more, changed in both, moved in one and changed in the other, gone.
    assert used() == [(0, 3), (0, 1), (0, 3), (0, 4), (0, 3)]


def test_a_write_that_is_refused_is_paid_for_without_its_indexes(used):
    put(user(1500, **LISTED))
    with pytest.raises(DatabaseError):
        put(user(**LISTED), ConditionExpression="attribute_not_exists(userId)")

    assert used()[1:] == [(0, 2)]


def test_in_a_transaction_items_count_twice_and_indexes_once(used):
    email = {"TableName": EMAILS, "Item": encode({"email": "ada@example.com"})}
    absent = {"ConditionExpression": "attribute_not_exists(userId)"}
    check = {"TableName": USERS, "Key": encode({"userId": "2"}), **absent}
    send(
        "TransactWriteItems",
        TransactItems=[
            {"Put": {"TableName": USERS, "Item": user(**LISTED)}},
            {"Put": email},
            {"ConditionCheck": check},
        ],
    )

    assert used() == [(0, 2 + 2 + 2 + 2)]


def test_an_action_that_is_not_known_is_refused(used):
    key = encode({"userId": "1"})
    with pytest.raises(KeyError, match="What TransactGetItems costs"):
        send("TransactGetItems", TransactItems=[{"Get": {"TableName": USERS, "Key": key}}])
