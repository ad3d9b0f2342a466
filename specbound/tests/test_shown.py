"""How an item that another version stored is shown: unknown left out, defaults, then the upgrade; or not at all."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from specbound import Bounds, Conflict, Contract, Misconfigured, Request, Resource
from specbound.store.table import AnyTable, Item, Misfit, Table
from specbound.validation import Validator
from tests.subject import contract, table_name

DOOR = {"type": "object", "additionalProperties": False, "properties": {"colour": {"enum": ["red", "blue"]}}}
ADDRESS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["street"],
    "properties": {"street": {"type": "string"}, "doors": {"type": "array", "items": DOOR}},
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "name", "status", "version"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "maxLength": 5},
        "status": {"enum": ["new", "old"]},
        "note": {"type": "string", "maxLength": 5},
        "address": ADDRESS,
        "version": {"type": "integer"},
    },
}
STORED = {"id": "1", "name": "Ada", "status": "new", "version": 3}


def table(defaults: Mapping[str, Any] = {}, upgrade: Callable[[Item], Item] | None = None) -> AnyTable:
    return Table("people", "t", "id", 0, 0, {}, 100, Validator(SCHEMA), defaults, upgrade)


def test_what_the_contract_does_not_know_is_left_out_at_any_depth() -> None:
    address = {"street": "Main", "city": "Ulm", "doors": [{"colour": "red", "width": 2}, {}]}

    shown = table().shown(STORED | {"nickname": "A", "~1": "x", "address": address})

    assert shown == STORED | {"address": {"street": "Main", "doors": [{"colour": "red"}, {}]}}


def test_a_default_is_shown_of_what_is_required_and_not_stored_and_of_nothing_else() -> None:
    people = table(defaults={"status": "old"})

    assert people.shown({"id": "1", "name": "Ada", "version": 3}) == STORED | {"status": "old"}
    assert people.shown(STORED) == STORED


def test_an_upgrade_is_given_all_that_is_stored_but_the_engines_own_and_only_what_does_not_fit() -> None:
    given: list[Item] = []

    def upgrade(item: Item) -> Item:
        given.append(item)
        return {**item, "name": item["fullName"].split()[0]}

    people = table(upgrade=upgrade)
    stored = {"id": "1", "fullName": "Ada King", "status": "new", "version": 3, "~3": "token"}

    assert people.shown(stored) == STORED
    assert people.shown(STORED) == STORED
    assert given == [{"id": "1", "fullName": "Ada King", "status": "new", "version": 3}]


def test_an_upgrade_comes_before_what_is_optional_is_left_out() -> None:
    long = STORED | {"note": "too long"}

    assert table().shown(long) == STORED
    assert table(upgrade=lambda item: {**item, "note": item["note"][:5]}).shown(long) == STORED | {"note": "too l"}


@pytest.mark.parametrize("stored", [{"status": "secret"}, {"name": "far too long"}, {"name": None}, {"version": "x"}])
def test_what_can_not_be_shown_is_told_without_what_it_is(stored: Item) -> None:
    [name], [value] = stored.keys(), stored.values()

    with pytest.raises(Misfit, match=f"people can't be shown: {name} must") as misfit:
        table(defaults={"status": "old"}, upgrade=lambda item: item).shown(STORED | stored)

    assert str(value) not in str(misfit.value).replace("people", "")


def test_a_change_keeps_what_objects_hold_that_the_contract_does_not_know() -> None:
    stored = STORED | {"address": {"street": "Main", "city": "Ulm", "doors": [{"width": 2}]}}

    changed = table().changed(stored, {"name": "Eva", "address": {"street": "Side"}})

    assert changed == {"name": "Eva", "address": {"city": "Ulm", "street": "Side"}}
    assert table().changed(STORED, {"address": {"street": "Side"}}) == {"address": {"street": "Side"}}
    assert table().changed(stored, {"address": None}) == {"address": None}


ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
TRACKBALL = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}


def spoil(dynamodb: Any, table: str, **attributes: Any) -> Item:
    """Write by hand into the only item of a table, as a version that knew other values would have."""
    [item] = dynamodb.scan(TableName=table_name(table))["Items"]
    dynamodb.put_item(TableName=table_name(table), Item=item | attributes)
    return item | attributes


def stored(dynamodb: Any, table: str) -> list[Item]:
    items: list[Item] = dynamodb.scan(TableName=table_name(table))["Items"]
    return items


def test_a_change_after_which_an_item_could_not_be_shown_is_not_stored(client: Any, dynamodb: Any) -> None:
    user = client.post("/users", json=ADA).headers["location"]
    before = spoil(dynamodb, "users", status={"S": "retired"})

    assert client.get(user).status_code == 500
    assert client.put(user, json={"name": "Ada King"}).status_code == 500
    assert stored(dynamodb, "users") == [before]


def test_what_can_not_be_shown_can_be_mended_and_removed(client: Any, dynamodb: Any) -> None:
    user = client.post("/users", json=ADA).headers["location"]
    spoil(dynamodb, "users", status={"S": "retired"})

    assert client.put(user, json={"status": "inactive"}).status_code == 200
    assert client.get(user).json()["status"] == "inactive"

    spoil(dynamodb, "users", status={"S": "retired"})
    assert client.delete(user).status_code == 204
    assert client.post("/users", json=ADA).status_code == 201


@pytest.mark.in_process
def test_what_can_not_be_shown_afterwards_is_not_adjusted(client: Any, dynamodb: Any) -> None:
    """Of the catalogue's stock an adjustment writes all that is required; of its products it would not."""
    product = client.post("/products", json=TRACKBALL).json()["productId"]
    before = spoil(dynamodb, "products", price={"S": "free"})
    bounds = Bounds("stars", 0, 5, lambda item, amount: Conflict())
    products: Resource[Any, Any, Any, Any] = Resource(contract.tables.products, "product")

    with pytest.raises(Misfit):
        products.adjust(_request(), product, 1, bounds, contract.tables.adjustments)

    assert stored(dynamodb, "products") == [before]
    assert stored(dynamodb, "adjustments") == []


@pytest.mark.in_process
def test_what_could_not_be_shown_is_not_created(client: Any, dynamodb: Any) -> None:
    users: Resource[Any, Any, Any, Any] = Resource(contract.tables.users, "user")

    with pytest.raises(Misfit, match="status is required"):
        users.create(_request(), lambda given: dict(ADA))

    assert stored(dynamodb, "users") == []


def _request() -> Any:
    return Request("do", {}, {"delta": 1}, "somebody", None)


def test_a_resource_says_how_its_items_are_shown() -> None:
    with pytest.raises(Misconfigured, match="x-dynamodb emails: say as `item` which schema its items have"):
        Resource(contract.tables.emails, "email")


def test_an_upgrade_is_of_a_table_that_there_is() -> None:
    with pytest.raises(Misconfigured, match="upgrades name people, which is no table"):
        Contract.load(contract.folder, upgrades={"people": lambda item: item})

    upgrade = Contract.load(contract.folder, upgrades={"users": dict}).tables.users.upgrade
    assert upgrade is dict


def test_an_item_without_a_value_that_is_to_be_unique_can_be_given_one(client: Any, dynamodb: Any) -> None:
    user = client.post("/users", json=ADA).headers["location"]
    [item] = stored(dynamodb, "users")
    del item["email"]
    dynamodb.put_item(TableName=table_name("users"), Item=item)

    assert client.put(user, json={"email": "eva@example.com"}).status_code == 200
    assert client.get("/users", params={"email": "eva@example.com"}).json()["count"] == 1
    assert client.delete(user).status_code == 204
