"""How a body becomes a value: JSON in UTF-8, numbers in one spelling, and a name for what it is instead."""

import base64
import bz2
import gzip
import json
import lzma
import zlib
from decimal import Decimal
from functools import partial
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.compiler.document import load
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.exact_json import DEEPEST, dumps, number
from specbound.http import events
from specbound.http.reading import cast, decode_body, read_body, read_parameters
from specbound.problems import MOST_VIOLATIONS, BadRequest, ContentTooLarge, Problem, UnsupportedMediaType, Violation
from tests.subject import contract
from tests.test_compiled import THINGS

NOT_JSON = "is not JSON (RFC 8259)"
ADA = json.dumps({"name": "Ada Lovelace", "email": "ada@example.com"})
INEXACT = "has a number that cannot be kept exactly"
# One value, and ways to write it.
SPELLINGS = {
    "19.99": ["19.99", "19.990", "1999e-2", "0.1999E+2", "19.99" + "0" * 50],
    "100": ["100", "100.0", "1e2", "1E+2", "1000e-1", "100." + "0" * 50],
    "0": ["0", "-0", "0.0", "-0.0", "0e5", "-0E-7", "0e-400", "0e99999999999999999999"],
    "-5": ["-5", "-5.0", "-50e-1", "-0.5e1"],
    "0.000001": ["0.000001", "1e-6", "0.0000010"],
    "1E-130": ["1E-130", "10e-131"],
    "1234567890" * 3 + "12345678": ["1234567890" * 3 + "12345678", "1234567890" * 3 + "1234567.8e1"],
}  # fmt: skip
NOT_EXACT = [
    "9" * 39, "-" + "9" * 39, "9" * 5000, "-" + "9" * 5000, "1" + "0" * 5000, "9" * 60_000,
    "0." + "1" * 39,
    "1e126", "1e400", "1e-131", "1e-140", "1e-400", "1e99999999999999999999", "1e-99999999999999999999",
    "0.5e-130", "0." + "0" * 5000 + "1",
]  # fmt: skip


def event(body=None, query="", **parts):
    context = {"http": {"method": "POST"}}
    return {"requestContext": context, "rawPath": "/", "headers": {}, "rawQueryString": query, "body": body} | parts


def sent(content):
    """A body as the gateway passes bytes on."""
    return event(base64.b64encode(content).decode(), isBase64Encoded=True)


def answer(operation_id, event):
    """The problem that reading a body ends with; None if it is read."""
    operation = contract.operations[operation_id]
    try:
        read_body(operation, events.read_call(event))
    except Problem as problem:
        operation.check_reply(problem.response())
        return problem
    return None


def detail(content):
    problem = answer("create_user", sent(content))
    assert isinstance(problem, BadRequest)
    return problem.violations[0].detail


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ADA.encode("utf-8-sig"), "begins with a byte order mark: send it without"),
        (b"\xef\xbb\xbf", "begins with a byte order mark: send it without"),
        *((f"{mark}{ADA}".encode(f"utf-{bits}-{end}"), f"is UTF-{bits}: send UTF-8, without a byte order mark")
          for bits in (16, 32) for end in ("le", "be") for mark in ("", "\ufeff")),
        (ADA.replace("Ada", "Zo\xeb").encode("latin-1"), "is not UTF-8"),
        (b'{"a": "\x00"}', f"{NOT_JSON}: line 1, column 8: a string has a control character: write it as an escape"),
        (b"\x00", f"{NOT_JSON}: line 1, column 1: a value is missing"),
        (b"x = 1", f"{NOT_JSON}: line 1, column 1: a value is missing"),
    ],
)  # fmt: skip
def test_an_encoding_that_is_not_utf_8_is_named(content, name):
    assert detail(content) == name


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("end", ["le", "be"])
def test_a_wide_encoding_is_named_though_the_gateway_took_it_for_text(bits, end):
    problem = answer("create_user", event(f"\ufeff{ADA}".encode(f"utf-{bits}-{end}").decode(errors="replace")))

    assert problem.violations[0].detail == f"is UTF-{bits}: send UTF-8, without a byte order mark"


COMPRESSORS = {
    **{f"gzip {level}": partial(gzip.compress, compresslevel=level) for level in (1, 6, 9)},
    **{f"deflate {level}": partial(zlib.compress, level=level) for level in range(10)},
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda content: b"\x28\xb5\x2f\xfd\x20\x04" + content,
    "compress": lambda content: b"\x1f\x9d\x90" + content,
    "zip": lambda content: b"PK\x03\x04\x14\x00" + content,
}


@pytest.mark.parametrize("compressor", COMPRESSORS)
@given(content=st.text().map(str.encode) | st.just(ADA.encode()))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_a_compressed_body_is_named_though_no_header_says_so(compressor, content):
    packed = COMPRESSORS[compressor](content)

    for way in (sent(packed), event(packed.decode(errors="replace"))):
        problem = answer("create_user", way)

        assert isinstance(problem, UnsupportedMediaType)
        assert str(problem) == f"The body is compressed ({compressor.split()[0]}). Send it as it is."
        assert problem.headers == {"accept-encoding": "identity"}


