"""The static type of each kind of schema."""

from typing import Any

import pytest

from specbound.compiler.annotations import Annotations
from specbound.compiler.hidden import REPLY, REQUEST
from specbound.compiler.types import types

TEXT = {"type": "string"}
COMPONENTS = {
    "components": {
        "schemas": {
            "Word": {"type": "string", "enum": ["yes", "no"]},
            "Point": {
                "type": "object",
                "additionalProperties": False,
                "required": ["x"],
                "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
            },
            "maybe-point": {
                "type": "object",
                "nullable": True,
                "additionalProperties": False,
                "properties": {"x": {"type": "integer"}},
            },
            "Response": {"$ref": "#/components/schemas/Word"},
        }
    }
}


def annotated(schema: dict[str, Any]) -> tuple[str, str]:
    """The type of a schema's values, and what it is made of."""
    annotations = Annotations(COMPONENTS, {"Response"})
    return annotations.of(schema, "Thing"), "\n".join(annotations.definitions)


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (TEXT, "str"),
        ({"type": "integer", "format": "int64"}, "int"),
        ({"type": "number"}, "int | Decimal"),
        ({"type": "boolean", "nullable": True}, "bool | None"),
        ({"type": "string", "enum": ["a|b", "it's"]}, """Literal['a|b', "it's"]"""),
        ({"type": "string", "enum": ["a", None], "nullable": True}, "Literal['a'] | None"),
        ({"type": "string", "enum": ["a", None]}, "Literal['a']"),
        ({"type": "number", "enum": [1.5, 2]}, "int | Decimal"),
        ({"type": "string", "enum": [None]}, "Never"),
        ({"type": "array", "items": {"type": "array", "items": TEXT}}, "list[list[str]]"),
        ({"type": "array", "items": {"type": "number"}, "nullable": True}, "list[int | Decimal] | None"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "additionalProperties": TEXT}, "dict[str, str]"),
        ({"type": "object", "additionalProperties": True, "properties": {"a": TEXT}}, "dict[str, Any]"),
        ({}, "Any"),
        ({"not": TEXT}, "Any"),
        ({"oneOf": [TEXT, {"type": "integer"}, TEXT]}, "str | int"),
        ({"anyOf": [{"type": "string", "nullable": True}, {}]}, "Any"),
        ({"allOf": [TEXT, {"maxLength": 9}]}, "str"),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, "int"),
        ({"type": "string", "enum": ["a", "b"], "allOf": [{"enum": ["b", "c"]}]}, "Literal['b']"),
        ({"type": "string", "nullable": True, "allOf": [TEXT]}, "str"),
        (reference("Word"), "Word"),
        ({"allOf": [reference("Point")], "description": "One."}, "Point"),
        ({"oneOf": [reference("Word"), reference("Point")]}, "Word | Point"),
        (reference("maybe-point"), "MaybePoint"),
        (reference("Response"), "Response_"),
    ],
)
def test_a_schema_has_a_type(schema, expected):
    assert annotated(schema)[0] == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (reference("Word"), "Word: TypeAlias = Literal['yes', 'no']\n"),
        (
            reference("Point"),
            "class Point(TypedDict, closed=True):\n    x: ReadOnly[int]\n    y: NotRequired[ReadOnly[int]]\n",
        ),
        (
            reference("maybe-point"),
            "class MaybePointValue(TypedDict, closed=True):\n    x: NotRequired[ReadOnly[int]]\n\n"
            "MaybePoint: TypeAlias = MaybePointValue | None\n",
        ),
        (
            {"type": "object", "description": "It's\nopen.", "properties": {"a": {"type": "object", "properties": {}}}},
            "class ThingA(TypedDict):\n    pass\n\n"
            'class Thing(TypedDict):\n    "It\'s open."\n    a: NotRequired[ReadOnly[ThingA]]\n',
        ),
        (
            {"type": "object", "additionalProperties": False, "properties": {"If-Match": TEXT}},
            "Thing = TypedDict(\n    'Thing',\n    {\n        'If-Match': NotRequired[ReadOnly[str]],\n    },\n"
            "    closed=True,\n)\n",
        ),
        (
            {
                "allOf": [
                    reference("Point"),
                    {"required": ["y"], "properties": {"y": {"type": "number"}, "z": TEXT}},
                ]
            },
            "class Thing(TypedDict, closed=True):\n    x: ReadOnly[int]\n    y: ReadOnly[int]\n"
            "    z: NotRequired[ReadOnly[str]]\n",
        ),
        (
            {"properties": {"a": TEXT, "b": TEXT}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            "class Thing1(TypedDict):\n    a: ReadOnly[str]\n    b: NotRequired[ReadOnly[str]]\n\n"
            "class Thing2(TypedDict):\n    a: NotRequired[ReadOnly[str]]\n    b: ReadOnly[str]\n",
        ),
    ],
)
def test_an_object_is_defined(schema, expected):
    assert annotated(schema)[1] == expected


