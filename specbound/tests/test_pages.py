"""What holds for pages that end early, for items of the same moment, and for tokens that nobody was given."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.compiler.document import load
from specbound.testing import caller, empty
from specbound.testing.wire import arguments_changed, watched
from tests.subject import table_name

pytestmark = pytest.mark.slow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LISTS = {
    "/users": ("users", "userId"),
    "/users?status=active": ("users", "userId"),
    "/products": ("products", "productId"),
    "/products?category=mice": ("products", "productId"),
}


COUNT = 8
NUMBERS = itertools.count()


@pytest.fixture
def filled(client):
    """Eight users and eight products, each in both of its kind's lists."""
    fill(client, "users")
    fill(client, "products")


def fill(client, kind, count=COUNT):
    """The items, in the order in which they are created."""
    items = [new(kind) for _ in range(count)]
    results = client.post(f"/{kind}/batch", json={"items": items}).json()["results"]
    return [each[kind.removesuffix("s")] for each in results]


def new(kind):
    if kind == "products":
        return {"name": "Mouse", "price": 1, "category": "mice"}
    return {"name": "Somebody", "email": f"user{next(NUMBERS)}@example.com"}


def walk(client, path, limit, between=lambda: None):
    """Every page; `between` runs after each of them."""
    pages, token = [], {}
    while True:
        page = client.get(path, params=dict(client.build_request("GET", path).url.params) | {"limit": limit} | token)
        pages.append(page.json()["items"])
        if "nextToken" not in page.json():
            return pages
        token = {"nextToken": page.json()["nextToken"]}
        between()


def all_of(pages):
    return [item for page in pages for item in page]


@pytest.mark.in_process
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("most", [1, 2])
def test_a_page_is_whole_though_dynamodb_ends_its_own_early(client, filled, path, limit, most):
    [whole] = walk(client, path, 100)

    with arguments_changed(lambda call: ended_after(call, most)):
        pages = walk(client, path, limit)

    assert all_of(pages) == whole
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.in_process
@pytest.mark.parametrize("limit", [20, 1, 99])
def test_each_partition_is_asked_for_its_share_of_a_page(client, limit):
    fill(client, "users", 100)

    with watched() as calls:
        page = client.get("/users", params={"limit": limit}).json()

    asked = [call.arguments["Limit"] for call in calls]
    assert len(page["items"]) == limit
    assert asked[:4] == [limit // 4 + 5] * 4 if limit > 5 else [limit + 1] * 4
    assert len(asked) <= 6


@pytest.mark.in_process
@pytest.mark.parametrize("limit", [1, 20, 33, 100])
def test_a_page_is_whole_though_all_that_is_newest_is_in_one_partition(client, dynamodb, limit):
    fill(client, "users", 100)
    [whole] = walk(client, "/users", 100)
    for number, item in enumerate(whole):
        dynamodb.update_item(
            TableName=table_name("users"),
            Key={"userId": {"S": item["userId"]}},
            UpdateExpression="SET listPartition = :partition",
            ExpressionAttributeValues={":partition": {"S": f"#{0 if number < 60 else 3}"}},
        )

    assert all_of(walk(client, "/users", limit)) == whole


def ended_after(call, most):
    """DynamoDB reads no further, as when a reply has reached 1 MB: it has given no more items than this."""
    if call.action != "Query":
        return call.arguments
    return call.arguments | {"Limit": min(most, call.arguments.get("Limit", most))}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_items_of_the_same_microsecond_are_listed_once_each_and_in_one_order(client, filled, path, limit):
    let_all_be_created_at_once(*LISTS[path])

    pages = walk(client, path, limit)

    [whole] = walk(client, path, 100)
    assert len({item["createdAt"] for item in whole}) == 1
    assert len(whole) == COUNT
    assert all_of(pages) == whole


def let_all_be_created_at_once(table, key):
    """Give all items the time of one of them, in what is shown and in where they stand (14 hex digits of time)."""
    dynamodb, name = boto3.client("dynamodb"), table_name(table)
    [position] = {each["range_key"] for each in load()["x-dynamodb"][table]["global_secondary_indexes"].values()}
    items = dynamodb.scan(TableName=name)["Items"]
    for item in items:
        dynamodb.update_item(
            TableName=name,
            Key={key: item[key]},
            UpdateExpression="SET #position = :position, createdAt = :time",
            ExpressionAttributeNames={"#position": position},
            ExpressionAttributeValues={
                ":position": {"S": items[0][position]["S"][:14] + item[position]["S"][14:]},
                ":time": items[0]["createdAt"],
            },
        )


def position(item, key):
    """Where an item stands, as the contract describes a token."""
    microseconds = (datetime.fromisoformat(item["createdAt"]) - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds:014x}{UUID(item[key]).hex}"


def test_a_token_of_any_list_leads_to_what_is_older_in_the_list_that_is_asked_for(client, filled):
    for number, path in enumerate(all_paths(client, "/users", "userId") + all_paths(client, "/products", "productId")):
        client.put(path, json={"status": "inactive"} if "users" in path and number % 3 == 0 else {"name": "Changed"})
    lists = {path: all_of(walk(client, path, 100)) for path in (*LISTS, "/users?status=inactive")}
    tokens = [position(item, LISTS[path][1]) for path in ("/users", "/products") for item in lists[path][::3]]

    for path, items in lists.items():
        key = LISTS[path.partition("?")[0]][1]
        for token in [*tokens, "0" * 46, "f" * 46]:
            page = client.get(f"{path}{'&' if '?' in path else '?'}limit=4&nextToken={token}").json()
            older = [item for item in items if position(item, key) < token]
            assert page["items"] == older[:4]
            assert ("nextToken" in page) == (len(older) > 4)


def all_paths(client, path, key):
    return [f"{path}/{item[key]}" for item in client.get(path).json()["items"]]


CHANGES = st.lists(st.tuples(st.sampled_from(["delete", "insert", "change"]), st.integers(0, COUNT - 1)), max_size=3)


@pytest.mark.in_process
@settings(max_examples=20, deadline=None)
@given(path=st.sampled_from(sorted(LISTS)), limit=st.integers(1, 4), changes=st.lists(CHANGES, min_size=1, max_size=5))
def test_what_stays_is_shown_once_whatever_comes_goes_and_changes_between_pages(path, limit, changes):
    empty()
    with caller() as client:
        kind, key = LISTS[path]
        ids = [item[key] for item in fill(client, kind)]
        left, rest = set(ids), iter(changes)

        def between():
            for what, number in next(rest, []):
                act(client, kind, what, ids[number], left)

        shown = [item[key] for item in all_of(walk(client, path, limit, between))]

    assert len(set(shown)) == len(shown)
    assert [each for each in shown if each in left] == [each for each in reversed(ids) if each in left]
    assert set(shown) <= set(ids)


def act(client, kind, what, item_id, left):
    """Do one thing to a list; `left` are the ids of those that stay."""
    if what == "insert":
        fill(client, kind, 1)
    elif what == "change":
        client.put(f"/{kind}/{item_id}", json={"name": "Changed"})
    else:
        client.delete(f"/{kind}/{item_id}")
        left.discard(item_id)
