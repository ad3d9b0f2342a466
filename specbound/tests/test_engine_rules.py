"""What the engine relies on is checked when the contract is compiled: by name, and with the way out."""

import math
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import Refused, load
from specbound.compiler.report import described
from specbound.compiler.translation import compile_contract
from tests.changed import DROP, LISTED, Change, listed, said, without


def listing(**changes: Any) -> Change:
    return said("paths", "/things", "get", **changes)


def limit(**changes: Any) -> Change:
    return said("components", "parameters", "Limit", "schema", **changes)


def token(**changes: Any) -> Change:
    return said("components", "parameters", "NextToken", "schema", **changes)


def page(**changes: Any) -> Change:
    return said("components", "schemas", "Page", "properties", **changes)


def throttle(value: Any) -> Change:
    return listing(**{"x-throttle": value})


def slo(value: Any) -> Change:
    return listing(**{"x-slo": value})


def problems(value: Any) -> Change:
    return listing(**{"x-problems": value})


def meanings(value: Any) -> Change:
    """What the document says of its types of problems, of which an operation has `a`."""

    def change(contract: dict[str, Any]) -> None:
        problems({"a": 400})(contract)
        contract["x-problems"] = value

    return change


def header(schema: Any) -> Change:
    return said("paths", "/things/{thingId}", "get", "responses", "200", "headers", "ETag", schema=schema)


def taken(number: int, schema: Any) -> Change:
    """The schema of a header that is read: If-Match, If-None-Match or Idempotency-Key."""
    return said("paths", "/things/{thingId}", "put", "parameters", str(number), schema=schema)


def renamed(number: int, name: str) -> Change:
    return said("paths", "/things/{thingId}", "put", "parameters", str(number), name=name)


TEXT = {"type": "string", "maxLength": 100}
INTEGER = {"type": "integer", "minimum": 1}
SLO = "x-slo takes p99_ms and fault_share, as in { p99_ms: 500, fault_share: 0.001 }"
P99 = f"GET /things: {SLO}; p99_ms is a whole number of milliseconds from 1 to 29000"
SHARE = f"GET /things: {SLO}; fault_share is a number from 0 on and below 1"
THROTTLE = "GET /things: x-throttle needs a rate and a burst of 1 or more, as in { rate: 10, burst: 20 }"
LIMIT = "parameter limit: the engine's pages need an integer with a minimum of 1 or more, a maximum and a default"
TOKEN = "parameter nextToken: it must be a string of at most 2050 characters, and admit the engine's cursors"
PAGE = (
    "GET /things reply 200: the engine's pages have items, count and, but for the last, nextToken, 46 hex digits; here"
)
TAGS = "it must be a string that admits entity tags as the engine writes them"