@pytest.mark.parametrize("text", ["x^2", "x^2\n+ y^2", "(5/2)", "xyz", "BZh", "PK", "\x1f{}", "\ufffd", "x"])
def test_text_is_not_taken_for_something_compressed(text):
    assert detail(text.encode()) == f"{NOT_JSON}: line 1, column 1: a value is missing"


def test_a_body_that_is_not_the_base64_it_is_said_to_be_is_named():
    problem = answer("create_user", event("{}", isBase64Encoded=True))

    assert problem.violations[0].detail == "is not base64"


@pytest.mark.parametrize("letter", ["a", "ä", "火", "😀"])
@pytest.mark.parametrize("is_base64", [True, False])
def test_the_limit_of_a_body_is_counted_in_bytes(letter, is_base64):
    limit = contract.operations["create_user"].body.max_bytes
    body = json.dumps(json.loads(ADA) | {"name": letter * 50}, ensure_ascii=False)
    fits = body + " " * (limit - len(body.encode()))

    def pack(text):
        return sent(text.encode()) if is_base64 else event(text)

    assert answer("create_user", pack(fits)) is None
    problem = answer("create_user", pack(fits + " "))
    assert isinstance(problem, ContentTooLarge)
    assert str(problem) == f"The body has {limit + 1} bytes, at most {limit} are taken."


@pytest.mark.parametrize(("value", "text"), [(value, text) for value, texts in SPELLINGS.items() for text in texts])
def test_a_number_has_one_spelling(value, text):
    read = decode_body(f"[{text}]".encode())[0]

    assert str(read) == value == str(read_number(text)["most"])
    assert type(read) is (Decimal if "." in value or "E" in value else int)


@pytest.mark.parametrize("text", NOT_EXACT, ids=lambda text: f"{text[:20]} {len(text)}")
def test_a_number_that_cannot_be_kept_exactly_is_said_to_be_one(text):
    with pytest.raises(BadRequest) as in_body:
        decode_body(f'{{"a": [1, {text}]}}'.encode())
    with pytest.raises(BadRequest) as in_query:
        read_number(text)

    assert [each.detail for each in in_body.value.violations] == [f"{INEXACT}: line 1, column 11"]
    assert [(each.where, each.pointer, each.detail) for each in in_query.value.violations] == [
        ("query", "/most", INEXACT)
    ]


@given(digits=st.integers(-(10**38) + 1, 10**38 - 1), exponent=st.integers(-90, 80), zeros=st.integers(0, 60))
@settings(derandomize=True, deadline=None)
def test_a_number_is_the_same_with_any_zeros_at_its_end(digits, exponent, zeros):
    value = number(f"{digits}e{exponent}")

    assert str(number(f"{digits}{'0' * zeros}e{exponent - zeros}")) == str(value)
    assert value == Decimal(f"{digits}e{exponent}")


@pytest.mark.parametrize(
    "text", ["+5", " 5", "05", "1_0", ".5", "5.", "1e", "e1", "--1", "0x1", "\u0665", "NaN", "Infinity", "5 ", ""]
)
def test_text_that_json_would_not_write_is_no_number(text):
    with pytest.raises(BadRequest) as refused:
        read_number(text)

    assert [each.detail for each in refused.value.violations] == ["must be a number"]


@pytest.mark.parametrize("text", ["5.0", "1e1", "5.5", "abc", "1" * 31 + "x"])
def test_text_with_a_fraction_or_an_exponent_is_no_whole_number(text):
    with pytest.raises(BadRequest) as refused:
        read_parameters(contract.operations["list_users"], events.read_call(event(query=f"limit={text}")))

    assert [each.detail for each in refused.value.violations] == ["must be a whole number"]


def test_what_could_not_be_read_is_told_beside_all_else():
    query = f"limit={'9' * 50}&status=gone&nextToken=x&nextToken={'0' * 46}&nextToken=z&page=1"

    with pytest.raises(BadRequest) as refused:
        read_parameters(contract.operations["list_users"], events.read_call(event(query=query)))

    assert {(each.pointer, each.detail) for each in refused.value.violations} == {
        ("/limit", INEXACT),
        ("/nextToken", "is given more than once"),
        ("/status", "must be one of active, inactive"),
        ("/page", "is not known here"),
    }


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 10**38 - 1, 5, Decimal("19.99")])
def test_a_number_of_any_size_is_written_as_it_is_read(value):
    body = {"a": [value, {"b": value}]}

    assert decode_body(dumps(body)) == body


def test_what_is_no_json_is_not_written():
    with pytest.raises(TypeError):
        dumps({"a": {1, 2}})


