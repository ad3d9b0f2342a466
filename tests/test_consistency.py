"""What holds for readers and writers between whose calls to DynamoDB somebody else writes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import boto3
import pytest

from specbound.testing import caller
from specbound.testing.wire import before_each_call, watched
from tests import rows

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

OLD, NEW = "ada@example.com", "king@example.com"
KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
MOST_CALLS = 4


@pytest.fixture
def user(client):
    return client.post("/users", json={"name": "Ada", "email": OLD}).headers["location"]


@pytest.fixture
def product(client):
    new = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}
    return client.post("/products", json=new).headers["location"]


@pytest.fixture
def stock(product):
    return product.replace("products", "inventory")


@pytest.fixture
def requests(user, product, stock):
    """A request of every kind that reads an item by its key."""
    product_id = product.rpartition("/")[2]
    return [
        ("GET", user, None, {}),
        ("GET", f"/users?email={OLD}", None, {}),
        ("GET", product, None, {}),
        ("GET", stock, None, {}),
        ("GET", f"/inventory?productId={product_id}", None, {}),
        ("GET", f"/inventory?productId={product_id}&productId=7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", None, {}),
        ("POST", f"{stock}/adjustments", {"delta": -1}, {}),
        ("POST", f"{stock}/adjustments", {"delta": -1}, KEY),
        ("POST", f"{stock}/adjustments", {"delta": -1}, KEY),
        ("PUT", stock, {"quantity": 5}, {"if-match": "*"}),
        ("PUT", user, {"email": NEW}, {}),
        ("PUT", user, {"name": "Ada King"}, {"if-match": '"2"'}),
        ("DELETE", user, None, {}),
        ("DELETE", product, None, {}),
    ]


def test_what_was_written_is_read_at_once(client, requests):
    """Only indexes can't be read consistently.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
    """
    for method, path, body, headers in requests:
        with watched() as calls:
            reply = client.request(method, path, json=body, headers=headers)

        assert reply.is_success, path
        assert calls, path
        assert [call for call in calls if not is_consistent(call)] == []


def is_consistent(call):
    if call.action in ("GetItem", "Query", "Scan"):
        return call.arguments.get("ConsistentRead", False) or "IndexName" in call.arguments
    if call.action == "BatchGetItem":
        return all(each.get("ConsistentRead", False) for each in call.arguments["RequestItems"].values())
    return True


def move(client, user):
    client.put(user, json={"email": NEW})


def move_and_let_another_take_the_address(client, user):
    move(client, user)
    client.post("/users", json={"name": "Somebody Else", "email": OLD.upper()})


def delete(client, user):
    client.delete(user)


def delete_and_let_another_take_the_address(client, user):
    delete(client, user)
    client.post("/users", json={"name": "Somebody Else", "email": OLD})


def move_away_and_back(client, user):
    move(client, user)
    client.put(user, json={"email": OLD})


def change_case(client, user):
    client.put(user, json={"email": OLD.upper()})


def rename(client, user):
    client.put(user, json={"name": "Ada King"})


CHANGES = [
    move,
    move_and_let_another_take_the_address,
    delete,
    delete_and_let_another_take_the_address,
    move_away_and_back,
    change_case,
    rename,
]
anybody = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
anytime = pytest.mark.parametrize("before", range(1, MOST_CALLS + 1))


def while_another_writes(before: int, write: Callable[[], object], request):
    """The reply to a request before whose call of this number, or else after which, another's write is done."""
    numbers = count(1)

    def interrupt(_):
        # The other's calls come through here as well.
        if next(numbers) == before:
            with ThreadPoolExecutor(1) as other:
                other.submit(write).result()

    with before_each_call(interrupt):
        reply = request()
    if next(numbers) <= before:
        write()
    return reply


@anybody
@anytime
def test_an_address_leads_to_who_has_it_and_never_to_who_had_it(client, user, change, before):
    with caller() as other:
        found = while_another_writes(
            before, lambda: change(other, user), lambda: client.get("/users", params={"email": OLD})
        )

    assert found.status_code == 200
    assert all(each["email"].lower() == OLD for each in found.json()["items"])
    now = client.get("/users", params={"email": OLD}).json()["items"]
    assert all(each["email"].lower() == OLD for each in now)
    assert len(now) == (change not in (move, delete))


@anybody
@anytime
@pytest.mark.parametrize("body", [{"email": "third@example.com"}, {"email": NEW}, None], ids=str)
def test_no_address_is_lost_or_shared_when_two_change_a_user_at_once(client, user, change, before, body):
    method = "PUT" if body else "DELETE"

    with caller() as other:
        reply = while_another_writes(
            before, lambda: change(other, user), lambda: client.request(method, user, json=body)
        )

    assert reply.status_code in (200, 204, 404)
    rows.check(rows.read(boto3.client("dynamodb")))
    assert (client.get(user).status_code == 404) == (method == "DELETE" or change.__name__.startswith("delete"))


@anytime
@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
def test_an_adjustment_is_answered_with_the_stock_that_it_left_itself(client, stock, before, headers):
    others = []

    with caller() as other:
        mine = while_another_writes(
            before,
            lambda: others.append(other.post(f"{stock}/adjustments", json={"delta": -1})),
            lambda: client.post(f"{stock}/adjustments", json={"delta": -3}, headers=headers),
        )

    told = {reply.json()["version"]: reply.json()["quantity"] for reply in [mine, *others]}
    assert told in ({2: 7, 3: 6}, {2: 9, 3: 6})
    assert client.get(stock).json()["quantity"] == 6
