"""Dialect: the schemas of OpenAPI 3.0, said as those of 3.1 say it, which is JSON Schema 2020-12."""

from collections.abc import Iterator
from typing import Any

from specbound.compiler.document import Document, is_3_1
from specbound.compiler.mistakes import Mistake, Place, Refused

# What of a schema object the run time enforces.
ASSERTIONS = {
    "type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains",
    "minProperties", "maxProperties", "required", "dependentRequired",
}  # fmt: skip
# Keywords that hold schemas: one, a list of them, or one for each name.
ONE = (
    "not", "items", "additionalProperties", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties",
)  # fmt: skip
MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas")
# Of those, the ones that are about the value itself, and not about what is within it.
IN_PLACE = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
# What OpenAPI 3.0 has of all this.
PLAIN = {
    "type", "enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "required", "allOf", "anyOf", "oneOf", "not", "items", "properties", "additionalProperties",
}  # fmt: skip
# What is there for people and for generators.
DESCRIPTIVE = {
    "title", "description", "example", "examples", "deprecated", "externalDocs", "xml", "$comment", "$schema",
    "contentEncoding", "contentMediaType", "contentSchema",
}  # fmt: skip
# What is read besides: where a reference leads, and which side of a schema is whose.
READ = {
    "$ref", "$dynamicRef", "$id", "$anchor", "$dynamicAnchor", "$defs", "discriminator", "readOnly", "writeOnly",
    "default",
}  # fmt: skip
Kinds = tuple[type, ...]
SHAPES: dict[str, tuple[Kinds, str]] = {
    **dict.fromkeys(ONE, ((dict, bool), "a schema")),
    **dict.fromkeys(MANY, ((list,), "a list of schemas")),
    **dict.fromkeys(NAMED, ((dict,), "schemas by their names")),
    **dict.fromkeys(("required", "enum"), ((list,), "a list")),
    **dict.fromkeys(("$ref", "$dynamicRef", "$id", "$anchor", "$schema", "pattern", "format"), ((str,), "a string")),
    **dict.fromkeys(("discriminator", "dependentRequired"), ((dict,), "an object")),
    "type": ((str, list), "a type, or a list of types"),
}
NULL: Document = {"type": "null"}
NOTHING_IS_VALID: Document = {"not": {}}


def modern(document: Document, schema: Any) -> Document:
    """A schema of a document in JSON Schema 2020-12; those within it are still as they are written.

    Raises Refused for one that can't be read: the schema of OpenAPI 3.1 itself does not look into schemas.
    """
    if not isinstance(schema, dict):
        return {} if schema is True else NOTHING_IS_VALID
    _refuse_shapes(schema)
    said = _with_exclusive_bounds(schema)
    if is_3_1(document):
        return said
    if "$ref" in said:
        # OpenAPI 3.0 ignores what stands beside it.
        return {"$ref": said["$ref"]}
    known = {name: value for name, value in said.items() if name in PLAIN | DESCRIPTIVE | READ}
    return _with_null(known) if schema.get("nullable") is True else known


def _refuse_shapes(schema: Document) -> None:
    for name in schema.keys() & SHAPES.keys():
        kinds, words = SHAPES[name]
        value = schema[name]
        inner = value if name in MANY else value.values() if name in NAMED and isinstance(value, dict) else ()
        if not isinstance(value, kinds) or not all(isinstance(each, dict | bool) for each in inner):
            raise Refused(Mistake(f"a schema's {name} must be {words}.", (name,)))
    discriminator = schema.get("discriminator")
    if discriminator is not None:
        mapping = discriminator.get("mapping") or {}
        if not isinstance(discriminator.get("propertyName"), str) or not isinstance(mapping, dict):
            message = "a schema's discriminator must have a propertyName, and as its mapping an object."
            raise Refused(Mistake(message, ("discriminator",)))


def _with_exclusive_bounds(schema: Document) -> Document:
    """OpenAPI 3.0 says by a boolean whether a bound is itself shut out; without the bound that says nothing."""
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        is_exclusive = schema.get(exclusive)
        if isinstance(is_exclusive, bool):
            schema = {name: value for name, value in schema.items() if name != exclusive}
            if is_exclusive and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


def _with_null(schema: Document) -> Document:
    """`nullable` adds null to the type beside it (OpenAPI 3.0.3), and to alternatives and parts without a type.

    The latter is what everybody means who writes it so: beside a type an enum still says itself whether it has null.
    """
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    if schema.keys() & {"allOf", "anyOf", "oneOf"}:
        about = {name: schema[name] for name in schema.keys() & (DESCRIPTIVE | {"default", "readOnly", "writeOnly"})}
        return {"anyOf": [NULL, {name: value for name, value in schema.items() if name not in about}], **about}
    return schema


def copied(schema: Document) -> Document:
    """A schema whose keywords that hold schemas can be given others."""
    return schema | {name: type(schema[name])(schema[name]) for name in (*MANY, *NAMED) if name in schema}


def parts(schema: Document) -> Iterator[tuple[Any, Any, Place]]:
    """The schemas within a schema: what holds each and under which key, and the steps to it."""
    for name in ONE:
        if name in schema:
            yield schema, name, (name,)
    for name in MANY:
        for index in range(len(schema.get(name, ()))):
            yield schema[name], index, (name, str(index))
    for name in NAMED:
        for key in schema.get(name, ()):
            yield schema[name], key, (name, key)
