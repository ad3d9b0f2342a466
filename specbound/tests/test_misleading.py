"""What the lint says of schemas that OpenAPI allows, and that say something else than they seem to."""

import pytest

from specbound.compiler.misleading import check

TEXT = {"type": "string"}
OLD, MODERN = "3.0.3", "3.1.0"
COMPONENTS = {
    "Closed": {"additionalProperties": False, "properties": {"a": TEXT}},
    "Open": {"properties": {"a": TEXT, "b": TEXT}},
}
CLOSED, OPEN = ({"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS)

SAID = [
    (OLD, CLOSED | {"nullable": True}, "OpenAPI 3.0 ignores what stands beside a $ref (nullable)"),
    (OLD, {"maximumLength": 1}, "maximumLength is no keyword"),
    (OLD, TEXT | {"const": "a"}, "const is no keyword of the schemas of OpenAPI 3.0.3"),
    (MODERN, {"nullable": True}, "nullable is no keyword"),
    (OLD, TEXT | {"format": "phone"}, "format phone is for people alone"),
    (OLD, TEXT | {"format": "int32"}, "format int32 is about a number"),
    (OLD, {"type": "integer", "format": "int32", "maximum": 2**40}, "outside int32"),
    (OLD, {"type": "integer", "exclusiveMinimum": True}, "exclusiveMinimum says how to read a minimum"),
    (OLD, TEXT | {"nullable": True, "enum": ["a"]}, "its enum has no null"),
    (OLD, {"nullable": True}, "nullable adds null to the type beside it"),
    (OLD, TEXT | {"pattern": "(?=a)"}, "does not run in linear time"),
    (MODERN, {"patternProperties": {"(?=a)": TEXT}}, "does not run in linear time"),
    (OLD, TEXT | {"pattern": "/^a$/i"}, "slashes around it"),
    (OLD, {"oneOf": [TEXT], "discriminator": {"propertyName": "a"}}, "its discriminator picks nothing"),
    (OLD, {"allOf": [CLOSED, OPEN]}, "refuses b of another"),
    (OLD, {"allOf": [CLOSED], "properties": {"c": TEXT}}, "refuses c of another"),
    (OLD, TEXT | {"readOnly": True, "writeOnly": True}, "neither requests nor replies"),
    (MODERN, CLOSED | {"description": "One."}, None),
    (MODERN, {"type": ["string", "null"], "format": "uuid", "x-own": 1, "examples": ["a"]}, None),
    (OLD, TEXT | {"format": "email", "nullable": True, "pattern": "^a"}, None),
    (OLD, {"nullable": True, "allOf": [CLOSED]}, None),
    (OLD, {"type": "integer", "format": "int32", "maximum": 5}, None),
]


@pytest.mark.parametrize(("version", "schema", "expected"), SAID)
def test_what_misleads_is_named(version, schema, expected):
    found = list(check({"openapi": version, "components": {"schemas": COMPONENTS}}, schema))

    assert len(found) == (expected is not None)
    assert all(expected in each for each in found)