def sent_thing(body, **thing):
    """What an operation is given of a body, where the schema says something else of it."""
    document = load(THINGS)
    document["components"]["schemas"]["Thing"]["properties"] |= thing
    compiled = compile_contract(document)
    operation = Contract(compiled, environment={"TABLE_THINGS": "things"}).operations["create_thing"]
    return read_body(operation, events.read_call(event(body)))


def test_a_body_has_its_defaults_before_the_operation_sees_it():
    given = sent_thing('{"name": "a"}', size={"type": "integer", "default": 3})

    assert given == {"name": "a", "size": 3}


def test_a_body_with_something_read_only_is_refused():
    with pytest.raises(BadRequest) as refused:
        sent_thing('{"name": "a", "size": 1}', size={"type": "integer", "readOnly": True})

    [violation] = refused.value.violations
    assert violation == Violation("body", "/size", "must be left out: it is read-only, and only replies have it")


def test_an_integer_of_any_size_is_kept_exactly_or_refused():
    assert sent_thing('{"name": "a", "size": %s}' % ("9" * 38), size={"type": "integer"})["size"] == 10**38 - 1
    with pytest.raises(BadRequest):
        sent_thing('{"name": "a", "size": %s}' % ("9" * 39), size={"type": "integer"})


def read_number(text):
    """What a parameter that is any number is read as."""
    document = load(THINGS)
    del document["paths"]["/things/{thingId}"]["parameters"]
    document["paths"]["/things"]["get"] = document["paths"].pop("/things/{thingId}")["get"]
    document["paths"]["/things"]["get"]["parameters"][0]["schema"] = {"type": "number"}
    operation = Contract(compile_contract(document), environment={"TABLE_THINGS": "things"}).operations["get_thing"]
    return read_parameters(operation, events.read_call(event(query=f"most={quote(text)}")))


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_how_deep_a_body_nests_does_not_depend_on_the_stack(opening, closing):
    levels = opening.count("[") + opening.count("{")
    most = DEEPEST // levels

    decode_body((opening * most + "1" + closing * most).encode())
    for more in (most + 1, 100, 400, 900, 8_000):
        told = detail((opening * more + "1" + closing * more).encode())
        assert told.startswith("nests too deep: line 1, column ")


@pytest.mark.parametrize(
    "content", ["[" + "[]," * 2000 + "[]]", json.dumps("[{" * 2000), json.dumps({"a": [{"b": "[" * 99}] * 99})]
)
def test_many_brackets_are_not_depth(content):
    assert decode_body(content.encode()) == json.loads(content)


class Counted(list):
    """A list that counts how many of its items were looked at."""

    looked_at = 0

    def __iter__(self):
        for each in super().__iter__():
            self.looked_at += 1
            yield each


LIMIT = contract.operations["create_users"].body.max_bytes
HOSTILE = {
    "empty objects": '{"items":[' + ",".join(["{}"] * 87_000) + "]}",
    "unknown members": "{" + ",".join(f'"{n}":1' for n in range(26_000)) + "}",
    "unknown members of items": '{"items":[' + ",".join(['{"a":1,"b":1}'] * 18_000) + "]}",
    "wrong members": '{"items":[' + ",".join(['{"name":1,"email":1}'] * 12_000) + "]}",
    "numbers": '{"items":[' + ",".join(["1"] * 130_000) + "]}",
    "a long name": json.dumps({"x" * 200_000: 1, "items": [{"y" * 60_000: 1}]}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_more_violations_are_looked_for_than_are_told(name):
    body = HOSTILE[name]
    assert len(body) <= LIMIT

    problem = answer("create_users", event(body))

    assert len(problem.violations) <= MOST_VIOLATIONS
    assert all(len(each.pointer) < 3 * MOST_VIOLATIONS for each in problem.violations)
    if name != "a long name":
        assert str(problem) == "The request has at least 1000 violations of the contract."


def test_the_search_for_violations_ends_with_the_last_one_that_is_told():
    validator, items = contract.operations["create_users"].body.json.validator, Counted([{}] * 50_000)

    problem = BadRequest(violation_of(found) for found in validator.violations({"items": items}))

    assert len(problem.violations) == MOST_VIOLATIONS
    assert items.looked_at <= MOST_VIOLATIONS


@pytest.mark.parametrize(
    ("count", "said"), [(1, ""), (2, ""), (999, ""), (1000, ""), (1001, "at least "), (5000, "at least ")]
)
def test_the_number_of_violations_is_told(count, said):
    problem = BadRequest(violation_of(((), "x")) for _ in range(count))

    told = min(count, MOST_VIOLATIONS)
    assert str(problem) == f"The request has {said}{told} violation{'s' * (told > 1)} of the contract."


def violation_of(found):
    return Violation("body", str(found[0]), found[1])


def test_a_boolean_is_one_of_two_words_and_anything_else_stays_a_text():
    assert [cast("boolean", text) for text in ("true", "false", "True", "0", "")] == [True, False, "True", "0", ""]
