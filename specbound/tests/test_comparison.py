"""Schemas compared: nothing found means nothing refused, whatever they say; and none is found to differ from itself."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.compiler.schemas import Schemas
from specbound.evolution.comparison import Comparison

MODERN = {"openapi": "3.1.0"}
NAMES = st.sampled_from(["a", "b", "c"])
SMALL = st.integers(0, 3)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 4),
    st.sampled_from([0.5, 1.5, 2.0]),
    st.sampled_from(["", "x", "xy", "1", "xyz"]),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)
KINDS = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One keyword of each schema, or a few, with schemas within it."""
    groups = st.lists(inner, min_size=1, max_size=3)
    members = {
        "type": KINDS | st.lists(KINDS, min_size=1, max_size=3, unique=True),
        "enum": st.lists(PLAIN, min_size=1, max_size=3, unique_by=json.dumps),
        "maximum": SMALL, "minimum": SMALL, "multipleOf": st.sampled_from([1, 2, 0.5]),
        "maxLength": SMALL, "minLength": SMALL, "maxItems": SMALL, "minItems": SMALL,
        "maxProperties": SMALL, "minProperties": SMALL, "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["^x", "y$"]),
        "format": st.sampled_from(["date", "uri"]),
        "items": inner, "additionalProperties": inner | st.booleans(),
        "properties": st.dictionaries(NAMES, inner, max_size=3),
        "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
        "exclusiveMaximum": SMALL, "exclusiveMinimum": SMALL, "const": PLAIN, "contains": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^[bc]$"]), inner, min_size=1, max_size=2),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), min_size=1, max_size=1),
        "if": inner, "then": inner, "unevaluatedProperties": st.booleans(), "propertyNames": inner,
        "allOf": groups, "anyOf": groups, "oneOf": groups, "not": inner,
    }  # fmt: skip
    bounded = st.fixed_dictionaries({"maximum": SMALL, "exclusiveMaximum": st.booleans(), "type": KINDS})
    return (
        st.fixed_dictionaries({}, optional=members)
        | bounded
        | st.one_of(
            *(st.fixed_dictionaries({"type": KINDS, name: each}) for name, each in members.items() if name != "type")
        )
    )


SCHEMAS = st.recursive(st.builds(dict, type=KINDS) | st.just({}) | st.booleans(), schemas, max_leaves=6)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema, and the same with one member of one of its parts said another way."""
    schema = draw(SCHEMAS.filter(lambda each: isinstance(each, dict)))
    after = json.loads(json.dumps(schema))
    parts = list(_parts(after))
    part = draw(st.sampled_from(parts))
    other = draw(SCHEMAS.filter(lambda each: isinstance(each, dict)))
    for name in other:
        if draw(st.booleans()):
            part[name] = other[name]
    for name in [each for each in part if each not in other]:
        if draw(st.integers(0, 3)) == 0:
            del part[name]
    if part.get("exclusiveMaximum") is not None:
        part.setdefault("maximum", 2)
    return schema, after


def _parts(schema: Any) -> Any:
    if isinstance(schema, bool):
        return
    yield schema
    for name in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(name, ()):
            yield from _parts(each)
    for each in (
        schema.get("items"),
        schema.get("not"),
        schema.get("additionalProperties"),
        *schema.get("properties", {}).values(),
    ):
        if isinstance(each, dict):
            yield from _parts(each)


@settings(max_examples=300, deadline=None)
@given(edited() | st.tuples(SCHEMAS, SCHEMAS), st.lists(VALUES, min_size=10, max_size=30))
def test_nothing_is_refused_where_nothing_is_found(pair: tuple[Any, Any], values: list[Any]) -> None:
    before, after = pair
    for gained, (narrow, wide) in ((False, (before, after)), (True, (after, before))):
        if not Comparison(gained=gained).between(MODERN, before, MODERN, after):
            admitted, asked = (Schemas(MODERN).validator(each, "here") for each in (narrow, wide))
            assert [each for each in values if admitted.is_valid(each) and not asked.is_valid(each)] == []


@given(SCHEMAS)
@settings(max_examples=200, deadline=None)
def test_a_schema_does_not_differ_from_itself(schema: Any) -> None:
    for gained in (False, True):
        for tolerant in (False, True):
            comparison = Comparison(gained=gained, named=True, tolerant=tolerant)
            assert comparison.between(MODERN, schema, MODERN, json.loads(json.dumps(schema))) == []
