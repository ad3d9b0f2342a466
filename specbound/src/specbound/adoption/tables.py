"""Tables for the resources of a document, by its paths: `/things` and `/things/{thingId}`, or both below a parent."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specbound.compiler.document import Declaration, Document, Refused, declarations
from specbound.compiler.items import members
from specbound.compiler.lists import LIMIT, TOKEN
from specbound.compiler.names import function_name
from specbound.compiler.shapes import kinds
from specbound.compiler.standard import ACTIONS, WHOLE, Standard, collection, is_member, standard
from specbound.compiler.statuses import declared_replies, successes
from specbound.compiler.translation import compile_contract

OF_A_COMPONENT = "#/components/schemas/"
ALL = sorted({action for actions in ACTIONS.values() for action in actions})
# By which a resource is often known, whatever its path calls it.
USUAL = ("id", "uuid", "slug", "key", "code", "name")


@dataclass
class Mapped:
    """Tables that compile, and what becomes of each operation with them; `left` says why of what no table was made."""

    tables: dict[str, Document] = field(default_factory=dict)
    operations: dict[str, Standard] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def mapped(document: Document, named: Collection[str]) -> Mapped:
    """Tables for what a document, which compiles, is about, of schemas that are among those `named`.

    A table that no operation is served by is left out. One that has tables gets no others.
    """
    found = Mapped()
    operations = list(declarations(document))
    for name, path, table in () if "x-dynamodb" in document else _proposed(document, operations):
        if table["item"].removeprefix(OF_A_COMPONENT) not in named:
            found.left.append(f"{path}: its items are described in another file")
            continue
        try:
            compile_contract(document | {"x-dynamodb": {name: table}})
            found.tables[name] = table
        except Refused as refused:
            found.left.append(f"{path}: {refused.mistakes[0].message}")
    try:
        served = _served(document, operations, found.tables)
    except Refused as refused:
        return Mapped(left=[str(refused)])
    for name in [*found.tables]:
        uses = [each.compiled for each in served.values() if each.compiled and each.compiled["table"] == name]
        actions = {action for each in uses for action in ACTIONS[each["does"]]}
        if any(each["does"] == "list" for each in uses) and "Query" in found.tables[name]["actions"]:
            actions.add("Query")
        found.tables[name]["actions"] = sorted(actions)
        if not actions:
            found.left.append(f"{name}: no operation on it is plain")
            del found.tables[name]
    found.operations = _served(document, operations, found.tables)
    return found


def _served(
    document: Document, operations: Sequence[Declaration], tables: Mapping[str, Document]
) -> dict[str, Standard]:
    whole = document | ({"x-dynamodb": tables} if tables else {})
    return standard(whole, operations, compile_contract(whole)["tables"])


def _proposed(document: Document, operations: Sequence[Declaration]) -> Iterator[tuple[str, str, Document]]:
    """A name, the path and a table, for each path of one item whose schema has a name."""
    seen: set[str] = set()
    for each in operations:
        reference = _item(document, each) if is_member(each.path) and each.method in ("GET", "PUT", "PATCH") else None
        if reference is None or collection(each.path) in seen:
            continue
        table = _table(document, reference, each.path)
        if table:
            seen.add(collection(each.path))
            name = _name(collection(each.path))
            lists = [other for other in operations if other.path == collection(each.path) and other.method == "GET"]
            yield name, each.path, table | _lists(document, table, lists)


def _item(document: Document, operation: Declaration) -> str | None:
    """The reference to what an operation answers in JSON, if that has a name."""
    replies = declared_replies(document, operation)
    for status in successes(replies):
        for name, media in replies[status].get("content", {}).items():
            reference = media.get("schema", {}).get("$ref", "")
            if "json" in name and reference.startswith(OF_A_COMPONENT):
                return str(reference)
    return None


def _table(document: Document, reference: str, path: str) -> Document | None:
    named = members(document, {"$ref": reference})
    types = {name: kind for name, each in named.items() if (kind := _type(document, each))}
    *parents, own = WHOLE.findall(path)
    literal = collection(path).rpartition("/")[2]
    key = key_of(types, own, literal)
    above = [_same(types, each) for each in parents]
    if key is None or len(above) > 1 or None in above or key in above:
        return None
    keys = {"hash_key": above[0], "range_key": key} if above else {"hash_key": key}
    attributes = {str(each): types[str(each)] for each in keys.values()}
    return {"item": reference, **keys, "attributes": attributes, "actions": [*ALL, *(["Query"] if above else [])]}


def _type(document: Document, schema: Any) -> str | None:
    found = kinds(document, schema)
    return "S" if found == ["string"] else "N" if found and {*found} <= {"integer", "number"} else None


def key_of(types: Mapping[str, str], parameter: str, literal: str) -> str | None:
    """The property that is the key: called as the parameter, or as keys usually are."""
    singular = literal.removesuffix("s")
    usual = (_same(types, name) for each in USUAL for name in (each, f"{singular}{each}"))
    return _same(types, parameter) or next(filter(None, usual), None)


def _same(types: Mapping[str, str], name: str) -> str | None:
    letters = _letters(name)
    return next((each for each in types if _letters(each) == letters), None)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _lists(document: Document, table: Document, lists: Sequence[Declaration]) -> Document:
    """An index of all items, where they are listed in pages, and one for a filter."""
    named = members(document, {"$ref": table["item"]})
    queries = [str(each["name"]) for other in lists for each in other.parameters if each["in"] == "query"]
    if "range_key" in table or not {LIMIT, TOKEN} <= {*queries}:
        return {}
    position, own = _free(named, "position"), _free(named, "listPartition")
    indexes = {"newest": {"hash_key": own, "range_key": position, "projection": "ALL"}}
    for name in queries:
        if name in named and _type(document, named[name]) == "S":
            partition = _free(named, f"{name}Partition")
            indexes[f"by_{_name(name)}"] = {
                "hash_key": partition, "range_key": position, "projection": "ALL", "groups_by": name,
            }  # fmt: skip
    attributes = {position: "S"} | {each["hash_key"]: "S" for each in indexes.values()}
    return {
        "attributes": table["attributes"] | attributes,
        "global_secondary_indexes": indexes,
    }


def _free(named: Mapping[str, Any], name: str) -> str:
    return name if name not in named else _free(named, f"engine_{name}")


def _name(path: str) -> str:
    """A table's, of the last step of a path that is no parameter."""
    literals = [each for each in path.split("/") if each and "{" not in each]
    return (
        function_name("", "table", literals[-1] if literals else "items").removeprefix("table_").strip("_") or "items"
    )
