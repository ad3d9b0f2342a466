"""`x-dynamodb`: what the function needs to know of each table, and what it can't use."""

import re
from collections.abc import Iterable

from specbound.compiler.document import Declaration, Document, Refused, resolve

TABLE = {"item", "hash_key", "attributes", "partitions", "actions", "global_secondary_indexes", "ttl_attribute"}
KEY = "Idempotency-Key"
RECORDS = ("id", "expiration")
INDEX = {"hash_key", "range_key", "projection", "groups_by"}


def compile_tables(document: Document, found: Iterable[Declaration]) -> Document:
    """By name: the key, the number of partitions, the indexes, and what its items show. Raises Refused."""
    tables: Document = document.get("x-dynamodb", {})
    compiled = {name: _table(name, each) | {"shows": _shown(document, name, each)} for name, each in tables.items()}
    with_key = [each.place for each in found if any(name["name"] == KEY for name in each.parameters)]
    records = tables.get("idempotency", {})
    if with_key and (records.get("hash_key"), records.get("ttl_attribute")) != RECORDS:
        raise Refused(
            f"{with_key[0]}: it takes an {KEY}, whose records are kept in a table that x-dynamodb calls idempotency, "
            f"with the hash_key {RECORDS[0]} and the ttl_attribute {RECORDS[1]}."
        )
    return compiled


def _table(name: str, table: Document) -> Document:
    place = f"x-dynamodb {name}"
    _refuse_unknown(table, TABLE, place)
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise Refused(f"{place}: its name becomes a variable, TABLE_…, so write it in snake_case.")
    attributes, indexes = table.get("attributes", {}), table.get("global_secondary_indexes", {})
    _refuse_key(table, "hash_key", attributes, place)
    compiled = {index: _index(each, attributes, f"{place}/{index}") for index, each in indexes.items()}
    keys = {table["hash_key"]} | {each[key] for each in compiled.values() for key in ("partition", "position")}
    if unused := ", ".join(sorted(attributes.keys() - keys)):
        raise Refused(f"{place}: DynamoDB wants to know of no attribute that is not a key: take {unused} away.")
    partitions = table.get("partitions", 0)
    if type(partitions) is not int or partitions < bool(indexes):
        raise Refused(f"{place}: say over how many partitions its indexes are spread.")
    return {"key": table["hash_key"], "partitions": partitions, "indexes": compiled}


def _shown(document: Document, name: str, table: Document) -> list[str] | None:
    """The properties of the schema that `item` refers to: all that the API ever shows of an item. None without."""
    if "item" not in table:
        return None
    place = f"x-dynamodb {name}/item"
    if not isinstance(table["item"], str):
        raise Refused(f"{place}: name the schema of the table's items: '#/components/schemas/…'.")
    schema = resolve(document, {"$ref": table["item"]}, "schemas")
    properties = sorted(schema.get("properties", {}))
    if missing := sorted({table["hash_key"], "version"} - set(properties)):
        raise Refused(f"{place}: {table['item']} needs the properties {', '.join(missing)}.")
    return properties


def _index(index: Document, attributes: Document, place: str) -> Document:
    _refuse_unknown(index, INDEX, place)
    _refuse_key(index, "hash_key", attributes, place)
    _refuse_key(index, "range_key", attributes, place)
    return {"partition": index["hash_key"], "position": index["range_key"], "groups_by": index.get("groups_by")}


def _refuse_key(declared: Document, key: str, attributes: Document, place: str) -> None:
    """Keys are strings: ids, and positions in a list."""
    if attributes.get(declared.get(key, "")) != "S":
        raise Refused(f"{place}: {key} must be one of its table's attributes, of type S.")


def _refuse_unknown(declared: Document, known: set[str], place: str) -> None:
    if not isinstance(declared, dict):
        raise Refused(f"{place}: it is not an object. Give it {', '.join(sorted(known))}.")
    if unknown := ", ".join(sorted(declared.keys() - known)):
        raise Refused(f"{place}: {unknown} is not known here, only {', '.join(sorted(known))}.")
