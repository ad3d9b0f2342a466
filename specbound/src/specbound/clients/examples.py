"""Examples: what the contract shows of an operation's parameters and of its body."""

from collections.abc import Iterator
from typing import Any

from specbound.compiler.document import Declaration, Document, resolve

# What a reader of the contract has to find out.
UNKNOWN = object()
JSON = "application/json"


def needed(document: Document, declaration: Declaration) -> Iterator[tuple[Document, Any]]:
    """Each parameter that can't be left out, with an example."""
    for each in declaration.parameters:
        if each.get("required"):
            yield each, _example(document, each)


def body_of(document: Document, declaration: Declaration) -> Any:
    """The example of a JSON body; None where there is no body."""
    body = resolve(document, declaration.definition.get("requestBody", {}))
    if not body:
        return None
    return _example(document, body.get("content", {}).get(JSON, {}))


def _example(document: Document, holder: Document) -> Any:
    """Of a parameter or a media type: its own, the first of several, or its schema's."""
    if "example" in holder:
        return holder["example"]
    for each in holder.get("examples", {}).values():
        return resolve(document, each, "examples").get("value", UNKNOWN)
    return _of_schema(document, holder.get("schema", {}))


def _of_schema(document: Document, schema: Any) -> Any:
    schema = resolve(document, schema, "schemas")
    if "example" in schema or "items" not in schema:
        return schema.get("example", UNKNOWN)
    one = _of_schema(document, schema["items"])
    return one if one is UNKNOWN else [one]
