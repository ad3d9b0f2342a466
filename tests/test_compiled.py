"""What a contract means once it is compiled: each keyword, format and parameter, accepted and refused."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.__main__ import compile_to
from compiler.document import ROOT, load
from compiler.schemas import CHECKED_FORMATS, ENFORCED, PATTERNS, Schemas
from compiler.tables import compile_contract
from handlers import gateway
from handlers.contract import Contract
from handlers.reading import read_parameters
from handlers.validation import validator_of

THINGS = Path(__file__).parent / "contracts" / "things.yaml"
NUMBERS = st.integers(-(2**70), 2**70)

# By keyword: a schema that says it, a value that it lets through, and one that it does not.
KEYWORDS = {
    "type": ({"type": "integer"}, 5, "5"),
    "enum": ({"enum": ["a", "b"]}, "a", "c"),
    "not": ({"not": {"enum": [0]}}, 1, 0),
    "allOf": ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 2, 3),
    "anyOf": ({"anyOf": [{"type": "string"}, {"type": "boolean"}]}, True, 1),
    "oneOf": ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 1, 2),
    "items": ({"type": "array", "items": {"type": "integer"}}, [1], ["a"]),
    "properties": ({"properties": {"a": {"type": "integer"}}}, {"a": 1}, {"a": "1"}),
    "additionalProperties": ({"additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": "1"}),
    "required": ({"required": ["a"]}, {"a": None}, {"b": 1}),
    "format": ({"type": "string", "format": "date"}, "2026-01-31", "2026-02-31"),
    "pattern": ({"pattern": "^a+$"}, "aa", "aa\n"),
    "minLength": ({"minLength": 2}, "ab", "a"),
    "maxLength": ({"maxLength": 2}, "😀😀", "abc"),
    "minimum": ({"minimum": 1}, 1, 0),
    "maximum": ({"maximum": 1}, 1, 2),
    "exclusiveMinimum": ({"minimum": 1, "exclusiveMinimum": True}, 2, 1),
    "exclusiveMaximum": ({"maximum": 1, "exclusiveMaximum": True}, 0, 1),
    "multipleOf": ({"multipleOf": 0.01}, Decimal("19.99"), Decimal("19.999")),
    "minItems": ({"minItems": 1}, [1], []),
    "maxItems": ({"maxItems": 1}, [1], [1, 2]),
    "uniqueItems": ({"uniqueItems": True}, [1, 2], [1, 1]),
    "minProperties": ({"minProperties": 1}, {"a": 1}, {}),
    "maxProperties": ({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 2}),
    "nullable": ({"type": "string", "nullable": True}, None, 1),
}
FORMATS = {
    "date": ("2026-02-28", "2026-02-30"),
    "date-time": ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00"),
    "email": ("ada@example.com", "ada"),
    "hostname": ("example.com", "-example-"),
    "ipv4": ("127.0.0.1", "127.0.0.256"),
    "ipv6": ("::1", "127.0.0.1"),
    "uri": ("https://example.com/a", "/a"),
    "uri-reference": ("/a", "/a b"),
    "uuid": ("7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "7f9c24e83b124fef91e055aa3c3e1b5d"),
}


def accepts(schema, value):
    return validator_of(Schemas({}).translate(schema, "here")).is_valid(value)


def test_every_keyword_and_format_that_is_let_through_is_tested_here():
    assert set(KEYWORDS) == ENFORCED
    assert set(FORMATS) == CHECKED_FORMATS | PATTERNS.keys()


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_keyword_is_enforced(keyword):
    schema, good, bad = KEYWORDS[keyword]

    assert accepts(schema, good)
    assert not accepts(schema, bad)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_enforced(name):
    good, bad = FORMATS[name]

    assert accepts({"type": "string", "format": name}, good)
    assert not accepts({"type": "string", "format": name}, bad)


@pytest.mark.parametrize(("name", "bits"), [("int32", 31), ("int64", 63)])
@given(number=NUMBERS | st.sampled_from([2**31 - 1, 2**31, -(2**31), 2**63 - 1, 2**63, -(2**63), -(2**63) - 1]))
@settings(derandomize=True, deadline=None)
def test_an_integer_format_is_its_range(name, bits, number):
    assert accepts({"type": "integer", "format": name}, number) == (-(2**bits) <= number < 2**bits)


@given(low=st.integers(-100, 100), high=st.integers(-100, 100), number=st.integers(-200, 200))
@settings(derandomize=True, deadline=None)
def test_bounds_hold_beside_a_format_and_can_shut_themselves_out(low, high, number):
    bounds = {"minimum": low, "exclusiveMinimum": True, "maximum": high}

    assert accepts({"type": "integer", "format": "int32"} | bounds, number) == (low < number <= high)


@given(value=st.none() | st.text(max_size=4) | st.integers() | st.booleans())
@settings(derandomize=True, deadline=None)
def test_nullable_adds_null_and_nothing_else(value):
    schema = {"type": "string", "maxLength": 2}

    assert accepts(schema | {"nullable": True}, value) == (value is None or accepts(schema, value))
    assert not accepts(schema, None)


def test_null_is_in_a_nullable_enum_only_if_it_is_listed():
    assert accepts({"type": "string", "nullable": True, "enum": ["a", None]}, None)
    assert not accepts({"type": "string", "enum": ["a", None]}, None)


def test_a_pattern_holds_beside_the_form_of_a_uuid():
    schema = {"type": "string", "format": "uuid", "pattern": "^7"}

    assert accepts(schema, "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d")
    assert not accepts(schema, "8f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d")
    assert not accepts(schema, "7")


def test_a_reference_means_what_it_stands_for():
    document = {"components": {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"maximum": 1}}}}

    assert Schemas(document).translate({"$ref": "#/components/schemas/A"}, "here") == {"maximum": 1}


def things(change):
    """The small contract with one change, and its operation get_thing, as the function reads them."""
    document = load(THINGS)
    change(document["paths"]["/things/{thingId}"], document)
    return Contract(compile_contract(document)).operations["get_thing"]


def read(operation, query="", **headers):
    context = {"http": {"method": "GET"}}
    path = {"thingId": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"}
    event = {"requestContext": context, "rawPath": "/", "rawQueryString": query, "headers": headers}
    return read_parameters(operation, gateway.read_call(event | {"pathParameters": path}))


def test_an_operation_says_a_parameter_of_its_path_anew():
    own = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}

    operation = things(lambda path, _: path["get"]["parameters"].append(own))

    assert [each.cast for each in operation.parameters if each.name == "thingId"] == ["string"]


def test_a_default_is_read_as_exactly_as_what_is_sent():
    schema = {"type": "number", "minimum": 0, "maximum": 1, "default": 0.1}

    operation = things(lambda path, _: path["get"]["parameters"][0].update(schema=schema))

    assert read(operation)["limit"] == Decimal("0.1") == read(operation, "limit=0.1")["limit"]


def test_a_default_of_a_referenced_schema_is_used():
    def change(path, document):
        document["components"]["schemas"]["Limit"] = {"type": "integer", "default": 7}
        path["get"]["parameters"][0]["schema"] = {"$ref": "#/components/schemas/Limit"}

    assert read(things(change))["limit"] == 7


def test_the_security_of_the_document_is_that_of_operations_that_say_none():
    def change(path, document):
        document["security"] = [{"oauth": ["things/write"]}]
        del path["get"]["security"]

    assert things(change).scope == "things/write"


def test_a_word_means_the_same_as_to_readers_of_yaml_1_2(tmp_path):
    contract = tmp_path / "openapi.yaml"
    contract.write_text("values: [no, on, 010, 0x1f, 1_0, 2026-01-31, 12:30, ~, true, -1.5, 1e3]")

    values = load(contract)["values"]

    assert values == ["no", "on", "010", "0x1f", "1_0", "2026-01-31", "12:30", None, True, -1.5, 1000.0]


def test_a_contract_without_idempotency_keys_needs_no_table_for_them(tmp_path):
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", ignore=shutil.ignore_patterns("compiled", "__pycache__"))
    compile_to(tmp_path / "handlers" / "compiled", THINGS)
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", "TABLE_THINGS": "things"}

    command = [sys.executable, "-c", "import handlers.idempotency"]
    started = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert started.returncode == 0, started.stderr
