"""Lifetimes: items that stay after they are removed (`soft_delete`), and items that end by themselves (`expires`)."""

from typing import Any

from specbound.compiled import EXPIRES
from specbound.compiler import shapes
from specbound.compiler.document import Document, Refused, resolve
from specbound.compiler.items import WRITTEN, keys_of, members, required
from specbound.compiler.own_values import TIMES, admits


def compile_soft_delete(document: Document, table: Document, place: str) -> str | None:
    """The attribute that says since when an item is removed; None if it then goes for good. Raises Refused."""
    if "soft_delete" not in table:
        return None
    name = table["soft_delete"]
    if not isinstance(name, str) or not name or name.startswith("~"):
        raise Refused(f"{place}: soft_delete names the attribute that says since when an item is removed: deletedAt.")
    _refuse_taken(table, name, f"{place}: soft_delete")
    properties = members(document, {"$ref": table["item"]})
    if name in required(document, {"$ref": table["item"]}):
        raise Refused(
            f"{place}: soft_delete names {name}, which its items require; those that are not removed lack it."
        )
    if name in properties and not admits(document, properties[name], "string", TIMES, place):
        raise Refused(f"{place}: soft_delete names {name}, which must be a time in UTC, for the engine writes it.")
    actions = table.get("actions")
    if isinstance(actions, list) and not {"GetItem", "UpdateItem"} <= {str(each) for each in actions}:
        raise Refused(f"{place}: to remove softly is to update: its actions need GetItem and UpdateItem.")
    return name


def compile_expires(document: Document, table: Document, place: str) -> str | None:
    """The property that says when an item ends; None if none does by itself. Raises Refused."""
    if "expires" not in table:
        return None
    name = table["expires"]
    if not isinstance(name, str):
        raise Refused(f"{place}: expires names the property of its items that says when they end: expiresAt.")
    _refuse_taken(table, name, f"{place}: expires")
    property_ = members(document, {"$ref": table["item"]}).get(name, {})
    formats = {each.get("format") for each in shapes.parts(document, property_)}
    if shapes.kinds(document, property_) != ["string"] or "date-time" not in formats:
        raise Refused(f"{place}: expires must name a property of its items that is a time (format: date-time).")
    if "ttl_attribute" in table:
        raise Refused(f"{place}: expires has a ttl_attribute of its own, {EXPIRES}: take yours away.")
    return name


def ttl_attribute(table: Document) -> str | None:
    """By which attribute DynamoDB removes a table's items."""
    found: str | None = EXPIRES if "expires" in table else table.get("ttl_attribute")
    return found


def read_only(document: Document, table: Document) -> list[str]:
    """The properties of a table's items that no caller gives: whoever replaces an item leaves them as they are."""
    named = members(document, {"$ref": table["item"]}) if "item" in table else {}
    return sorted(name for name, each in named.items() if _is_read_only(document, each))


def _is_read_only(document: Document, schema: Document) -> bool:
    return bool(isinstance(schema, dict) and (schema.get("readOnly") or _resolved(document, schema).get("readOnly")))


def _resolved(document: Document, schema: Document) -> Document:
    whole = resolve(document, schema, "schemas")
    return whole if isinstance(whole, dict) else {}


def _refuse_taken(table: Document, name: str, place: str) -> None:
    if "item" not in table:
        raise Refused(f"{place} is of items that the API shows: say which schema they have, as `item`.")
    others: list[Any] = [*keys_of(table), *WRITTEN]
    indexes = table.get("global_secondary_indexes", {})
    for each in indexes.values() if isinstance(indexes, dict) else ():
        others += [each.get("hash_key"), each.get("range_key")] if isinstance(each, dict) else []
    if name in others:
        raise Refused(f"{place} names {name}, which the engine writes of every item.")
