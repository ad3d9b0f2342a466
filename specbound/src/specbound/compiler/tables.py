"""Tables (`x-dynamodb`): what the function needs to know of each, and what it can't use."""

import re
from collections.abc import Iterable
from typing import Any

from specbound.compiled import CLAIMS
from specbound.compiler.document import Declaration, Document, Refused
from specbound.compiler.indexes import compile_indexes, is_retired, refuse_key, refuse_retired, refuse_unknown, spread
from specbound.compiler.items import KEY_TYPES, compile_defaults, compile_item, key_made, keys_of
from specbound.compiler.lifetimes import compile_expires, compile_soft_delete, read_only
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.parents import compile_parents, note_children
from specbound.compiler.schemas import Schemas
from specbound.compiler.unique import CLAIMS_TABLE, compile_unique, note_claims, uses_claims

TABLE = {
    "item", "defaults", "hash_key", "range_key", "attributes", "partitions", "write_partitions", "actions",
    "global_secondary_indexes", "ttl_attribute", "retired", "unique", "soft_delete", "expires",
    "belongs_to",
}  # fmt: skip
KEY = "Idempotency-Key"
# The table of their records, where the contract does not say it.
RECORDS: Document = {
    "hash_key": "id",
    "attributes": {"id": "S"},
    "actions": ["GetItem", "PutItem"],
    "ttl_attribute": "expiration",
}
TYPES = ("S", "N", "B")
# What a function may ever be allowed. Not Scan: what a page costs must not depend on the size of the table.
ACTIONS = {
    "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem",
}  # fmt: skip
# Each page asks all of them.
MOST_PARTITIONS = 100
# DynamoDB's limit of a key's name. The engine's own attributes begin with ~.
ATTRIBUTE = re.compile("[^~].{0,254}", re.DOTALL)


def compile_tables(document: Document, found: Iterable[Declaration], schemas: Schemas) -> Document:
    """By name: the key, the numbers of partitions, the indexes, and how its items are shown. Raises Refused.

    Of a table that is retired the function knows nothing.
    """
    compiled: Document = {}
    operations = list(found)
    with within("#", "x-dynamodb"), gathered() as at:
        if not isinstance(document.get("x-dynamodb", {}), dict):
            raise Refused("x-dynamodb: it is not an object. Give it tables by their names, or leave it out.")
        tables = declared_tables(document, operations)
        for name in tables:
            with at(name):
                compiled[name] = _table(document, tables, name, schemas)
        used = {name: each for name, each in tables.items() if not is_retired(each)}
        _check_records(used, operations)
    note_children(compiled)
    note_claims(tables, compiled)
    return {name: each for name, each in compiled.items() if name in used}


def declared_tables(document: Document, found: Iterable[Declaration]) -> Document:
    """Those of `x-dynamodb`, and what idempotency keys and unique values need, if it is used and not there."""
    tables: Document = document.get("x-dynamodb", {})
    needed: Document = {"idempotency": RECORDS} if any(map(takes_key, found)) else {}
    needed |= {CLAIMS: CLAIMS_TABLE} if uses_claims(tables) else {}
    return tables | {name: each for name, each in needed.items() if name not in tables}


def takes_key(declaration: Declaration) -> bool:
    return any(each["name"] == KEY for each in declaration.parameters)


def _check_records(tables: Document, found: Iterable[Declaration]) -> None:
    users = list(filter(takes_key, found))
    records = tables.get("idempotency", {})
    if not users or not isinstance(records, dict):
        return
    attributes = records.get("attributes")
    kind = attributes.get(RECORDS["hash_key"]) if isinstance(attributes, dict) else "S"
    if (
        kind != "S"
        or "range_key" in records
        or any(records.get(name) != RECORDS[name] for name in ("hash_key", "ttl_attribute"))
    ):
        with within(*users[0].steps):
            raise Refused(
                f"{users[0].place}: it takes an {KEY}, whose records are kept in a table that x-dynamodb calls "
                f"idempotency, with the hash_key {RECORDS['hash_key']}, of type S, and the ttl_attribute "
                f"{RECORDS['ttl_attribute']}. Give yours another name, or take away what you say of it."
            )
    actions = records.get("actions")
    if isinstance(actions, list) and not all(each in actions for each in RECORDS["actions"]):
        with within("idempotency", "actions"):
            raise Refused(f"x-dynamodb idempotency: records need the actions {' and '.join(RECORDS['actions'])}.")


