"""What the engine relies on in x-dynamodb is checked when the contract is compiled: by name, and with the way out."""

from typing import Any

import pytest

from specbound.compiler.document import Document, Refused, load
from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from tests.changed import DROP, LISTED, Change, listed, said, without


def table(**changes: Any) -> Change:
    return said("x-dynamodb", "things", **changes)


def index(**changes: Any) -> Change:
    return said("x-dynamodb", "things", "global_secondary_indexes", "newest", **changes)


def kept(name: str, schema: Any) -> Change:
    """A property of the table's items, said another way."""
    return said("components", "schemas", "KeptThing", "properties", **{name: schema})


def _with_default(name: str, value: Any) -> Change:
    """A property that is required, and what is shown of an item that was stored without it."""

    def change(contract: Document) -> None:
        contract["components"]["schemas"]["KeptThing"]["required"].append(name)
        contract["x-dynamodb"]["things"]["defaults"] = {name: value}

    return change


TEXT = {"type": "string", "maxLength": 100}
INTEGER = {"type": "integer", "minimum": 1}
A_TABLE = "x-dynamodb things: "
AN_INDEX = "x-dynamodb things/newest: "
AN_ITEM = "x-dynamodb things/item: "
KEPT = "#/components/schemas/KeptThing"
ACTIONS = A_TABLE + "actions lists what the function does to items, each once, of BatchGetItem"
ATTRIBUTES = A_TABLE + "attributes gives each key of the table and its indexes a type"
GROUP = AN_INDEX + "groups_by must name a property of its items"

TABLES: list[tuple[Change, str]] = [
    (lambda c: c.update({"x-dynamodb": None}), "x-dynamodb: it is not an object. Give it tables by their names"),
    (lambda c: c.update({"x-dynamodb": []}), "x-dynamodb: it is not an object"),
    (lambda c: c["x-dynamodb"].update(things=5), A_TABLE + "it is not an object. Give it actions, attributes"),
    (table(actions=DROP), ACTIONS),
    (table(actions=[]), ACTIONS),
    (table(actions="GetItem"), ACTIONS),
    (table(actions=["Scan"]), ACTIONS),
    (table(actions=["GetItem", {}]), ACTIONS),
    (table(actions=["GetItem", "GetItem"]), ACTIONS),
    (table(attributes=None), ATTRIBUTES),
    (table(attributes=["thingId"]), ATTRIBUTES),
    (table(attributes={"thingId": "string"}), ATTRIBUTES),
    (table(attributes={"thingId": ["S"]}), ATTRIBUTES),
    (table(attributes={"~1": "S"}), ATTRIBUTES),
    (table(hash_key=["thingId"]), A_TABLE + "hash_key must be one of its table's attributes, of type S"),
    (table(range_key="position"), "things/item: #/components/schemas/KeptThing needs the property position, its"),
    (table(ttl_attribute=5), A_TABLE + "ttl_attribute names the attribute, not the key, that says when an item ends"),
    (table(ttl_attribute=None), A_TABLE + "ttl_attribute names the attribute"),
    (table(ttl_attribute="thingId"), A_TABLE + "ttl_attribute names the attribute, not the key"),
    (table(partitions=0), A_TABLE + "partitions says over how many its indexes are spread, 1 to 100, for each page"),
    (table(partitions=None), A_TABLE + "partitions says over how many its indexes are spread"),
    (table(partitions="2"), A_TABLE + "partitions says over how many its indexes are spread"),
    (table(partitions=True), A_TABLE + "partitions says over how many its indexes are spread"),
    (table(partitions=101), A_TABLE + "partitions says over how many its indexes are spread"),
    (table(defaults=[]), A_TABLE + "defaults has values by the names of properties"),
    (table(defaults={"name": "x"}), "x-dynamodb things/defaults/name: its items require no name"),
    (table(defaults={"weight": 1}), "x-dynamodb things/defaults/weight: its items require no weight"),
    (table(defaults={"version": 1}), "x-dynamodb things/defaults/version: the engine itself writes it"),
    (table(defaults={"thingId": "x"}), "x-dynamodb things/defaults/thingId: the engine itself writes it"),
    (_with_default("name", "Far Too Long"), "x-dynamodb things/defaults/name: it is not what the property must be"),
    (said("x-dynamodb", "idempotency", defaults={"a": 1}), "defaults are of the properties of its items: say which"),
    (table(write_partitions=3), A_TABLE + "write_partitions says over how many of its 2 partitions the indexes are"),
    (table(write_partitions=0), A_TABLE + "write_partitions says over how many"),
    (table(write_partitions="1"), A_TABLE + "write_partitions says over how many"),
    (table(write_partitions=True), A_TABLE + "write_partitions says over how many"),
    (table(retired="yes"), A_TABLE + "retired is true in the last release before it is removed, or left out"),
    (table(item=DROP), "x-dynamodb things/item: name the schema of the table's items: '#/components/schemas/…'"),
    (table(item=None), "x-dynamodb things/item: name the schema of the table's items"),
    (table(item="#/components/schemas/Nothing"), "$ref #/components/schemas/Nothing leads nowhere"),
    (without("components", "schemas", "KeptThing", "properties"), f"{AN_ITEM}{KEPT} needs the property thingId, its"),
    (
        kept("thingId", INTEGER),
        "item/thingId: it is the table's key, of type S, and must be a string",
    ),
    (kept("thingId", TEXT | {"format": "uuid", "maxLength": 35}), "it is the table's key, which the engine makes, and"),
    (kept("version", TEXT), "x-dynamodb things/item/version: it must be an integer that counts changes from 1 on"),
    (kept("version", {"type": "integer", "minimum": 2}), "things/item/version: it must be an integer that counts"),
    (kept("version", {"type": "integer", "maximum": 9}), "things/item/version: it must be an integer that counts"),
    (kept("createdAt", INTEGER), "things/item/createdAt: it must be a time in UTC to the microsecond, for the engine"),
    (kept("createdAt", TEXT | {"pattern": "^[0-9:T-]+Z$"}), "writes '2026-01-31T09:30:00.000000Z'"),
    (kept("updatedAt", TEXT | {"format": "date"}), "things/item/updatedAt: it must be a time in UTC"),
]
RECORDS: list[tuple[Change, str]] = [
    (
        said("x-dynamodb", "idempotency", ttl_attribute="end"),
        "PUT /things/{thingId}: it takes an Idempotency-Key, whose records are kept in a table that x-dynamodb calls "
        "idempotency, with the hash_key id, of type S, and the ttl_attribute expiration. Give yours another name",
    ),
    (said("x-dynamodb", "idempotency", ttl_attribute="end"), "with the hash_key id, of type S, and the ttl_attribute"),
    (said("x-dynamodb", "idempotency", retired=True), "whose records are kept in a table that x-dynamodb calls"),
    (
        said("x-dynamodb", "idempotency", actions=["GetItem"]),
        "x-dynamodb idempotency: records need the actions GetItem",
    ),
]
INDEXES: list[tuple[Change, str]] = [
    (table(global_secondary_indexes=None), A_TABLE + "global_secondary_indexes are 20 at most, each by its name"),
    (table(global_secondary_indexes=["newest"]), A_TABLE + "global_secondary_indexes are 20 at most"),
    (table(global_secondary_indexes={"newest": None}), AN_INDEX + "it is not an object. Give it ascending, groups_by"),
    (index(projection=DROP), AN_INDEX + "say projection: ALL, for a list shows whole items"),
    (index(projection="KEYS_ONLY"), AN_INDEX + "say projection: ALL"),
    (index(projection={"INCLUDE": []}), AN_INDEX + "say projection: ALL"),
    (index(hash_key=["listPartition"]), AN_INDEX + "hash_key must be one of its table's attributes, of type S"),
    (index(retired=1), AN_INDEX + "retired is true in the last release before it is removed, or left out"),
    (index(groups_by=5), GROUP),
    (index(groups_by="colour"), GROUP),
    (index(groups_by="version"), GROUP),
    (kept("position", TEXT), AN_INDEX + "range_key is an attribute that only the engine writes, and position its"),
    (index(range_key="listPartition"), AN_INDEX + "its hash_key must be an attribute of its own"),
    (
        lambda c: c["x-dynamodb"]["things"]["global_secondary_indexes"].update(
            others=c["x-dynamodb"]["things"]["global_secondary_indexes"]["newest"]
        ),
        "x-dynamodb things/others: its hash_key must be an attribute of its own, that is no other key's",
    ),
    (
        lambda c: c["x-dynamodb"]["things"].update(
            global_secondary_indexes={"a b": c["x-dynamodb"]["things"]["global_secondary_indexes"]["newest"]}
        ),
        "x-dynamodb things/a b: DynamoDB takes a name of 3 to 255 letters",
    ),
]


