"""Unique constraints: which properties of a table's items no two may share, and the table that claims their values."""

import re
from typing import Any

from specbound.compiled import CLAIMS, CompiledUnique
from specbound.compiler.document import Document, Refused
from specbound.compiler.indexes import allows, is_retired, refuse_unknown
from specbound.compiler.items import WRITTEN, keys_of, members
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.shapes import PLAIN, kinds

UNIQUE = {"properties", "ignore", "claims"}
# What a table of claims has to allow; several are looked up at once where it allows that as well.
NEEDED = ("DeleteItem", "GetItem", "PutItem")
SEVERAL = "BatchGetItem"
CLAIMS_TABLE: Document = {
    "hash_key": "id",
    "attributes": {"id": "S"},
    "actions": [SEVERAL, *NEEDED],
}
NAME = re.compile("[a-z][a-z0-9_]*")
# What makes no difference: of `Ada@Example.com ` and `ada@example.com`, say.
IGNORED = ("case", "spaces")
# As many as one item may have claims beside it in one transaction, and more than any item has had.
MOST = 20


def uses_claims(tables: Document) -> bool:
    """Whether some table has its values claimed in the one that is there by itself."""
    return any(
        isinstance(each, dict) and not is_retired(each) and CLAIMS in _claimed_in(each) for each in tables.values()
    )


def compile_unique(document: Document, tables: Document, table: Document, place: str) -> dict[str, CompiledUnique]:
    """By name: the properties that are unique together, what is ignored of them, and where they are claimed.

    Raises Refused.
    """
    declared = table.get("unique", {})
    if not isinstance(declared, dict) or len(declared) > MOST:
        raise Refused(
            f"{place}: unique has up to {MOST} constraints, by names: {{ email: {{ properties: [email] }} }}."
        )
    if declared and "item" not in table:
        raise Refused(f"{place}: unique is of the properties of its items: say which schema that is, as `item`.")
    compiled: dict[str, CompiledUnique] = {}
    properties = members(document, {"$ref": table["item"]}) if declared else {}
    with gathered() as at:
        for name, each in declared.items():
            with at(name):
                compiled[name] = _constraint(name, each, f"{place}/unique/{name}")
                _check_properties(document, properties, compiled[name], table, f"{place}/unique/{name}")
                _check_claims(tables, table, compiled[name], f"{place}/unique/{name}")
    return compiled


def note_claims(tables: Document, compiled: Document) -> None:
    """Let the tables of claims know whether several of them may be looked up in one call."""
    for table in compiled.values():
        for each in table.get("unique", {}).values():
            claims = each["claims"]
            if claims in compiled and allows(tables[claims], SEVERAL):
                compiled[claims]["looked_up"] = True


def _claimed_in(table: Document) -> set[Any]:
    declared = table.get("unique", {})
    named = declared.values() if isinstance(declared, dict) else ()
    return {CLAIMS if isinstance(each, dict) and "claims" not in each else None for each in named}


def _constraint(name: str, declared: Any, place: str) -> CompiledUnique:
    refuse_unknown(declared, UNIQUE, place)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Refused(f"{place}: its name becomes that of a problem, …-taken, so write it in snake_case.")
    properties = declared.get("properties")
    are_names = isinstance(properties, list) and all(isinstance(each, str) for each in properties)
    if not are_names or not properties or len(set(properties)) < len(properties):
        with within("properties"):
            raise Refused(f"{place}: properties lists those of its items that are unique together, each once.")
    ignored = declared.get("ignore", [])
    ignored = [ignored] if isinstance(ignored, str) else ignored
    if not isinstance(ignored, list) or not all(each in IGNORED and ignored.count(each) == 1 for each in ignored):
        with within("ignore"):
            raise Refused(f"{place}: ignore is what makes no difference in texts: {', '.join(IGNORED)}, or both.")
    claims = declared.get("claims", CLAIMS)
    if not isinstance(claims, str):
        with within("claims"):
            raise Refused(f"{place}: claims names a table of x-dynamodb; without it there is one.")
    return {"properties": properties, "ignore": ignored, "claims": claims}


def _check_properties(
    document: Document, properties: Document, constraint: CompiledUnique, table: Document, place: str
) -> None:
    with within("properties"):
        for name in constraint["properties"]:
            found = kinds(document, properties.get(name, {}))
            if not found or not set(found) <= set(PLAIN):
                raise Refused(f"{place}: {name} must be a property of its items that is a string, number or boolean.")
            if name in WRITTEN:
                raise Refused(f"{place}: {name} is written by the engine, and says nothing that could be taken.")
        if constraint["properties"] == [*keys_of(table)]:
            raise Refused(f"{place}: {' and '.join(keys_of(table))} is the table's key, which no two items share.")


def _check_claims(tables: Document, table: Document, constraint: CompiledUnique, place: str) -> None:
    """Raise Refused for a table of claims that could not keep them."""
    name = constraint["claims"]
    claims = tables.get(name, {})
    with within("claims"):
        if not isinstance(claims, dict) or not claims or claims is table or is_retired(claims) or "item" in claims:
            raise Refused(f"{place}: {name} must be a table of x-dynamodb that holds nothing else, without an `item`.")
        hash_key, attributes = claims.get("hash_key"), claims.get("attributes")
        if not isinstance(attributes, dict) or attributes.get(str(hash_key)) != "S" or "range_key" in claims:
            raise Refused(f"{place}: the table {name} needs a hash_key of type S, and no range_key.")
        if name == CLAIMS and hash_key != CLAIMS_TABLE["hash_key"]:
            raise Refused(
                f"{place}: values are claimed in a table that x-dynamodb calls {CLAIMS}, with the hash_key "
                f"{CLAIMS_TABLE['hash_key']}. Say so of yours, or name another one here, as claims."
            )
        if name != CLAIMS and hash_key in keys_of(table):
            raise Refused(
                f"{place}: the key of {name} must be called otherwise than that of the items, which it names."
            )
        if not allows(claims, *NEEDED):
            raise Refused(f"{place}: the table {name} needs the actions {', '.join(NEEDED)}.")
