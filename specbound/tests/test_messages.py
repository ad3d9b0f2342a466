"""What a caller is told of each violation: what is expected there, in words, whichever keyword it breaks."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.compiler.dialect import PLAIN
from specbound.compiler.formats import CHECKED_FORMATS, PATTERNS
from specbound.compiler.schemas import Schemas
from specbound.http import events
from specbound.http.reading import read_body, read_parameters
from specbound.problems import BadRequest
from specbound.sentences import FORMATS
from specbound.validation import Validator
from tests.subject import contract

FORM = "does not have the form that the contract describes"
SOME_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
CIRCLE = {"type": "object", "required": ["radius"], "properties": {"kind": {"enum": ["circle"]}}}
SQUARE = {"type": "object", "required": ["side", "unit"], "additionalProperties": False, "properties": {"side": {}}}
# A schema, a value that it refuses, and all that is said of it.
SAID = [
    ({"type": "string"}, 5, {"must be a string"}),
    ({"type": "integer"}, "5", {"must be a whole number"}),
    ({"type": "integer"}, Decimal("5.5"), {"must be a whole number"}),
    ({"type": "number"}, True, {"must be a number"}),
    ({"type": "boolean"}, 1, {"must be true or false"}),
    ({"type": "array"}, {}, {"must be a list"}),
    ({"type": "object"}, [], {"must be an object"}),
    ({"type": "string", "nullable": True}, 5, {"must be a string or null"}),
    ({"enum": ["active", "inactive"]}, "gone", {"must be one of active, inactive"}),
    ({"enum": [0]}, 1, {"must be 0"}),
    ({"enum": [0.5, None, True, "true", "a, b", "", " a", {"a": 1}]}, 1,
     {'must be one of 0.5, null, true, "true", "a, b", "", " a", {"a": 1}'}),
    ({"enum": ["1", "0.5", "-1e5", "NaN", "[]", '"x"', "a\nb", "01", "1.", "v1"]}, 1,
     {'must be one of "1", "0.5", "-1e5", "NaN", "[]", "\\"x\\"", "a\\nb", 01, 1., v1'}),
    ({"not": {"enum": [0]}}, 0, {"must not be 0"}),
    ({"not": {"enum": ["admin", "root"]}}, "root", {"must not be one of admin, root"}),
    ({"not": {"type": "string"}}, "a", {"must not be a string"}),
    ({"not": {"minimum": 5}}, 5, {"must not be at least 5"}),
    ({"not": {"type": "string", "minLength": 2}}, "ab",
     {"must not be a string and have at least 2 characters at once"}),
    ({"not": {"not": {"type": "string"}}}, 5, {"must be a string"}),
    ({"not": {"required": ["a", "b"]}}, {"a": 1, "b": 2}, {"must not have a and b"}),
    ({"not": {}}, 5, {"must be left out"}),
    ({"not": {"pattern": "^x", "description": "An x first."}}, "x", {"must not be as described: An x first."}),
    ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 3, {"must be at most 2"}),
    ({"allOf": [{"minimum": 5}, {"multipleOf": 5}]}, 3, {"must be at least 5", "must be a multiple of 5"}),
    ({"anyOf": [{"type": "string"}, {"type": "boolean"}]}, 1, {"must either be a string, or be true or false"}),
    ({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"enum": [None]}]}, 0,
     {"must either be a whole number, be at least 1 and be at most 9, or be null"}),
    ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 2, {"must do exactly one of these: be at least 1; be at least 2"}),
    ({"oneOf": [{}, {"type": "string"}]}, "a", {"must do exactly one of these: be anything; be a string"}),
    ({"oneOf": [CIRCLE, SQUARE]}, {}, {
        "must do exactly one of these: be an object, have radius and in kind be circle; "
        "be an object, have side and unit and have no member but side"}),
    ({"anyOf": [{"items": {"enum": ["a"]}, "type": "array"}, {"additionalProperties": {"type": "integer"}}]}, {"a": ""},
     {"must either be a list and in each item be a, or in each other member be a whole number"}),
    ({"type": "array", "items": {"type": "integer"}}, ["a", 1, None],
     {"/0 must be a whole number", "/2 must be a whole number"}),
    ({"properties": {"a/b": {"type": "integer"}}}, {"a/b": "1"}, {"/a/b must be a whole number"}),
    ({"additionalProperties": {"type": "integer"}}, {"a": "1"}, {"/a must be a whole number"}),
    ({"additionalProperties": False}, {"a": 1, "b": 2}, {"/a is not known here", "/b is not known here"}),
    ({"properties": {"e-mail": {}, "user_id": {}}, "additionalProperties": False}, {"Email": 1, "userid": 2, "x": 3},
     {"/Email is not known here: did you mean e-mail?", "/userid is not known here: did you mean user_id?",
      "/x is not known here"}),
    ({"required": ["a", "b"]}, {"b": 1}, {"/a is required"}),
    ({"type": "string", "pattern": "^a+$"}, "b", {"must match ^a+$"}),
    ({"type": "string", "pattern": "^a{80}$"}, "b", {"must match ^a{80}$"}),
    ({"type": "string", "pattern": f"^{'a' * 80}$"}, "b", {FORM}),
    ({"type": "string", "pattern": "^a+$", "description": "Letters\n  a.\n\nMore of that."}, "b",
     {"must be as described: Letters a."}),
    ({"minLength": 1}, "", {"must have at least 1 character"}),
    ({"minLength": 2}, "a", {"must have at least 2 characters"}),
    ({"maxLength": 2}, "abc", {"must have at most 2 characters"}),
    ({"minimum": 1}, 0, {"must be at least 1"}),
    ({"minimum": 0.01}, 0, {"must be at least 0.01"}),
    ({"maximum": 999999.99}, 1000000, {"must be at most 999999.99"}),
    ({"minimum": 1, "exclusiveMinimum": True}, 1, {"must be more than 1"}),
    ({"maximum": 1, "exclusiveMaximum": True}, 1, {"must be less than 1"}),
    ({"type": "integer", "format": "int32"}, 2**31, {"must be at most 2147483647"}),
    ({"multipleOf": 0.01}, Decimal("0.001"), {"must be a multiple of 0.01"}),
    ({"multipleOf": 0.01, "description": "Whole cents."}, Decimal("0.001"),
     {"must be a multiple of 0.01: Whole cents."}),
    ({"minItems": 1}, [], {"must have at least 1 item"}),
    ({"maxItems": 1}, [1, 2], {"must have at most 1 item"}),
    ({"uniqueItems": True}, [1, 1], {"must have no item twice"}),
    ({"minProperties": 1}, {}, {"must have at least 1 member"}),
    ({"maxProperties": 0}, {"a": 1}, {"must have at most 0 members"}),
    *(({"type": "string", "format": name}, "\n(", {f"must {FORMATS[name]}"}) for name in FORMATS),
    *(
        ({"type": "string", "format": name, "pattern": "^A"}, "\n(", {"must match ^A", f"must {FORMATS[name]}"})
        for name in FORMATS
    ),
]  # fmt: skip
SCHEMAS = st.deferred(
    lambda: st.lists(PARTS, max_size=3).map(lambda parts: {k: v for each in parts for k, v in each.items()})
)
PARTS = st.one_of(
    st.sampled_from([schema for schema, _, _ in SAID]),
    SCHEMAS.map(lambda schema: {"not": schema}),
    SCHEMAS.map(lambda schema: {"type": "array", "items": schema}),
    SCHEMAS.map(lambda schema: {"additionalProperties": schema}),
    st.dictionaries(st.sampled_from("ab"), SCHEMAS, min_size=1).map(lambda members: {"properties": members}),
    st.tuples(st.sampled_from(["allOf", "anyOf", "oneOf"]), st.lists(SCHEMAS, min_size=1, max_size=2)).map(
        lambda pair: dict([pair])
    ),
)
VALUES = st.recursive(
    st.sampled_from([value for _, value, _ in SAID]) | st.integers(-5, 10),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=4,
)


def said(schema, value):
    found = Schemas({}).validator(schema, "here").violations(value)
    return [f"{'/'.join(['', *map(str, path)])} {sentence}".strip() for path, sentence in found]


@pytest.mark.parametrize(("schema", "value", "sentences"), SAID)
def test_a_violation_says_what_is_expected(schema, value, sentences):
    found = said(schema, value)

    assert set(found) == sentences
    assert len(found) == len(sentences)


def test_every_keyword_and_format_has_a_sentence_here():
    keywords = {key for schema, _, _ in SAID for key in schema}

    assert keywords - {"description"} == PLAIN | {"nullable"}
    assert FORMATS.keys() == CHECKED_FORMATS | PATTERNS.keys()


@pytest.mark.slow
@given(schema=SCHEMAS, value=VALUES)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_a_value_is_refused_if_and_only_if_something_is_said_of_it(schema, value):
    try:
        validator = Schemas({}).validator(schema, "here")
    except Exception as refused:  # a mixture of keywords that the compiler refuses
        assert type(refused).__name__ == "Refused"
        return

    found = list(validator.violations(value))

    assert bool(found) == (not validator.is_valid(value))
    assert all(re.match("(must|does not have|is) ", sentence) for _, sentence in found)


def refused(operation_id, query="", body=None, headers=None, **path):
    """All that is said of a request, by its place."""
    call = events.read_call(
        {"requestContext": {"http": {"method": "GET"}}, "rawPath": "/", "rawQueryString": query, "body": body,
         "headers": headers or {}, "pathParameters": path}
    )  # fmt: skip
    operation = contract.operations[operation_id]
    with pytest.raises(BadRequest) as problem:
        read_parameters(operation, call)
        read_body(operation, call)
    return {(each.where, each.pointer, each.detail) for each in problem.value.violations}


def test_it_says_so_wherever_a_violation_is():
    marker = "never-repeated"

    everywhere = [
        refused("list_users", f"status={marker}&limit=0"),
        refused("get_user", userId=marker),
        refused("get_user", headers={"if-none-match": f'"{marker}'}, userId=SOME_ID),
        refused("adjust_inventory", body='{"delta": 0}', productId=SOME_ID),
        refused("create_user", body=f'{{"name": "{marker}\\n", "email": "{marker}"}}'),
        refused("create_user", body=f'{{"name": "Ada", "email": "{"a" * 65}@b.co"}}'),
    ]

    assert everywhere[0] == {
        ("query", "/status", "must be one of active, inactive"),
        ("query", "/limit", "must be at least 1"),
    }
    assert everywhere[1] == {("path", "/userId", f"must {FORMATS['uuid']}")}
    [(where, pointer, detail)] = everywhere[2]
    assert (where, pointer) == ("header", "/If-None-Match")
    assert detail.startswith("must be as described: `*`, or entity tags separated by commas")
    assert everywhere[3] == {("body", "/delta", "must not be 0")}
    [(_, pointer, detail)] = everywhere[5]
    assert pointer == "/email"
    assert "More than 64 characters before the @" in detail
    assert marker not in str(everywhere)


def test_a_member_that_no_part_of_a_schema_knows_is_named():
    found = Validator({"allOf": [{"properties": {"a": True}}], "properties": {"b": {}}, "unevaluatedProperties": False})

    assert list(found.violations({"a": 1, "b": 2, "c": 3})) == [(("c",), "is not known here")]
    assert list(Validator({"unevaluatedProperties": True}).violations({"a": 1})) == []


def test_what_stands_beside_a_reference_is_told_as_well():
    text = {"$ref": "#/$defs/Text", "maxLength": 2}
    found = Validator({"properties": {"a": text, "b": False}}, {"Text": {"type": "string"}})

    assert [path for path, _ in found.violations({"a": "abc"})] == [("a",)]
    assert [path for path, _ in found.violations({"a": 5, "b": 1})] == [("a",), ("b",)]
    assert not list(found.violations({"a": "ab"}))