@pytest.mark.parametrize(("change", "message"), TABLES + RECORDS + INDEXES)
def test_a_table_that_the_engine_could_not_use_is_refused(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(listed(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)


def test_a_field_that_an_index_groups_by_may_be_missing() -> None:
    indexes = compile_contract(load(LISTED))["tables"]["things"]["indexes"]

    assert "name" not in load(LISTED)["components"]["schemas"]["KeptThing"]["required"]
    assert (indexes["by_name"]["partition"], indexes["by_name"]["groups_by"]) == ("namePartition", "name")


def test_lists_are_written_over_all_partitions_unless_the_contract_says_over_how_many() -> None:
    [whole, fewer] = (
        compile_contract(listed(change))["tables"]["things"]
        for change in (table(partitions=8), table(partitions=8, write_partitions=2))
    )

    assert (whole["partitions"], whole["write_partitions"]) == (8, 8)
    assert (fewer["partitions"], fewer["write_partitions"]) == (8, 2)


def test_lists_are_in_one_partition_unless_the_contract_says_in_how_many() -> None:
    compiled = compile_contract(listed(table(partitions=DROP)))

    for each in (compiled["tables"]["things"], compiled["infrastructure"]["tables"]["things"]):
        assert (each["partitions"], each["write_partitions"]) == (1, 1)
    records = compiled["infrastructure"]["tables"]["idempotency"]
    assert (records["partitions"], records["write_partitions"]) == (0, 0)


def test_of_a_retired_table_the_function_knows_nothing_but_it_is_deployed() -> None:
    compiled = compile_contract(listed(table(retired=True)))

    assert compiled["tables"].keys() == {"idempotency"}
    assert compiled["infrastructure"]["tables"]["things"]["retired"] is True


def test_a_retired_index_is_still_written_and_deployed() -> None:
    compiled = compile_contract(listed(index(retired=True)))

    assert compiled["tables"]["things"]["indexes"]["newest"]["retired"] is True
    assert compiled["infrastructure"]["tables"]["things"]["indexes"]["newest"]["retired"] is True
    assert compiled["tables"]["things"]["indexes"]["by_name"]["retired"] is False


def test_what_is_retired_is_no_part_of_the_types() -> None:
    assert "Literal['newest', 'by_name']" in types(listed(table()))
    assert "Literal['by_name']" in types(listed(index(retired=True)))
    assert "    things: ThingsTable" in types(listed(table()))
    assert "    things: " not in types(listed(table(retired=True)))
