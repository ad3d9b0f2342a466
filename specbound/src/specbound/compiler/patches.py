"""Merge patches (RFC 7396): the schema of what a patch may hold, which is not that of the whole.

Null takes a member away, which may be done to each that is not required. Of a schema that is a table's item nothing is
required: a patch has only what it changes. The function checks what is published (`media`).
"""

from collections.abc import Set
from typing import Any

from specbound.compiler.document import Document, is_3_1, resolve
from specbound.messages import MERGE_PATCH

NOBODY: frozenset[str] = frozenset()
PARTS = ("allOf", "anyOf", "oneOf")


def with_patches(document: Document, body: Document) -> Document:
    """The body of a request with the schemas of its merge patches written out; as it is if it takes none."""
    content = resolve(document, body, "requestBodies").get("content", {})
    patches = {name for name in content if name.partition(";")[0].strip().lower() == MERGE_PATCH}
    if not patches:
        return body
    made = {
        name: {**each, "schema": patch_of(document, each["schema"])} if name in patches and "schema" in each else each
        for name, each in content.items()
    }
    return {**resolve(document, body, "requestBodies"), "content": made}


def patch_of(document: Document, schema: Any) -> Any:
    """The schema of a patch of what a schema describes."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    tables = document.get("x-dynamodb")
    declared = tables.values() if isinstance(tables, dict) else ()
    items = [each.get("item") for each in declared if isinstance(each, dict)]
    return _removable(document, schema, reference is not None and reference in items, NOBODY)


def _removable(document: Document, schema: Any, is_whole: bool, within: Set[str]) -> Any:
    """`within` are the references that this is part of: what contains itself is as a whole from there on."""
    if not isinstance(schema, dict) or schema.get("$ref") in within:
        return schema
    if "$ref" in schema:
        found = resolve(document, schema, "schemas")
        made = _removable(document, found, is_whole, within | {schema["$ref"]})
        return schema if made == found else made
    made = dict(schema)
    if "properties" in schema:
        required = schema.get("required", ())
        made["properties"] = {
            name: part if name in required else _or_null(document, part)
            for name, each in schema["properties"].items()
            for part in [_removable(document, each, is_whole, within)]
        }
    for name in PARTS:
        if name in schema:
            made[name] = [_removable(document, each, is_whole, within) for each in schema[name]]
    if is_whole:
        made.pop("required", None)
    return made


def _or_null(document: Document, schema: Any) -> Any:
    """Null as well, as the version of OpenAPI says it."""
    if is_3_1(document):
        return {"anyOf": [schema, {"type": "null"}]}
    found = resolve(document, schema, "schemas")
    if "type" not in found:
        return {**found, "nullable": True}
    return {**found, "nullable": True} | ({"enum": [*found["enum"], None]} if "enum" in found else {})