OPERATIONS: list[tuple[Change, str]] = [
    (throttle(None), THROTTLE + ", and nothing else"),
    (throttle(10), THROTTLE + ", and nothing else"),
    (throttle({"rate": 10}), THROTTLE + ", and nothing else"),
    (throttle({"rate": 10, "burst": 20, "quota": 5}), THROTTLE + ", and nothing else"),
    (throttle({"rate": 0.5, "burst": 20}), THROTTLE + "; a burst is a whole number"),
    (throttle({"rate": 10, "burst": 0}), THROTTLE + "; a burst"),
    (throttle({"rate": 10, "burst": 2.5}), THROTTLE + "; a burst"),
    (throttle({"rate": "10", "burst": 20}), THROTTLE + "; a burst"),
    (throttle({"rate": 10, "burst": True}), THROTTLE + "; a burst"),
    *((slo(value), f"GET /things: {SLO}, and nothing else") for value in (None, 500, [], {"p95_ms": 500})),
    *((slo({"p99_ms": value}), P99) for value in (None, "500", True, 0, -1, 0.5, 29_001, 10**30)),
    *((slo({"fault_share": value}), SHARE) for value in (None, "0.1", True, -0.001, 1, 1.5, math.nan, math.inf)),
    *((problems(value), "GET /things: x-problems has types of problems") for value in (None, 409, ["email-taken"])),
    *(
        (problems({name: 400}), f"GET /things: {name!r} is no type of problem")
        for name in ("EmailTaken", "a--b", "", 7)
    ),
    *((problems({"a": value}), "GET /things: the status of a is a number") for value in (None, "409", True, 399, 600)),
    (problems({"email-taken": 418}), "GET /things: email-taken is answered with 418: declare that status"),
    *(
        (lambda c, value=value: c.update({"x-problems": value}), "the document: x-problems says what types")
        for value in (None, 409, ["a"])
    ),
    (meanings({"b": {"remedy": "Wait."}}), "the document: no operation has 'b' in its x-problems"),
    *(
        (meanings({"a": value}), "the document: a has a description and a remedy")
        for value in (None, 409, "Wait.", {}, {"title": "A"})
    ),
    *(
        (meanings({"a": {"remedy": value}}), "the document: the description and the remedy of a are texts")
        for value in (None, 409, " ", ["Wait."])
    ),
    *(
        (said("info", **{name: value}), f"the document: {name} of info is an address")
        for name in ("x-repository", "x-changelog")
        for value in (None, 5, "", "here", "ftp://a.example", "https://", "https://[::1")
    ),
    *(
        (said("info", **{"x-go-module": value}), "the document: x-go-module of info is a module's path")
        for value in (None, 5, "", "orders", "https://example.com/orders", "example.com/", "Example.com/orders")
    ),
    (lambda c: c.update({"x-slo": {"latency": 1}}), f"the document: {SLO}, and nothing else"),
    *(
        (
            listing(security=[{"oauth": [scope]}]),
            f"GET /things: no token can have {scope!r}: a scope has no blank and no quote",
        )
        for scope in ("things / read", "", 'things"read', "things\\read", "thíngs/read")
    ),
    (
        lambda c: c.update(servers=[{"url": "https://[::1"}]),
        "the document: 'https://[::1' is no URL of a server",
    ),
]
LISTS: list[tuple[Change, str]] = [
    (limit(default=DROP), "GET /things " + LIMIT),
    (limit(minimum=DROP), LIMIT),
    (limit(maximum=DROP), LIMIT),
    (limit(minimum=0), LIMIT),
    (limit(type="number"), LIMIT),
    (token(pattern="^[0-9a-f]{32}$"), "GET /things " + TOKEN),
    (token(pattern="^[0-8a-f]{46}$"), TOKEN),
    (token(maxLength=45), TOKEN),
    (token(maxLength=DROP), TOKEN),
    (token(maxLength=2051), TOKEN),
    (token(format="uuid"), TOKEN),
    (lambda c: c["components"]["parameters"]["NextToken"].update(schema=INTEGER), TOKEN),
    (page(nextToken=TEXT | {"pattern": "^[0-9]+$"}), PAGE + " nextToken"),
    (page(nextToken=DROP), PAGE + " nextToken is not known here"),
    (page(items=DROP), PAGE + " items is not known here"),
    (said("components", "schemas", "Page", required=["items", "total"]), PAGE + " total is required"),
    (page(items={"type": "array", "minItems": 1, "items": {"type": "object"}}), PAGE + " items"),
    (
        page(items={"type": "array", "maxItems": 99, "items": {"type": "object"}}),
        "GET /things reply 200: items takes 99 at most, and limit lets 100 be asked for",
    ),
    (page(items={}), "GET /things reply 200: a page has items, an array"),
    (without("paths", "/things", "get", "responses", "200", "content"), "GET /things reply 200: a list answers pages"),
    (
        lambda c: c["paths"]["/things"]["get"].update(responses={"204": {"description": "None."}}),
        "a list answers pages: describe them, as application/json",
    ),
]
HEADERS: list[tuple[Change, str]] = [
    (
        header(TEXT | {"pattern": "^[0-9]+$"}),
        'GET /things/{thingId} reply 200 header ETag: it must be a string that admits the version in quotes, "1"',
    ),
    (header(INTEGER), "header ETag: it must be a string that admits the version"),
    (taken(0, TEXT | {"pattern": '^"[0-9]+"$'}), f"PUT /things/{{thingId}} parameter If-Match: {TAGS}"),
    (taken(0, INTEGER), f"parameter If-Match: {TAGS}"),
    (taken(1, TEXT | {"maxLength": 2}), f"PUT /things/{{thingId}} parameter If-None-Match: {TAGS}"),
    (taken(2, INTEGER), "PUT /things/{thingId} parameter Idempotency-Key: it must be a string that admits keys"),
    (renamed(0, "if-match"), "PUT /things/{thingId} parameter if-match: the engine knows it as If-Match. Write it so"),
    (renamed(2, "idempotency-key"), "parameter idempotency-key: the engine knows it as Idempotency-Key"),
    (renamed(0, "If-Range"), "parameter If-Range: the engine does not evaluate it. Take If-Match or If-None-Match"),
    (renamed(1, "if-modified-since"), "parameter if-modified-since: the engine does not evaluate it"),
]

