"""What backfill writes of an item, and of one that others write in between: what lists it in indexes, and no more."""

from dataclasses import replace
from functools import partial

import boto3
import pytest

from specbound.compiler.document import load
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.local import embedded
from specbound.operating.backfill import FILLED, GONE, LEFT, RIGHT, UNLISTED, fill, lacking
from specbound.operating.pace import Paced
from specbound.store.expressions import listing
from specbound.store.values import decode, encode
from specbound.validation import Validator
from tests.changed import LISTED
from tests.subject import contract, table_name

# What is deployed is filled by other tests.
pytestmark = pytest.mark.in_process

TRACKBALL = {"name": "Trackball", "price": 45, "category": "mice"}
PRODUCTS = contract.tables.products
LISTS = {"listPartition", "categoryPartition", "position"}


class Overheard:
    """An SDK client that keeps what it was asked; `first` happens before each of its calls."""

    def __init__(self):
        self.calls = []
        self.first = lambda: None
        self._sdk = boto3.client("dynamodb")

    def __getattr__(self, action):
        def call(**arguments):
            self.calls.append(arguments)
            self.first()
            return getattr(self._sdk, action)(**arguments)

        return call


@pytest.fixture
def sdk(client):
    return Overheard()


@pytest.fixture
def fill_product(sdk):
    return partial(fill, PRODUCTS, Paced(sdk, 1e9))


def once(do):
    """`do` at the first call only."""
    todo = [do]
    return lambda: todo.pop()() if todo else None


def create(client):
    return client.post("/products", json=TRACKBALL).json()["productId"]


def stored(dynamodb, product_id):
    key = {"productId": {"S": product_id}}
    return dynamodb.get_item(TableName=table_name("products"), Key=key)["Item"]


def put(dynamodb, item, table=PRODUCTS.stored_as):
    """What another version of the function wrote, or nobody of ours."""
    dynamodb.put_item(TableName=table, Item=item)


def without(item, *names):
    return {name: value for name, value in item.items() if name not in names}


def ids(client, path):
    return [each["productId"] for each in client.get(path).json()["items"]]


def test_an_item_of_before_the_indexes_becomes_one_that_was_created_with_them(client, dynamodb, fill_product):
    created = stored(dynamodb, create(client))
    before_indexes = without(created, *LISTS)
    put(dynamodb, before_indexes)
    assert ids(client, "/products") == []

    outcomes = [fill_product(before_indexes), fill_product(created)]

    assert outcomes == [FILLED, RIGHT]
    assert stored(dynamodb, created["productId"]["S"]) == created
    assert ids(client, "/products") == ids(client, "/products?category=mice") == [created["productId"]["S"]]


@pytest.mark.parametrize("missing", sorted(LISTS))
def test_what_an_item_has_is_not_written_again(client, dynamodb, sdk, fill_product, missing):
    created = stored(dynamodb, create(client))
    put(dynamodb, without(created, missing))

    fill_product(without(created, missing))

    assert stored(dynamodb, created["productId"]["S"]) == created
    [update] = sdk.calls
    written = update["UpdateExpression"].removeprefix("SET ").split(", ")
    assert [update["ExpressionAttributeNames"][each.split(" = ")[0]] for each in written] == [missing]


def test_a_group_that_another_version_changed_without_the_index_is_listed_where_it_is(client, dynamodb, fill_product):
    product_id = create(client)
    changed = stored(dynamodb, product_id) | {"category": {"S": "keyboards"}, "version": {"N": "2"}}
    put(dynamodb, changed)
    assert ids(client, "/products?category=mice") == [product_id]

    assert fill_product(changed) == FILLED

    assert ids(client, "/products?category=mice") == []
    assert ids(client, "/products?category=keyboards") == [product_id]
    after = stored(dynamodb, product_id)
    assert without(after, "categoryPartition") == without(changed, "categoryPartition")


def test_where_an_item_is_listed_since_there_were_fewer_partitions_it_stays(client, dynamodb, fill_product):
    created = stored(dynamodb, create(client))
    number = int(created["listPartition"]["S"].removeprefix("#"))
    elsewhere = {
        "listPartition": {"S": f"#{(number + 1) % PRODUCTS.partitions}"},
        "categoryPartition": {"S": f"mice#{(number + 1) % PRODUCTS.partitions}"},
    }

    assert fill_product(created | elsewhere) == RIGHT


def test_where_no_partition_is_any_more_an_item_does_not_stay(client, dynamodb, fill_product):
    created = stored(dynamodb, create(client))
    beyond = created | {"listPartition": {"S": f"#{PRODUCTS.partitions}"}}
    put(dynamodb, beyond)

    assert fill_product(beyond) == FILLED

    assert stored(dynamodb, created["productId"]["S"]) == created


def test_a_change_in_between_is_kept_and_listed(client, dynamodb, sdk, fill_product):
    """Another version changes the group right before the write."""
    seen = without(stored(dynamodb, create(client)), *LISTS)
    product_id = seen["productId"]["S"]
    put(dynamodb, seen)
    theirs = seen | {"category": {"S": "keyboards"}, "version": {"N": "2"}, "nickname": {"S": "Track"}}

    sdk.first = once(lambda: put(dynamodb, theirs))
    assert fill_product(seen) == FILLED

    assert without(stored(dynamodb, product_id), *LISTS) == theirs
    assert ids(client, "/products") == ids(client, "/products?category=keyboards") == [product_id]


