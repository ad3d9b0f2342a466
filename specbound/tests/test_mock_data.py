"""What a mock makes of schemas and of headers: data that they admit, the same each time."""

import pytest

from specbound.compiler.bundle import bundled
from specbound.compiler.compilation import compile_to
from specbound.compiler.mistakes import Refused
from specbound.contract import Contract
from specbound.mock import preferences
from specbound.mock.families import families
from specbound.mock.making import Unmade, made
from specbound.mock.mending import mended
from specbound.mock.preferences import Preferences
from specbound.validation import Validator

PERSON = {
    "type": "object",
    "required": ["name", "boss"],
    "properties": {"name": {"type": "string"}, "boss": {"anyOf": [{"$ref": "#/$defs/person"}, {"type": "null"}]}},
}
TREE = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 30, "maxLength": 31},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "date-time", "pattern": "^[0-9-]{10}T[0-9:]{8}[.][0-9]{6}Z$"},
        {"type": "string", "pattern": "^(?=.*[a-z])[A-Za-z]{3}-[0-9]{4}$"},
        {"type": "string", "pattern": r"^\p{Lu}\p{Ll}+$"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": ["null", "integer"], "minimum": 7, "multipleOf": 5},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
        {"type": "number", "multipleOf": 0.01, "exclusiveMaximum": 0},
        {"type": "array", "items": {"type": "integer"}, "minItems": 5, "uniqueItems": True},
        {"type": "array", "prefixItems": [{"const": "a"}], "items": {"type": "boolean"}, "minItems": 2},
        {"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}},
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False},
        {"allOf": [
            {"required": ["a"], "properties": {"a": {"minLength": 3}}}, {"properties": {"a": {"type": "string"}}},
        ]},
        {"oneOf": [{"type": "integer"}, {"type": "number", "multipleOf": 2}]},
        {"oneOf": [{"required": ["a"], "type": "object"}, {"required": ["b"], "type": "object"}]},
        {"if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["number"]},
         "else": {"required": ["iban"]}, "type": "object", "required": ["kind"],
         "properties": {"kind": {"enum": ["card"]}, "number": {"type": "string"}, "iban": {"type": "string"}}},
        {"type": "array", "contains": {"const": 7}, "minContains": 2, "maxContains": 2, "items": {"type": "integer"}},
        {"type": "integer", "not": {"enum": [1, 2, 3]}, "minimum": 1, "maximum": 9},
        {"type": "object", "dependentRequired": {"a": ["b"]}, "properties": {"a": {"type": "integer"}}},
        {},
    ],
)  # fmt: skip
def test_what_is_made_of_a_schema_is_valid_and_the_same_each_time(schema):
    validator = Validator(schema)

    value = made(validator, "title")

    assert validator.is_valid(value)
    assert made(validator, "title") == value


@pytest.mark.parametrize(("name", "schema"), [("person", PERSON), ("tree", TREE)])
def test_what_contains_itself_has_an_end(name, schema):
    validator = Validator({"$ref": f"#/$defs/{name}"}, {name: schema})

    assert validator.is_valid(made(validator))


def test_examples_go_before_what_is_made_at_any_depth():
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "examples": ["Ada", "Grace"]},
            "tags": {"type": "array", "items": {"type": "string", "example": "new"}},
            "size": {"type": "integer", "example": "no integer"},
        },
    }

    assert made(Validator(schema)) == {"name": "Ada", "tags": ["new", "new"], "size": 1}
    assert made(Validator(schema), number=1)["name"] == "Grace"


def test_of_what_nothing_is_valid_nothing_is_made():
    with pytest.raises(Unmade):
        made(Validator({"type": "integer", "minimum": 2, "maximum": 1}))


def test_texts_are_called_as_the_property_is():
    schema = {"type": "object", "properties": {"firstName": {"type": "string"}}}

    assert made(Validator(schema)) == {"firstName": "first name"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["code=409"], Preferences(code=409)),
        (['CODE = "409" ; q=1, Example="a, \\"b\\""'], Preferences(code=409, example='a, "b"')),
        (["return=minimal, dynamic=true", "code=404, code=409"], Preferences(code=404, dynamic=True)),
        (["=, ,code=503, respond-async; a"], Preferences(code=503)),
        (["delay=1.5s"], Preferences(delay=1.5, applied=["delay=1.5s"])),
        (["delay=20"], Preferences(delay=0.02, applied=["delay=20"])),
        (["handling=strict"], Preferences(is_strict=True)),
        ([], Preferences()),
    ],
)
def test_the_header_is_read_as_rfc_7240_has_it(lines, found):
    assert preferences.read(lines) == found


