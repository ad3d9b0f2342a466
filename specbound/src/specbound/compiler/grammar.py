"""OpenAPI's objects: which of them stands where, in 3.0 and 3.1, so that a schema is told from a value."""

from collections.abc import Container, Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
VALUE, OTHER = "value", "other"
EXTENSION = "x-"
# Since when something is deprecated, and from when on it may be gone.
SINCE, SUNSET = "x-deprecated-at", "x-sunset"
ANY = "*"
# What stands in `components`, by the name of what holds it.
COMPONENTS = {
    "schemas": "schema", "responses": "response", "parameters": "parameter", "examples": "example",
    "requestBodies": "requestBody", "headers": "header", "securitySchemes": "securityScheme", "links": "link",
    "callbacks": "callback", "pathItems": "pathItem",
}  # fmt: skip
PLURALS = {kind: name for name, kind in COMPONENTS.items()}
# In place of these a Reference Object may stand, which leads to a component.
REFERABLE = PLURALS.keys() - {"pathItem"}
_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "contentSchema",
)  # fmt: skip
_NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_DESCRIBED = {"schema": "schema", "content": "map:mediaType", "examples": "map:example"}
OBJECTS: dict[str, dict[str, str]] = {
    "document": {
        "info": OTHER, "servers": OTHER, "tags": OTHER, "security": OTHER, "externalDocs": OTHER, "openapi": OTHER,
        "paths": "paths", "webhooks": "map:pathItem", "components": "components", "x-dynamodb": "map:table",
    },
    "components": {name: f"map:{kind}" for name, kind in COMPONENTS.items()},
    "paths": {ANY: "pathItem"},
    "pathItem": {"servers": OTHER, "parameters": "list:parameter", **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "servers": OTHER, "externalDocs": OTHER, "tags": OTHER, "security": OTHER, "parameters": "list:parameter",
        "requestBody": "requestBody", "responses": "responses", "callbacks": "map:callback",
    },
    "responses": {ANY: "response"},
    "callback": {ANY: "pathItem"},
    "response": {"headers": "map:header", "content": "map:mediaType", "links": "map:link"},
    "requestBody": {"content": "map:mediaType"},
    "parameter": _DESCRIBED,
    "header": _DESCRIBED,
    "mediaType": {"schema": "schema", "examples": "map:example", "encoding": "map:encoding"},
    "encoding": {"headers": "map:header"},
    "link": {"server": OTHER},
    "securityScheme": {"flows": OTHER},
    "schema": {
        "externalDocs": OTHER, "xml": OTHER, "discriminator": "discriminator",
        **dict.fromkeys(_SCHEMAS, "list:schema"), **dict.fromkeys(_SCHEMA, "schema"),
        **dict.fromkeys(_NAMED_SCHEMAS, "map:schema"),
    },
}  # fmt: skip


def below(kind: str, step: str) -> str:
    """What a member of an object is, or an item of an array; `value` for anything that OpenAPI says nothing of."""
    if ":" in kind:
        return kind.partition(":")[2]
    members = OBJECTS.get(kind, {})
    if step in members:
        return members[step]
    if kind == OTHER and not step.startswith(EXTENSION):
        return OTHER
    return VALUE if step.startswith(EXTENSION) else members.get(ANY, VALUE)


def kind_at(steps: tuple[str, ...]) -> str:
    """What stands at a place of a document."""
    kind = "document"
    for step in steps:
        kind = below(kind, step)
    return kind


def walk(
    document: Any, skipped: Container[tuple[str, str]] = frozenset()
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Everything in a document, each with its place and what it is, but what is in a value. Parents come first.

    `skipped` are members of objects, by what has them, that are left out with all that is in them.
    """
    pending: list[tuple[tuple[str, ...], str, Any]] = [((), "document", document)]
    while pending:
        place, kind, value = pending.pop()
        yield place, kind, value
        if kind != VALUE:
            within = [
                ((*place, step), below(kind, step), each)
                for step, each in members(value)
                if (kind, step) not in skipped
            ]
            pending += reversed(within)


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """The members of an object by their names, the items of an array by their numbers."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(index), each) for index, each in enumerate(value))
