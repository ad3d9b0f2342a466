"""The items of a table, as the schema that `item` names shows them: what the engine writes must be valid there."""

from collections.abc import Iterator
from typing import Any

from specbound.compiled import names
from specbound.compiler import shapes
from specbound.compiler.document import Document, Refused, resolve
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.own_values import KEYS, TIMES, VERSIONS, admits
from specbound.compiler.schemas import REPLY, Schemas

# By DynamoDB's type of a key.
KEY_TYPES = {"S": (("string",), "string"), "N": (("integer", "number"), "number")}
# How values are compared, by what they are.
ORDERS = {"string": "text", "date-time": "time", "number": "number"}
# A property that the engine writes, and how.
WRITTEN: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "version": ("integer", VERSIONS, "an integer that counts changes from 1 on"),
    "createdAt": ("string", TIMES, "a time in UTC to the microsecond"),
    "updatedAt": ("string", TIMES, "a time in UTC to the microsecond"),
}


def compile_item(document: Document, table: Document, indexes: Document, schemas: Schemas, place: str) -> int | None:
    """The number of the schema that `item` refers to, by which the API shows an item. None without.

    Raises Refused for a schema that refuses what the engine writes, or lacks the table's key.
    """
    if "item" not in table and not indexes:
        return None
    reference = table.get("item")
    with within("item"):
        if not isinstance(reference, str):
            raise Refused(f"{place}/item: name the schema of the table's items: '#/components/schemas/…'.")
        properties = members(document, {"$ref": reference})
        if missing := sorted(set(keys_of(table)) - properties.keys()):
            raise Refused(f"{place}/item: {reference} needs the property {' and '.join(missing)}, its table's key.")
    with gathered() as at:
        for name, each in properties.items():
            with at(*reference.split("/"), "properties", name):
                if name in keys_of(table):
                    is_last = name == keys_of(table)[-1]
                    _check_key(document, each, table["attributes"][name], f"{place}/item/{name}", is_last)
                elif name in WRITTEN:
                    _check_written(document, each, name, f"{place}/item/{name}")
        for name, index in indexes.items():
            with at("global_secondary_indexes", name):
                _check_index(document, index, properties, f"{place}/{name}")
    with within(*reference.split("/")):
        return schemas.number({"$ref": reference}, f"{place}/item", REPLY)


def key_made(document: Document, table: Document) -> str:
    """When the engine makes the key of a new item: a UUID, where the contract lets it and the service gives none."""
    key = members(document, {"$ref": table["item"]}).get(keys_of(table)[-1]) if "item" in table else None
    if key is None or _is_uuid(document, key):
        return "always"
    return "unless given" if admits(document, key, "string", KEYS, "a key") else "never"


def keys_of(table: Document) -> tuple[str, ...]:
    """The attributes that are its key."""
    return (table["hash_key"], table["range_key"]) if "range_key" in table else (table["hash_key"],)


def compile_defaults(document: Document, table: Document, place: str) -> Document:
    """What an item shows of a required property that it was stored without, by another version. Raises Refused."""
    defaults = table.get("defaults", {})
    if not isinstance(defaults, dict):
        raise Refused(f"{place}: defaults has values by the names of properties: {{ colour: grey }}.")
    if not defaults:
        return {}
    if "item" not in table:
        raise Refused(f"{place}: defaults are of the properties of its items: say which schema that is, as `item`.")
    with gathered() as at:
        for name, value in defaults.items():
            with at(name):
                if name in (*keys_of(table), *WRITTEN):
                    raise Refused(f"{place}/defaults/{name}: the engine itself writes it, with every item.")
                _check_default(document, {"$ref": table["item"]}, name, value, f"{place}/defaults/{name}")
    return defaults


def _check_default(document: Document, item: Document, name: str, value: Any, place: str) -> None:
    properties = members(document, item)
    if name not in required(document, item) or name not in properties:
        raise Refused(f"{place}: its items require no {name}: what is optional may be missing.")
    if not Schemas(document).validator(properties[name], place, REPLY).is_valid(value):
        raise Refused(f"{place}: it is not what the property must be.")


def members(document: Document, item: Document) -> Document:
    """The schemas of the properties that all items have that a schema describes: its own, and those of its allOf."""
    found: Document = {}
    for part in parts(document, item):
        found = {**part.get("properties", {}), **found}
    return found


def required(document: Document, item: Document) -> set[str]:
    """The names of those that no item lacks."""
    return {name for part in parts(document, item) for name in part.get("required", ())}


def parts(document: Document, schema: Document | bool, above: tuple[int, ...] = ()) -> Iterator[Document]:
    """A schema, and what holds of all its values beside it."""
    whole = resolve(document, schema, "schemas")
    if id(whole) not in above:
        yield whole
        for each in whole.get("allOf", ()):
            yield from parts(document, each, (*above, id(whole)))


def _check_key(document: Document, schema: Document, kind: str, place: str, is_last: bool) -> None:
    types, name = KEY_TYPES[kind]
    if not any(admits(document, schema, each, (), place) for each in types):
        raise Refused(f"{place}: it is the table's key, of type {kind}, and must be a {name}.")
    if is_last and _is_uuid(document, schema) and not admits(document, schema, "string", KEYS, place):
        raise Refused(f"{place}: it is the table's key, which the engine makes, and must be any UUID.")


def _is_uuid(document: Document, schema: Document) -> bool:
    return bool(resolve(document, schema, "schemas").get("format") == "uuid")


def _check_written(document: Document, schema: Document, name: str, place: str) -> None:
    kind, values, meaning = WRITTEN[name]
    if not admits(document, schema, kind, values, place):
        raise Refused(f"{place}: it must be {meaning}, for the engine writes {values[0]!r}.")


def _check_index(document: Document, index: Document, properties: Document, place: str) -> None:
    for key, name in (("hash_key", index["partition"]), ("range_key", index["position"])):
        if name in properties:
            with within(key):
                raise Refused(f"{place}: {key} is an attribute that only the engine writes, and {name} its items show.")
    with within("groups_by"):
        for name in names(index["groups_by"]):
            if kind_of_property(document, properties, name) is None:
                raise Refused(
                    f"{place}: groups_by must name a property of its items that is a string, a number or a boolean, or "
                    f"several such; {name} is none."
                )
    if "order_by" in index:
        with within("order_by"):
            index["order"] = ORDERS.get(kind_of_property(document, properties, index["order_by"]) or "")
            if index["order"] is None:
                raise Refused(
                    f"{place}: order_by must name a property of its items that is a string, a date, a time or a "
                    f"number; {index['order_by']} is none."
                )


def kind_of_property(document: Document, properties: Document, name: str) -> str | None:
    """What a property is that lists can depend on: string, date-time, number or boolean; None for another."""
    if name not in properties or name.startswith("~") or name == "version":
        return None
    found = shapes.kinds(document, properties[name])
    if found == ["string"]:
        formats = {each.get("format") for each in shapes.parts(document, properties[name])}
        return "date-time" if "date-time" in formats else "string"
    if found and set(found) <= {"integer", "number"}:
        return "number"
    return "boolean" if found == ["boolean"] else None