def _table(document: Document, tables: Document, name: str, schemas: Schemas) -> Document:
    table, place = tables[name], f"x-dynamodb {name}"
    refuse_unknown(table, TABLE, place)
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise Refused(f"{place}: its name becomes a variable, TABLE_…, so write it in snake_case.")
    attributes = _attributes(table, place)
    refuse_key(table, "hash_key", attributes, place, tuple(KEY_TYPES))
    read, written = spread(table)
    key = table["hash_key"]
    compiled: Document = {"key": key, "key_type": attributes[key], "partitions": read, "write_partitions": written}
    if "range_key" in table:
        refuse_key(table, "range_key", attributes, place, tuple(KEY_TYPES))
        if table["range_key"] == key:
            with within("range_key"):
                raise Refused(f"{place}: its range_key must be another attribute than its hash_key.")
        compiled |= {"range_key": table["range_key"], "range_type": attributes[table["range_key"]]}
        actions = table.get("actions")
        compiled["children"] = isinstance(actions, list) and "Query" in actions
    with gathered() as at:
        with at():
            refuse_retired(table, place)
        with at("actions"):
            _check_actions(table, place)
        with at("ttl_attribute"):
            _check_ttl(table, place)
        with at():
            compiled["indexes"] = compile_indexes(table, attributes, place)
            _refuse_unused(compiled, attributes, place)
            _check_partitions(compiled, place)
            compiled["item"] = compile_item(document, table, compiled["indexes"], schemas, place)
            compiled["key_made"] = key_made(document, table)
        with at("defaults"):
            compiled["defaults"] = compile_defaults(document, table, place)
        with at("soft_delete"):
            if soft_delete := compile_soft_delete(document, table, place):
                compiled["soft_delete"] = soft_delete
        with at("expires"):
            if expires := compile_expires(document, table, place):
                compiled["expires"] = expires
        with at():
            if hidden := read_only(document, table):
                compiled["read_only"] = hidden
        with at("belongs_to"):
            if parents := compile_parents(document, tables, table, place):
                compiled["belongs_to"] = parents
        with at("unique"):
            if unique := compile_unique(document, tables, table, place):
                compiled["unique"] = unique
    return compiled


def _attributes(table: Document, place: str) -> Document:
    attributes = table.get("attributes")
    if (
        not isinstance(attributes, dict)
        or not all(kind in TYPES for kind in attributes.values())
        or not all(map(ATTRIBUTE.fullmatch, attributes))
    ):
        with within("attributes"):
            raise Refused(f"{place}: attributes gives each key of the table and its indexes a type: {{ thingId: S }}.")
    return attributes


def _check_actions(table: Document, place: str) -> None:
    actions = table.get("actions")
    if not isinstance(actions, list) or not actions or not _are_known(actions):
        raise Refused(
            f"{place}: actions lists what the function does to items, each once, of {', '.join(sorted(ACTIONS))}."
        )


def _are_known(actions: list[Any]) -> bool:
    return all(isinstance(each, str) and each in ACTIONS and actions.count(each) == 1 for each in actions)


def _check_ttl(table: Document, place: str) -> None:
    if "ttl_attribute" not in table:
        return
    name = table["ttl_attribute"]
    if not isinstance(name, str) or not ATTRIBUTE.fullmatch(name) or name in keys_of(table):
        raise Refused(f"{place}: ttl_attribute names the attribute, not the key, that says when an item ends.")


def _refuse_unused(compiled: Document, attributes: Document, place: str) -> None:
    keys = {compiled["key"], compiled.get("range_key")} | {
        each[key] for each in compiled["indexes"].values() for key in ("partition", "position")
    }
    if unused := ", ".join(sorted(attributes.keys() - keys)):
        with within("attributes"):
            raise Refused(f"{place}: DynamoDB wants to know of no attribute that is not a key: take {unused} away.")


def _check_partitions(compiled: Document, place: str) -> None:
    partitions, least = compiled["partitions"], int(bool(compiled["indexes"]))
    if type(partitions) is not int or not least <= partitions <= MOST_PARTITIONS:
        with within("partitions"):
            raise Refused(
                f"{place}: partitions says over how many its indexes are spread, 1 to {MOST_PARTITIONS}, for each page "
                "asks all of them; one, if it is left out."
            )
    written = compiled["write_partitions"]
    if type(written) is not int or not least <= written <= partitions:
        with within("write_partitions"):
            raise Refused(
                f"{place}: write_partitions says over how many of its {partitions} partitions the indexes are written: "
                "fewer, for one release, while partitions is raised."
            )