@pytest.mark.parametrize("name", ["class", "in", "list", "str", "__a", "Point", "a-b", "ä", ""])
def test_a_member_that_would_be_something_else_in_a_class_is_only_a_name(name):
    point = reference("Point")

    _, definitions = annotated({"type": "object", "properties": {name: TEXT, "p": point, "l": {"type": "array"}}})

    assert f"        {name!r}: NotRequired[ReadOnly[str]],\n" in definitions
    assert "        'p': NotRequired[ReadOnly[Point]],\n" in definitions


MODERN = {
    "openapi": "3.1.0",
    "components": {
        "schemas": {
            "Node": {
                "type": "object",
                "additionalProperties": False,
                "required": ["next"],
                "properties": {
                    "next": {"oneOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]},
                    "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Leaves"}},
                },
            },
            "Leaves": {"anyOf": [TEXT, {"type": "array", "items": {"$ref": "#/components/schemas/Leaves"}}]},
            "Account": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "secret"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "secret": {"type": "string", "writeOnly": True},
                    "plan": {"type": "string", "default": "free"},
                },
            },
            "Owner": {"type": "object", "properties": {"account": {"$ref": "#/components/schemas/Account"}}},
        }
    },
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "integer", "null"]}, "str | int | None"),
        ({"type": "null"}, "None"),
        ({"const": "a"}, "Literal['a']"),
        ({"type": ["string", "null"], "enum": ["a", None]}, "Literal['a'] | None"),
        ({"type": "array", "prefixItems": [TEXT, {"type": "integer"}], "items": False}, "list[str | int]"),
        ({"type": "object", "patternProperties": {"^x-": TEXT}, "additionalProperties": False}, "dict[str, Any]"),
        (True, "Any"),
        (False, "Never"),
        ({"allOf": [{"type": ["string", "null"]}, {"type": ["integer", "null"]}]}, "None"),
        ({"$ref": "#/components/schemas/Node", "description": "The root."}, "Node"),
        ({"$ref": "#nowhere"}, "Any"),
    ],
)
def test_a_schema_of_openapi_3_1_has_a_type(schema, expected):
    assert Annotations(MODERN, set()).of(schema, "Thing") == expected


def test_what_contains_itself_is_defined_by_its_own_name():
    annotations = Annotations(MODERN, set())

    assert annotations.of(reference("Node"), "Thing") == "Node"
    assert annotations.definitions == [
        "Leaves: TypeAlias = 'str | list[Leaves]'\n",
        "class Node(TypedDict, closed=True):\n    next: ReadOnly['Node | None']\n"
        "    leaves: NotRequired[ReadOnly[list[Leaves]]]\n",
    ]


def test_a_chain_of_types_may_be_long():
    chain = {f"N{number}": {"properties": {"a": reference(f"N{number + 1}")}} for number in range(3000)}
    annotations = Annotations({"components": {"schemas": chain | {"N3000": TEXT}}}, set())

    assert annotations.of(reference("N0"), "Thing") == "N0"
    assert len(annotations.definitions) == 3001


def test_a_request_is_of_another_type_than_a_reply():
    answered = {("components", "schemas", "Account")}
    annotations = Annotations(MODERN, set(), answered)

    assert annotations.of(reference("Account"), "Thing", REPLY) == "Account"
    assert annotations.of(reference("Account"), "Thing", REQUEST) == "AccountInput"
    assert annotations.of(reference("Owner"), "Thing", REQUEST) == "Owner"
    assert annotations.definitions == [
        "class Account(TypedDict, closed=True):\n    id: ReadOnly[str]\n    plan: NotRequired[ReadOnly[str]]\n",
        "class AccountInput(TypedDict, closed=True):\n    secret: ReadOnly[str]\n    plan: ReadOnly[str]\n",
        "class Owner(TypedDict):\n    account: NotRequired[ReadOnly[AccountInput]]\n",
    ]


def test_too_many_alternatives_are_any():
    choice = {"oneOf": [{"properties": {f"a{number}": TEXT}} for number in range(8)]}

    assert annotated({"type": "object", "allOf": [choice, {**choice, "minProperties": 1}]})[0] == "Any"


def test_what_only_ends_in_problems_never_returns_and_names_are_given_once():
    operation = {"responses": {"404": {"description": "Never there."}}}
    moved = {"responses": {"303": {"description": "See there."}, "299": {"description": "No such status."}}}
    paths = {
        "/a": {"get": {**operation, "operationId": "get_a"}},
        "/b": {"get": {**moved, "operationId": "get__a"}},
    }
    tables = {"in": {"hash_key": "id"}, "str": {"hash_key": "id"}}

    made = types({"paths": paths, "x-dynamodb": tables})

    assert "GetAResponse: TypeAlias = Never\n" in made
    assert "GetAResponse_: TypeAlias = Response[Literal[HTTPStatus.SEE_OTHER], None]\n" in made
    assert made.endswith('by name."""\n\n    str: StrTable\n')
    exec(compile(made, "types.py", "exec"), {"__name__": "types"})