@pytest.mark.parametrize("line", ["code=99", "code=abc", "delay=61s", "delay=soon"])
def test_what_makes_no_sense_is_ignored_with_its_reason(line):
    read = preferences.read([line])

    assert (read.code, read.delay) == (None, None)
    assert read.ignored[0].startswith(f"{line} is no ")


def document(tmp_path, paths, rest=""):
    file = tmp_path / "openapi.yaml"
    file.write_text(f"openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\npaths:\n{paths}{rest}")
    return file


FINE = "  /fine: {get: {operationId: fine, responses: {'200': {description: Fine.}}}}\n"


@pytest.mark.parametrize(
    ("paths", "rest", "left"),
    [
        ("  /a: {get: {operationId: a, responses: {'200': {$ref: gone.yaml}}}}\n", "", set()),
        ("  /a: {get: {operationId: a, responses: {'200': {description: A., headers: {B: {type: string}}}}}}\n", "",
         {"a"}),
        ("  /a: {get: {operationId: a, responses: {'200': {description: A., content: {application/json: {schema: "
         "{$ref: 'https://example.com/a.yaml'}}}}}}}\n", "", {"a"}),
        ("  /a: {get: {operationId: a, responses: {'200': {description: A., content: {application/json: {schema: "
         "{$ref: '#/components/schemas/A'}}}}}}}\n", "components: {schemas: {A: {allOf: [{$ref: gone.yaml}]}}}\n",
         {"a"}),
        ("", "x-dynamodb: {orders: 7}\n", set()),
        ("", "servers: {a: b}\n", set()),
        ("  /{a: {get: {operationId: a, responses: {'200': {description: A.}}}}\n", "", set()),
    ],
)  # fmt: skip
def test_what_is_mistaken_is_left_out_and_the_rest_is_kept(tmp_path, paths, rest, left):
    _, compiled, mistakes = mended(bundled(document(tmp_path, FINE + paths, rest)))

    assert mistakes
    assert {name for name in compiled["operations"] if name not in compiled["own"]} == {"fine", *left}


def test_mistakes_are_told_also_if_they_are_seen_only_without_others(tmp_path):
    paths = FINE + "  /a: {get: {operationId: a, security: [{gone: []}], responses: {'200': {description: A.}}}}\n"

    _, _, mistakes = mended(bundled(document(tmp_path, paths, "servers: {a: b}\n")))

    told = " ".join(each.message for each in mistakes)
    assert "servers" in told and "security scheme gone" in told


def test_where_nothing_would_be_left_all_mistakes_are_told(tmp_path):
    with pytest.raises(Refused, match=r"gone\.yaml"):
        mended(bundled(document(tmp_path, "  /a: {get: {operationId: a, responses: {'200': {$ref: gone.yaml}}}}\n")))


def thing(key):
    schema = f"{{type: object, properties: {{{key}: {{type: string}}, name: {{type: string}}}}}}"
    return f"{{'200': {{description: A thing., content: {{application/json: {{schema: {schema}}}}}}}}}"


@pytest.mark.parametrize(
    ("parameter", "key", "is_known"),
    [("thingId", "thingId", True), ("thing_id", "thingId", True), ("id", "uuid", True), ("code", "text", False)],
)
def test_a_family_is_known_by_its_paths_and_its_key(tmp_path, parameter, key, is_known):
    member = f"{{name: {parameter}, in: path, required: true, schema: {{type: string}}}}"
    paths = (
        f"  /things/{{{parameter}}}:\n    parameters: [{member}]\n"
        f"    get: {{operationId: get, responses: {thing(key)}}}\n"
        "    delete: {operationId: remove, responses: {'204': {description: Gone.}}}\n"
    )
    if key == "text":
        paths = paths.replace("name: {type: string}}", "size: {type: integer}}")
    compile_to(tmp_path / "out", document(tmp_path, paths))

    found = families(Contract.load(tmp_path / "out", {}))

    assert [(each.path, each.key) for each in found] == ([("/things", key)] if is_known else [])
