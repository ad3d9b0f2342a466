"""Schemas and the referee: openapi-schema-validator, which openapi-core asks, has the same opinion of any value."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from specbound.compiler.schemas import REPLY, REQUEST, Schemas

NAMES = st.sampled_from(["a", "b", "c"])
SMALL = st.integers(0, 3)
KINDS = ["boolean", "integer", "number", "string", "array", "object"]
TEXTS = st.sampled_from(["", "x", "xy", "a", "b", "Cat", "2026-01-31"])
PLAIN = st.booleans() | st.integers(-1, 4) | st.sampled_from([0.5, 1.5]) | TEXTS | st.none()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)
REFERENCES = st.sampled_from(["Node", "Text", "Account", "Pet"]).map(
    lambda name: {"$ref": f"#/components/schemas/{name}"}
)
COMMON: dict[str, Any] = {
    "Text": {"type": "string", "maxLength": 2},
    "Node": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Node"}, "b": {"type": "integer"}}},
    "Cat": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}},
    "a": {"type": "object", "required": ["c"], "properties": {"a": {"type": "string"}}},
    "Pet": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/a"}],
        "discriminator": {"propertyName": "a"},
    },
    "Account": {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "readOnly": True}, "b": {"type": "string", "writeOnly": True}},
    },
}


def members(inner: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    groups = st.lists(inner, min_size=1, max_size=3)
    return {
        "enum": st.lists(PLAIN, min_size=1, max_size=3, unique_by=repr), "multipleOf": st.sampled_from([1, 2, 0.5]),
        "maximum": SMALL, "minimum": SMALL, "maxLength": SMALL, "minLength": SMALL, "maxItems": SMALL,
        "minItems": SMALL, "maxProperties": SMALL, "minProperties": SMALL, "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["^x", "y$", "^[a-z]+$", "(?!x)"]),
        "format": st.sampled_from(["int32", "own", "byte"]),
        "items": inner, "additionalProperties": inner | st.booleans(), "not": inner,
        "properties": st.dictionaries(NAMES, inner, max_size=3),
        "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
        "allOf": groups, "anyOf": groups, "oneOf": groups,
    }  # fmt: skip


def old(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Of OpenAPI 3.0."""
    own = {"type": st.sampled_from(KINDS), "nullable": st.booleans(), "exclusiveMaximum": st.booleans()}
    typed = st.fixed_dictionaries({"type": own["type"]}, optional=members(inner) | {"nullable": own["nullable"]})
    return typed | st.fixed_dictionaries({}, optional=members(inner))


def new(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Of OpenAPI 3.1."""
    kinds = st.sampled_from([*KINDS, "null"])
    own = {
        "type": kinds | st.lists(kinds, min_size=1, max_size=3, unique=True), "exclusiveMaximum": SMALL, "const": PLAIN,
        "contains": inner, "minContains": SMALL, "maxContains": SMALL, "propertyNames": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2), "if": inner, "then": inner, "else": inner,
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^[bc]$"]), inner, min_size=1, max_size=2),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1),
        "dependentSchemas": st.dictionaries(NAMES, inner, max_size=1),
        "unevaluatedProperties": st.booleans(), "unevaluatedItems": st.booleans(),
    }  # fmt: skip
    return st.fixed_dictionaries({}, optional=members(inner) | own) | REFERENCES.flatmap(
        lambda reference: st.fixed_dictionaries({}, optional=own).map(lambda beside: reference | beside)
    )


OLD = st.recursive(REFERENCES | st.just({}), old, max_leaves=5)
NEW = st.recursive(REFERENCES | st.just({}) | st.booleans(), new, max_leaves=5)


def opinion(document: dict[str, Any], judge: Any, specification: Any, value: Any) -> bool | None:
    resource = Resource(contents=document, specification=specification)
    registry: Any = Registry().with_resource("urn:contract", resource)
    found = judge(
        {"$ref": "urn:contract#/components/schemas/Case"}, registry=registry, format_checker=judge.FORMAT_CHECKER
    )
    try:
        return bool(found.is_valid(value))
    except TypeError:
        # It looks a discriminator's value up, whatever that is.
        return None


def document(version: str, schema: Any) -> dict[str, Any]:
    return {"openapi": version, "components": {"schemas": COMMON | {"Case": schema}}}


@pytest.mark.parametrize(("side", "judge"), [(REQUEST, OAS30WriteValidator), (REPLY, OAS30ReadValidator)])
@given(schema=OLD, values=st.lists(VALUES, min_size=5, max_size=15))
@settings(derandomize=True, deadline=None, max_examples=400)
def test_a_schema_of_openapi_3_0_means_the_same_to_the_referee(side: str, judge: Any, schema: Any, values: Any) -> None:
    assume(not differs_by_intent(schema))
    contract = document("3.0.3", schema)
    found = Schemas(contract).validator({"$ref": "#/components/schemas/Case"}, "here", side)

    theirs = [(value, opinion(contract, judge, DRAFT4, value)) for value in values]

    assert [each for each in theirs if each[1] not in (None, found.is_valid(each[0]))] == []


@given(schema=NEW, values=st.lists(VALUES, min_size=5, max_size=15))
@settings(derandomize=True, deadline=None, max_examples=800)
def test_a_schema_of_openapi_3_1_means_the_same_to_the_referee(schema: Any, values: Any) -> None:
    contract = document("3.1.0", schema)
    found = Schemas(contract).validator({"$ref": "#/components/schemas/Case"}, "here")

    theirs = [(value, opinion(contract, OAS31Validator, DRAFT202012, value)) for value in values]

    assert [each for each in theirs if each[1] not in (None, found.is_valid(each[0]))] == []


def differs_by_intent(schema: Any) -> bool:
    """The referee lets no null through beside alternatives, as OpenAPI 3.0.3 has it to the letter."""
    if isinstance(schema, list):
        return any(map(differs_by_intent, schema))
    if not isinstance(schema, dict):
        return False
    is_nullable = schema.get("nullable") is True and "type" not in schema
    return is_nullable or any(map(differs_by_intent, schema.values()))