@pytest.mark.parametrize(
    "changes", [{"category": {"S": "keyboards"}}, {"createdAt": {"S": "2026-01-31T09:30:00.000000Z"}}]
)
def test_a_change_that_does_not_count_versions_is_noticed_too(client, dynamodb, sdk, fill_product, changes):
    seen = without(stored(dynamodb, create(client)), *LISTS)
    put(dynamodb, seen)

    sdk.first = once(lambda: put(dynamodb, seen | changes))
    fill_product(seen)

    filled = stored(dynamodb, seen["productId"]["S"])
    assert fill_product(filled) == RIGHT
    assert without(filled, *LISTS) == seen | changes


def test_an_item_that_goes_meanwhile_is_not_made_anew(client, dynamodb, sdk, fill_product):
    product_id = create(client)
    seen = without(stored(dynamodb, product_id), *LISTS)
    put(dynamodb, seen)

    sdk.first = once(lambda: client.delete(f"/products/{product_id}"))
    assert fill_product(seen) == GONE

    assert dynamodb.scan(TableName=table_name("products"))["Items"] == []


def test_an_item_that_others_change_all_the_time_is_left_for_later(client, dynamodb, sdk, fill_product):
    seen = without(stored(dynamodb, create(client)), *LISTS)
    versions = iter(range(2, 100))

    sdk.first = lambda: put(dynamodb, seen | {"version": {"N": str(next(versions))}})

    assert fill_product(seen) == LEFT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"createdAt": None}, "createdAt: is required"),
        ({"createdAt": {"S": "yesterday"}}, "createdAt: must be as described"),
        # With it, no page of the list could be shown.
        ({"price": {"S": "much"}}, "price: must be a number"),
    ],
)
def test_an_item_that_no_list_could_show_is_told_and_not_written(client, dynamodb, fill_product, changes, reason):
    item = without(stored(dynamodb, create(client)), *LISTS) | changes
    item = {name: value for name, value in item.items() if value is not None}
    put(dynamodb, item)

    outcome = fill_product(item)

    assert outcome.words == UNLISTED
    assert outcome.reasons[0].startswith(reason)
    assert stored(dynamodb, item["productId"]["S"]) == item


THING = {"thingId": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "version": 3, "createdAt": "2026-01-31T09:30:00.000000Z"}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


@pytest.fixture
def things():
    """A table of another contract, one of whose indexes is sparse: a thing without a name is in no group of it."""
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="things",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "thingId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "thingId", "AttributeType": "S"}],
    )
    environment = embedded.environment() | {"TABLE_THINGS": "things", "TABLE_IDEMPOTENCY": "records"}
    yield Contract(compile_contract(load(LISTED)), environment=environment).tables.things
    client.delete_table(TableName="things")


@pytest.mark.parametrize("nameless", [{}, {"name": None}])
def test_an_item_without_a_group_leaves_a_sparse_index(things, nameless):
    client = boto3.client("dynamodb")
    thing = encode(THING | nameless | {"namePartition": "ada#1"})
    put(client, thing, "things")

    assert fill(things, Paced(client, 1e9), thing) == FILLED

    [filled] = client.scan(TableName="things")["Items"]
    listed = {name: value for name, value in listing(things, THING).items() if value is not None}
    assert decode(filled) == THING | nameless | listed
    assert "namePartition" not in filled


def test_an_item_is_listed_by_what_is_shown_of_it(things):
    """Which may be what the contract has for a property that was stored before there was one."""
    named = replace(things, upgrade=lambda item: item | {"name": "ada"}, item=Validator(NAMED))

    lacks = lacking(named, THING)

    assert lacks == listing(named, THING | {"name": "ada"})


@pytest.mark.parametrize("time", ["1969-12-31T23:59:59Z", "2016-12-31T23:59:60Z"])
def test_a_time_in_whose_order_nothing_can_be_listed_is_told(things, time):
    """Before 1970, or a leap second: the contract admits them, and the engine writes neither."""
    outcome = fill(things, Paced(boto3.client("dynamodb"), 1e9), encode(THING | {"createdAt": time}))

    assert outcome[:2] == (UNLISTED, ["createdAt: must be a time in whose order it can be listed"])


def test_an_item_of_which_nothing_says_when_it_was_made_is_told(things):
    bare = replace(things, item=Validator({"properties": {"thingId": {"type": "string"}}}))
    thing = {"thingId": THING["thingId"], "version": 1}

    outcome = fill(bare, Paced(boto3.client("dynamodb"), 1e9), encode(thing))

    assert outcome[:2] == (UNLISTED, ["createdAt: must be a time in whose order it can be listed"])


def test_a_group_that_is_too_long_for_an_index_is_told(things):
    schema = {**things.item.schema, "properties": {**things.item.schema["properties"], "name": {"type": "string"}}}
    lengthy = replace(things, item=Validator(schema))

    outcome = fill(lengthy, Paced(boto3.client("dynamodb"), 1e9), encode(THING | {"name": "a" * 2048}))

    assert outcome[:2] == (UNLISTED, ["name: must be shorter: no index can list by it"])
