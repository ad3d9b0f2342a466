"""Parents (`belongs_to`): items that others have to belong to, what these have to be like, and what their end means."""

from typing import Any

from specbound.compiled import CompiledParent
from specbound.compiler import shapes
from specbound.compiler.document import Document, Refused
from specbound.compiler.indexes import allows, is_retired, refuse_unknown
from specbound.compiler.items import KEY_TYPES, members
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.schemas import REPLY, Schemas

MEMBERS = {"key", "while", "on", "on_delete"}
ON = ("create", "change")
ON_DELETE = ("restrict", "cascade", "keep")
# One transaction writes an item, its claims and to all its parents.
MOST = 10


def compile_parents(document: Document, tables: Document, table: Document, place: str) -> dict[str, CompiledParent]:
    """By the parents' tables: the properties that name one, and the conditions. Raises Refused."""
    declared = table.get("belongs_to", {})
    if not isinstance(declared, dict) or len(declared) > MOST:
        raise Refused(f"{place}: belongs_to has up to {MOST} tables of parents: {{ shops: {{ key: shopId }} }}.")
    if declared and "item" not in table:
        raise Refused(f"{place}: belongs_to is of items that the API shows: say which schema they have, as `item`.")
    compiled: dict[str, CompiledParent] = {}
    with gathered() as at:
        for name, each in declared.items():
            with at(name):
                compiled[name] = _parent(document, tables, table, (name, each), f"{place}/belongs_to/{name}")
    return compiled


def note_children(compiled: Document) -> None:
    """Let the tables of parents know whose items they count, and whose go with their own."""
    for name, table in compiled.items():
        for parent, each in table.get("belongs_to", {}).items():
            kept = {"restrict": "counts", "cascade": "cascades"}.get(each["on_delete"])
            if kept and parent in compiled:
                compiled[parent].setdefault(kept, []).append(name)


def _parent(
    document: Document, tables: Document, table: Document, declared: tuple[str, Any], place: str
) -> CompiledParent:
    name, said = declared
    refuse_unknown(said, MEMBERS, place)
    parent = tables.get(name)
    if not isinstance(parent, dict) or is_retired(parent) or not isinstance(parent.get("item"), str):
        raise Refused(f"{place}: {name} must be a table of x-dynamodb whose items have a schema (`item`).")
    key = said.get("key")
    key = [key] if isinstance(key, str) else key
    _check_key(document, table, parent, key, place)
    on, on_delete = said.get("on", ["create"]), said.get("on_delete", "keep")
    if not isinstance(on, list) or not on or not all(each in ON and on.count(each) == 1 for each in on):
        with within("on"):
            raise Refused(f"{place}: on lists when the parent is looked at: {' and '.join(ON)}; create without.")
    if on_delete not in ON_DELETE:
        with within("on_delete"):
            raise Refused(f"{place}: on_delete says what the parent's end means: {', '.join(ON_DELETE)}.")
    allowed = said.get("while", {})
    _check_while(document, parent, allowed, place)
    if on_delete == "cascade" and ("range_key" not in table or list(key or ()) != [table["hash_key"]]):
        with within("key"):
            raise Refused(f"{place}: to end with its parent an item must be found by it: make its key the hash_key.")
    _check_end(tables, table, (name, parent), on_delete, place)
    return {"key": list(key or ()), "while": allowed, "on": on, "on_delete": on_delete}


def _check_key(document: Document, table: Document, parent: Document, key: Any, place: str) -> None:
    own, attributes = members(document, {"$ref": table["item"]}), parent.get("attributes")
    theirs = [parent[name] for name in ("hash_key", "range_key") if name in parent]
    if "hash_key" not in parent or not all(isinstance(each, str) for each in theirs):
        raise Refused(f"{place}: a parent is known by the key of its table: say its hash_key there.")
    with within("key"):
        if not isinstance(key, list) or len(key) != len(theirs) or not all(isinstance(each, str) for each in key):
            raise Refused(f"{place}: key names the property that has the parent's {' and '.join(theirs)}.")
        for name, each in zip(key, theirs, strict=True):
            kind = attributes.get(each) if isinstance(attributes, dict) else None
            found, (types, _) = shapes.kinds(document, own.get(name, {})), KEY_TYPES.get(str(kind), ((), ""))
            if not found or not set(found) <= set(types):
                raise Refused(f"{place}: {name} must be a property of its items, of the type of the parent's {each}.")


def _check_while(document: Document, parent: Document, allowed: Any, place: str) -> None:
    properties = members(document, {"$ref": parent["item"]})
    with within("while"):
        if not isinstance(allowed, dict) or not all(isinstance(each, list) and each for each in allowed.values()):
            raise Refused(f"{place}: while has lists of values by the parent's properties: {{ state: [open] }}.")
        for name, values in allowed.items():
            if name not in properties:
                raise Refused(f"{place}: {name} must be a property of the parent.")
            validator = Schemas(document).validator(properties[name], place, REPLY)
            if not all(map(validator.is_valid, values)):
                raise Refused(f"{place}: {name} is never what the parent must be while something belongs to it.")


def _check_end(tables: Document, table: Document, parent: tuple[str, Document], on_delete: str, place: str) -> None:
    """Raise Refused for rights that are not there, and for ends that can't be had together."""
    name, declared = parent
    needed = {"keep": "ConditionCheckItem", "restrict": "UpdateItem", "cascade": "ConditionCheckItem"}[on_delete]
    if not allows(declared, needed):
        raise Refused(f"{place}: it needs the action {needed} of the table {name}.")
    if table.get("range_key") and allows(table, "Query") and not allows(declared, "GetItem"):
        raise Refused(f"{place}: a list of what is below one of {name} asks for that itself: allow GetItem there.")
    if on_delete == "restrict" and ("expires" in declared or "expires" in table):
        raise Refused(f"{place}: what ends by itself can't be counted: say on_delete: keep.")
    if on_delete != "cascade":
        return
    if not (allows(table, "Query", "DeleteItem") and allows(declared, "UpdateItem")):
        raise Refused(f"{place}: a cascade needs Query and DeleteItem of its table, and UpdateItem of {name}.")
    if "soft_delete" in declared or "soft_delete" in table:
        raise Refused(f"{place}: what is removed softly takes nothing with it: say on_delete: keep.")
    for each in tables.values():
        theirs = each.get("belongs_to") if isinstance(each, dict) else None
        if isinstance(theirs, dict) and any(tables.get(other) is table for other in theirs):
            raise Refused(f"{place}: others belong to its items in turn: only what has nothing below it may cascade.")
