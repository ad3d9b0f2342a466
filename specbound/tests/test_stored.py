"""What holds for items that another version of the service wrote: they show what this version's contract says."""

import pytest

from tests.subject import table_name

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}
UNKNOWN = {
    "nickname": {"S": "Ada"}, "lastWrite": {"S": "x"}, "~later": {"S": "x"}, "tags": {"L": []}, "__proto__": {"N": "1"},
}  # fmt: skip


@pytest.fixture(params=["users", "products", "inventory"])
def resource(request, client, dynamodb):
    """The path of a resource whose item has attributes that the contract does not know, a change of it, its table."""
    new = ("/users", ADA) if request.param == "users" else ("/products", TRACKBALL)
    path = client.post(new[0], json=new[1]).headers["location"]
    if request.param == "inventory":
        path = path.replace("products", "inventory")
    add_unknown(dynamodb, request.param)
    change = {"users": {"name": "Ada King"}, "products": {"price": 44}, "inventory": {"quantity": 4}}[request.param]
    return path, change, request.param


def items(dynamodb, table):
    return dynamodb.scan(TableName=table_name(table))["Items"]


def add_unknown(dynamodb, table):
    for item in items(dynamodb, table):
        dynamodb.put_item(TableName=table_name(table), Item=item | UNKNOWN)


def test_what_this_version_does_not_know_is_not_shown_and_a_write_keeps_it(client, dynamodb, resource):
    path, change, table = resource

    shown = client.get(path).json()
    changed = client.put(path, json=change)

    assert not UNKNOWN.keys() & shown.keys()
    assert changed.json() == shown | change | {"version": 2, "updatedAt": changed.json()["updatedAt"]}
    [item] = items(dynamodb, table)
    assert UNKNOWN.items() <= item.items()


@pytest.mark.parametrize("path", ["/users", "/users?status=active", "/users?email=ada@example.com"])
def test_a_list_shows_no_more_than_its_items_do(client, dynamodb, path):
    user = client.post("/users", json=ADA).json()
    add_unknown(dynamodb, "users")

    assert client.get(path).json()["items"] == [user]


def test_stock_looked_up_and_adjusted_shows_no_more_than_it_should(client, dynamodb):
    product_id = client.post("/products", json=TRACKBALL).json()["productId"]
    add_unknown(dynamodb, "inventory")

    adjusted = client.post(f"/inventory/{product_id}/adjustments", json={"delta": -1}).json()

    assert client.get("/inventory", params={"productId": product_id}).json()["items"] == [adjusted]


def test_a_write_that_is_refused_by_its_item_says_nothing_of_what_it_does_not_know(client, resource):
    path, change, _ = resource

    refused = client.put(path, json=change, headers={"if-match": '"7"'})

    assert refused.status_code == 412


def test_what_is_deleted_goes_whole(client, dynamodb):
    user = client.post("/users", json=ADA).headers["location"]
    add_unknown(dynamodb, "users")

    assert client.delete(user).status_code == 204
    assert items(dynamodb, "users") == items(dynamodb, "emails") == []


def test_tickets_that_were_left_behind_go_by_and_by_however_many_there_are(client, dynamodb):
    """An expression has at most 4 KB."""
    product_id = client.post("/products", json=TRACKBALL).json()["productId"]
    [item] = items(dynamodb, "inventory")
    for number in range(600):
        item |= {f"~{kind}{0:014x}{number:016x}": {"N": "3"} for kind in "nv"}
    dynamodb.put_item(TableName=table_name("inventory"), Item=item)

    adjusted = client.post(f"/inventory/{product_id}/adjustments", json={"delta": -1})

    assert adjusted.json()["quantity"] == 9
    left = [name for name in items(dynamodb, "inventory")[0] if name.startswith("~")]
    assert 1000 < len(left) < 1200


def test_a_ticket_that_was_left_behind_is_not_shown_and_goes_when_nobody_can_come_for_it(client, dynamodb):
    product_id = client.post("/products", json=TRACKBALL).json()["productId"]
    [item] = items(dynamodb, "inventory")
    left = {f"~n{0:014x}{1:016x}": {"N": "3"}, f"~v{0:014x}{1:016x}": {"N": "1"}}
    dynamodb.put_item(TableName=table_name("inventory"), Item=item | left)

    shown = client.get(f"/inventory/{product_id}").json()
    client.post(f"/inventory/{product_id}/adjustments", json={"delta": -1})

    assert shown.keys() == {"productId", "quantity", "version", "updatedAt"}
    assert [name for name in items(dynamodb, "inventory")[0] if name.startswith("~")] == []