REFUSALS = OPERATIONS + LISTS + HEADERS


def test_the_contract_that_the_refusals_start_from_compiles() -> None:
    assert set(compile_contract(load(LISTED))["operations"]) == {"list_things", "get_thing", "update_thing"}


@pytest.mark.parametrize(("change", "message"), REFUSALS)
def test_what_the_engine_relies_on_is_checked(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(listed(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)


MISTAKES = {
    "x-throttle: { rate: 10.5, burst: 20 }": (
        "x-throttle: { rate: 10.5 }",
        "GET /things: x-throttle needs a rate and a burst of 1 or more, as in { rate: 10, burst: 20 }, "
        "and nothing else.",
    ),
    "description: Done.": (
        "description: 5",
        "paths /things/{thingId} put responses 204 description: 5 is not of type 'string', says OpenAPI 3.0's own "
        'schema. Write it in quotes: "5".',
    ),
    "operationId: get_thing": (
        "operationId: listThings",
        "GET /things/{thingId}: its function would be called list_things, as that of GET /things (list_things). "
        "Give one another operationId.",
    ),
    "x-max-bytes: 1000": (
        "x-max-bytes: all",
        "PUT /things/{thingId}: x-max-bytes is how large its body may be, from 1 to 6291456 bytes: Lambda takes no "
        "more. Without it, it is 1048576.",
    ),
    "info: { title: Things, version: 1.0.0 }": (
        "info: { title: Things }",
        "info: 'version' is a required property, says OpenAPI 3.0's own schema.",
    ),
    "schema: { type: integer, minimum: 1, maximum: 100, default: 20 }": (
        "schema: { type: integer, minimum: 1, maximum: 100 }",
        "GET /things parameter limit: the engine's pages need an integer with a minimum of 1 or more, a maximum and a "
        "default.",
    ),
    "size: { type: integer, minimum: 0, maximum: 10 }": (
        "size: { type: integer, pattern: '(', maximum: 10 }",
        "GET /things reply 200 application/json/items/items/size: its pattern is no regular expression (ECMA-262): "
        "missing ), unterminated subpattern at position 0.",
    ),
    "newest: { hash_key: listPartition, range_key: position, projection: ALL }": (
        "newest: { hash_key: listPartition, range_key: position }",
        "x-dynamodb things/newest: say projection: ALL, for a list shows whole items.",
    ),
    "actions: [GetItem, PutItem]": (
        "actions: [GetItem, PutItem, Scan]",
        "x-dynamodb idempotency: actions lists what the function does to items, each once, of BatchGetItem, "
        "BatchWriteItem, ConditionCheckItem, DeleteItem, GetItem, PutItem, Query, UpdateItem.",
    ),
}


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    text = LISTED.read_text(encoding="utf-8")
    expected = []
    for right, (wrong, message) in MISTAKES.items():
        line = 1 + text[: text.index(right)].count("\n")
        text = text.replace(right, wrong, 1)
        expected.append((line, message))
    contract = tmp_path / "openapi.yaml"
    contract.write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        compile_contract(load(contract))

    assert described(refused.value, contract).splitlines() == [
        f"openapi.yaml:{line}: {message}" for line, message in sorted(expected)
    ]
