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

from specbound.compiler.compilation import compile_to
from specbound.compiler.dialect import ASSERTIONS, MANY, NAMED, ONE, PLAIN
from specbound.compiler.document import ROOT, load
from specbound.compiler.formats import CHECKED_FORMATS, PATTERNS, RANGES
from specbound.compiler.schemas import Schemas
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.http import events
from specbound.http.reading import read_parameters

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
# What OpenAPI 3.1 has besides, or says in another way.
MODERN = {"openapi": "3.1.0"}
MODERN_KEYWORDS = {
    "type": ({"type": ["integer", "null"]}, None, "5"),
    "const": ({"const": False}, False, 0),
    "exclusiveMinimum": ({"exclusiveMinimum": 1}, 2, 1),
    "exclusiveMaximum": ({"exclusiveMaximum": 1}, 0, 1),
    "minContains": ({"contains": {"type": "string"}, "minContains": 2}, ["a", "b"], ["a", 1]),
    "maxContains": ({"contains": {"type": "string"}, "maxContains": 1}, ["a", 1], ["a", "b"]),
    "contains": ({"contains": {"type": "string"}}, [1, "a"], [1]),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
    "dependentSchemas": ({"dependentSchemas": {"a": {"maxProperties": 1}}}, {"b": 1, "c": 1}, {"a": 1, "b": 1}),
    "if": ({"if": {"type": "string"}, "then": {"maxLength": 1}}, 12, "ab"),
    "then": ({"if": {"type": "string"}, "then": {"maxLength": 1}}, "a", "ab"),
    "else": ({"if": {"type": "string"}, "else": {"minimum": 1}}, "ab", 0),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"ab": 1}),
    "patternProperties": ({"patternProperties": {"^n": {"type": "integer"}}}, {"a": "", "n1": 1}, {"n1": ""}),
    "prefixItems": ({"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, [1, "a"], ["a", "a"]),
    "items": ({"prefixItems": [{}], "items": False}, ["a"], ["a", "a"]),
    "unevaluatedItems": ({"allOf": [{"prefixItems": [{}]}], "unevaluatedItems": False}, [1], [1, 2]),
    "unevaluatedProperties": (
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1}, {"a": 1, "b": 1},
    ),
    "properties": ({"properties": {"a": False, "b": True}}, {"b": 1}, {"a": 1}),
    "additionalProperties": (
        {"patternProperties": {"^x-": True}, "additionalProperties": False}, {"x-a": 1}, {"a": 1},
    ),
}  # fmt: skip
# By format: what it lets through, and what it does not. No text is of any format with something before or after it.
# In these a space is a character like any other.
SPACIOUS = {"json-pointer", "relative-json-pointer", "regex"}
LOCAL, LABEL = "a" * 64, "b" * 63
FORMATS = {
    "date": (
        ["2026-02-28", "2024-02-29", "2000-02-29", "0001-01-01", "0010-01-01", "0100-01-01", "9999-12-31"],
        ["2026-02-30", "2026-02-29", "1900-02-29", "0000-01-01", "-001-01-01", "2026-1-31", "2026-00-01", "2026-01-00",
         "2026-04-31", "10000-01-01", "2026-01-31T09:30:00Z", "\uff12026-01-01", "20260131", ""],
    ),
    "date-time": (
        ["2026-01-31T09:30:00Z", "2026-01-31t09:30:00z", "2026-01-31T09:30:00.123456789012-23:59",
         "0001-01-01T00:00:00Z",
         "2026-01-31T09:30:00-00:00", "2024-02-29T23:59:59.9+14:00", "2026-12-31T23:59:59Z",
         # Leap seconds, each at the end of June or December in UTC.
         "1990-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "1972-06-30T23:59:60z", "1990-12-31T15:59:60-08:00",
         "2016-12-31t23:59:60+00:00", "2017-01-01T00:59:60+01:00", "2015-07-01T08:59:60+09:00",
         "2015-07-01T05:29:60.25+05:30",
         "2015-06-30T23:58:60-00:01", "2015-07-01T00:00:60+00:01", "1973-01-01T10:59:60+11:00",
         "2015-06-30T23:59:60-00:00"],
        ["2026-01-31T09:30:00", "2026-01-31 09:30:00Z", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z",
         "2026-01-31T09:60:00Z", "2026-01-31T09:30:00.Z", "2026-01-31T09:30Z", "2026-01-31T09:30:00+24:00",
         "2026-01-31T09:30:00+00:60", "2026-01-31T09:30:00+0100", "0000-01-01T00:00:00Z", "0000-12-31T23:59:60Z",
         # Leap seconds where none can be.
         "2026-01-31T23:59:60Z", "2026-06-30T23:58:60Z", "2026-06-30T22:59:60Z", "2026-06-30T23:59:61Z",
         "2026-03-31T23:59:60Z", "1971-12-31T23:59:60Z", "1971-06-30T23:59:60Z", "1972-01-01T00:59:60+01:00",
         "0001-06-30T23:59:60Z", "2015-06-30T23:59:60+01:00", "2015-07-01T00:59:60-01:00", "2015-07-01T23:59:60Z",
         "2015-07-01T23:59:60+00:00", "2015-07-01T01:59:60+01:00", "2015-06-29T23:59:60Z", "2015-07-02T00:59:60+01:00",
         "2026-05-01T00:59:60+01:00", "2026-01-31T09:30:60Z", "2026-12-30T23:59:60-00:00"],
    ),
    "email": (
        ["ada@example.com", f"{LOCAL}@example.com", "a.b+c@d.e", "ada@[192.0.2.1]", "ada@[IPv6:2001:db8::1]",
         '"a b"@c.de',
         f"a@{LABEL}.com", "!#$%&'*+/=?^_`{|}~-@b.co"],
        ["ada@192.0.2.1", "ada@999.1.1.1", "ada@b.1", "ada@1", "ada", "@b.co", "ada@", f"a{LOCAL}@example.com",
         f"{'a.' * 32}a@example.com", ".a@b.co", "a.@b.co",
         "a..b@c.de",
         "ada@[192.0.2]", "ada@[192.0.2.256]", "ada@[192.0.02.1]", "ada@[IPv6:192.0.2.1]", "ada@[IPv6:zz]", "ada@[x]",
         "ada@[]", "ada@[2001:db8::1]", "Ada <ada@example.com>", "<ada@example.com>", "a b@c.de", "a@b_c.de", "a@-b.co",
         "a@b-.co", "a@b..co", f"a@b{LABEL}.com", f"a@{'.'.join([LABEL] * 5)}", "a@@b.co", "a@b@c.de", "(a)b@c.de"],
    ),
    "hostname": (
        ["example.com", "a", "1.a", f"{LABEL}.com", "xn--nxasmq6b", "A.b-c.D", ".".join([LABEL] * 3 + [LABEL[:61]])],
        ["-example-", "1", "192.0.2.1", "a.1", "a-", "a_b", "a..b", ".a", f"b{LABEL}.com",
         ".".join([LABEL] * 3 + [LABEL]), "\xfc.de", "a b",
         ""],
    ),
    "ipv4": (
        ["127.0.0.1", "0.0.0.0", "255.255.255.255"],
        ["127.0.0.256", "127.0.0.01", "01.2.3.4", "1.2.3.00", "1.2.3", "1.2.3.4.5", "0x7f.0.0.1", "1.2.3.+4",
         "2130706433",
         "1.2.3.\u0664", "1..2.3"],
    ),
    "ipv6": (
        ["::1", "::", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1"],
        ["127.0.0.1", "1::2::3", ":::", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::ffff:192.0.2.01",
         "::1.2.3.256",
         "fe80::1%eth0", "[::1]", "::1/64", "::g"],
    ),
    "uri": (
        ["https://example.com/a?b#c", "urn:x:y", "mailto:a@b.co", "http://[::1]:80/", "http://a/%41", "tel:+1"],
        ["/a", "//a/b", "a", "1a:b", "http://a b/", "http://a/%zz", "http://a/<b>", "http://a/\\", "http://[::1",
         "http://[x]/",
         "http://a:b/", "http://a#b#c", "http://a/{b}", "http://a/\xfc", ""],
    ),
    "uri-reference": (
        ["/a", "", "a?b#c", "//a/b", "https://example.com/%41"],
        ["/a b", "/%zz", "/%4", "/<a>", "/\xfc", "/a\\b", "/{a}"],
    ),
    "uuid": (
        ["7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "7F9C24E8-3B12-4FEF-91E0-55AA3C3E1B5D",
         "0" * 8 + "-0000" * 3 + "-" + "0" * 12],
        ["7f9c24e83b124fef91e055aa3c3e1b5d", "{7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d}",
         "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5",
         "urn:uuid:7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "7g9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "",
         "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d0", "a7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"],
    ),
    "time": (["09:30:00Z", "09:30:00.5+01:00", "23:59:60Z"], ["09:30:00", "24:00:00Z", "09:30Z", "9:30:00Z", ""]),
    "duration": (["P3DT12H", "P1Y2M", "PT0S", "P2W"], ["3D", "P", "P1YT", "PT", "P1D2H"]),
    "idn-email": (["ada@example.com", "ad\xe9@ex\xe4mple.com"], ["ada", "@b.co", "Ada <ada@example.com>"]),
    "idn-hostname": (["example.com", "ex\xe4mple.com"], ["a..b", "-a", "a b"]),
    "iri": (["https://example.com/\xe9", "urn:x:y"], ["/a", "a", "http://a b/"]),
    "iri-reference": (["/\xe9", "", "a?b#c"], ["/a b", "/a\\b"]),
    "uri-template": (["/orders/{orderId}", "/a{?b,c}", ""], ["/{a", "/a}"]),
    "json-pointer": (["", "/a/0", "/a~1b"], ["a", "/~2", "#/a"]),
    "relative-json-pointer": (["0", "1/a", "2#"], ["/a", "-1", "01"]),
    "regex": (["^a+$", "(?=a)b", ""], ["(", "a{2,1}", "["]),
    "byte": (["", "YQ==", "YWI=", "YWJj", "+/+/"], ["YQ", "YQ=", "Y===", "Y-Q_", "YQ==YQ=="]),
    "base64url": (["", "YQ", "YQ==", "YWI", "Y-_Q"], ["Y", "Y+/Q", "YQ==="]),
    "decimal": (["19.99", "-1", "+0.5", ".5", "1."], ["1e5", "1,5", ".", "", "NaN"]),
    "decimal128": (["19.99", "-1E+3", "Infinity", "NaN"], ["1e", "nan", "", "0x1"]),
    "date-time-local": (["2026-01-31T09:30:00", "2026-01-31T09:30:00.25"], ["2026-01-31T09:30:00Z", "2026-01-31"]),
    "time-local": (["09:30:00", "23:59:60.5"], ["09:30:00Z", "24:00:00", "9:30:00"]),
    "http-date": (["Sat, 31 Jan 2026 09:30:00 GMT"], ["Sat, 31 Jan 2026 09:30:00 +0000", "31 Jan 2026 09:30:00 GMT"]),
    "media-range": (["text/*", "*/*", "text/html;level=1", 'a/b; c="d e"'], ["text", "*/html", "text/"]),
    "sf-string": (['"a b"', r'"a\"b"', '""'], ["a", '"', '"\xe9"']),
    "sf-token": (["gzip", "*a/b:c"], ["1a", "", "a b"]),
    "sf-binary": ([":YQ==:", "::"], ["YQ==", ":YQ_:"]),
    "sf-boolean": (["?0", "?1"], ["?2", "true", "1"]),
    "sf-decimal": (["19.99", "-0.5"], ["1", "1.2345", ".5"]),
    "sf-integer": (["42", "-0"], ["1.0", "1" * 16, "+1"]),
}  # fmt: skip


def accepts(schema, value, document=None):
    return Schemas(document or {}).validator(schema, "here").is_valid(value)


def test_every_keyword_and_format_that_is_let_through_is_tested_here():
    assert set(KEYWORDS) == PLAIN | {"nullable"}
    assert set(MODERN_KEYWORDS) >= ASSERTIONS.union(ONE, MANY, NAMED) - PLAIN
    assert set(FORMATS) == CHECKED_FORMATS | PATTERNS.keys()


@pytest.mark.parametrize("keyword", MODERN_KEYWORDS)
def test_a_keyword_of_openapi_3_1_is_enforced(keyword):
    schema, good, bad = MODERN_KEYWORDS[keyword]

    assert accepts(schema, good, MODERN)
    assert not accepts(schema, bad, MODERN)
    assert list(Schemas(MODERN).validator(schema, "here").violations(bad))


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_keyword_is_enforced(keyword):
    schema, good, bad = KEYWORDS[keyword]

    assert accepts(schema, good)
    assert not accepts(schema, bad)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_lets_through_what_is_of_it(name):
    good, _ = FORMATS[name]

    assert [text for text in good if not accepts({"type": "string", "format": name}, text)] == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("beside", [{}, {"pattern": ""}, {"description": "Any."}])
def test_a_format_refuses_what_is_not_of_it(name, beside):
    good, bad = FORMATS[name]
    longer = [
        before + text + after
        for text in good
        for before, after in ((" ", ""), ("", " "), ("\n", ""), ("", "\n"))
        if name not in SPACIOUS
    ]

    assert [text for text in bad + longer if accepts({"type": "string", "format": name} | beside, text)] == []


EDGES = sorted({edge + off for edges in RANGES.values() for edge in edges for off in (-1, 0, 1)})


# https://spec.openapis.org/registry/format/
LIMITS = {
    "int8": (-128, 127),
    "int16": (-32768, 32767),
    "int32": (-2147483648, 2147483647),
    "int64": (-9223372036854775808, 9223372036854775807),
    "uint8": (0, 255),
    "uint16": (0, 65535),
    "uint32": (0, 4294967295),
    "uint64": (0, 18446744073709551615),
    "double-int": (-9007199254740991, 9007199254740991),
}


@pytest.mark.parametrize("name", RANGES)
@given(number=NUMBERS | st.sampled_from(EDGES))
@settings(derandomize=True, deadline=None)
def test_an_integer_format_is_its_range(name, number):
    least, greatest = LIMITS[name]

    assert accepts({"type": "integer", "format": name}, number) == (least <= number <= greatest)
    assert accepts({"type": "integer", "format": name, "minimum": -(2**80)}, number) == (least <= number <= greatest)


def test_a_format_says_something_of_its_own_type_alone():
    assert accepts({"type": "string", "format": "int32"}, "9" * 20)
    assert accepts({"type": "integer", "format": "uuid"}, 1)
    assert accepts({"format": "date"}, 1)
    assert not accepts({"format": "date"}, "1")
    assert not accepts({"type": ["string", "null"], "format": "date"}, "1", MODERN)


def test_a_format_that_nobody_knows_is_for_people():
    assert accepts({"type": "string", "format": "phone"}, "?")


def test_a_format_of_one_character():
    assert accepts({"type": "string", "format": "char"}, "\N{GRINNING FACE}")
    assert not accepts({"type": "string", "format": "char", "maxLength": 5}, "ab")


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
    assert accepts(schema | {"nullable": False}, value) == accepts(schema, value)
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
    return Contract(compile_contract(document), environment={"TABLE_THINGS": "things"}).operations["get_thing"]


def read(operation, query="", **headers):
    context = {"http": {"method": "GET"}}
    path = {"thingId": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"}
    event = {"requestContext": context, "rawPath": "/", "rawQueryString": query, "headers": headers}
    return read_parameters(operation, events.read_call(event | {"pathParameters": path}))


def test_an_operation_says_a_parameter_of_its_path_anew():
    own = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}

    operation = things(lambda path, _: path["get"]["parameters"].append(own))

    assert [each.cast for each in operation.parameters if each.name == "thingId"] == ["string"]


@pytest.mark.parametrize(("default", "text"), [(0.1, "0.1"), (1.0, "1.0"), (1e-7, "0.0000001"), (0, "-0.0")])
def test_a_default_is_read_as_exactly_as_what_is_sent(default, text):
    schema = {"type": "number", "minimum": 0, "maximum": 1, "default": default}

    operation = things(lambda path, _: path["get"]["parameters"][0].update(schema=schema))

    assert repr(read(operation)["most"]) == repr(read(operation, f"most={text}")["most"])
    assert read(operation)["most"] == Decimal(str(default))


def test_a_default_of_a_referenced_schema_is_used():
    def change(path, document):
        document["components"]["schemas"]["Limit"] = {"type": "integer", "default": 7}
        path["get"]["parameters"][0]["schema"] = {"$ref": "#/components/schemas/Limit"}

    assert read(things(change))["most"] == 7


def test_the_security_of_the_document_is_that_of_operations_that_say_none():
    def change(path, document):
        document["security"] = [{"oauth": ["things/write"]}]
        del path["get"]["security"]

    [[need]] = things(change).security
    assert need.scopes == {"things/write"}


def test_a_word_means_the_same_as_to_readers_of_yaml_1_2(tmp_path):
    contract = tmp_path / "openapi.yaml"
    contract.write_text("values: [no, on, 010, 0x1f, 1_0, 2026-01-31, 12:30, ~, true, -1.5, 1e3]")

    values = load(contract)["values"]

    assert values == ["no", "on", "010", "0x1f", "1_0", "2026-01-31", "12:30", None, True, -1.5, 1000.0]


def test_a_contract_without_idempotency_keys_needs_no_table_for_them(tmp_path):
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", ignore=shutil.ignore_patterns("compiled", "__pycache__"))
    compile_to(tmp_path / "handlers" / "compiled", THINGS)
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", "TABLE_THINGS": "things"}

    command = [sys.executable, "-c", "import specbound.resources.idempotency"]
    started = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert started.returncode == 0, started.stderr
