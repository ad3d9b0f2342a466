"""What a proxy says of an exchange, and what it reads of the wire."""

import gzip
import json
import zlib
from pathlib import Path

import pytest

from specbound.compiler.artefact import artefact
from specbound.contract import Contract
from specbound.failures import Failed
from specbound.proxy.beside import beside
from specbound.proxy.checking import Answered, Checker, Sent
from specbound.proxy.drift import Drift, Report, masked, place_of
from specbound.proxy.wire import MOST_BYTES, Copy, decoded, end_to_end, headers_of

INTEGER = {"schema": {"type": "integer", "minimum": 1}}
HEADERS = {
    "X-Count": INTEGER,
    "X-Flag": {"schema": {"type": "boolean"}},
    "X-Ids": {"schema": {"type": "array", "items": {"type": "integer"}}},
    "X-Both": {"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}, "explode": True},
    "X-Json": {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}},
}


@pytest.fixture
def document():
    body = {"application/json": {"schema": {"type": "number", "maximum": 5}}}
    replies = {"200": {"description": "Fine.", "headers": HEADERS, "content": body}, "4XX": {"description": "No."}}
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    return {
        "openapi": "3.0.3",
        "info": {"title": "Numbers", "version": "1"},
        "servers": [{"url": "https://example.com/base"}],
        "paths": {"/numbers": {"get": {"operationId": "one", "parameters": parameters, "responses": replies}}},
    }


@pytest.fixture
def contract(document, tmp_path):
    file: Path = tmp_path / "openapi.yaml"
    file.write_text(json.dumps(document))
    return Contract(artefact(file, as_written=True), tmp_path, {})


@pytest.fixture
def checker(contract):
    return Checker(contract, "/behind")


def found(checker, answered, path="/base/numbers", query=""):
    sent = Sent("GET", path, query, {}, b"")
    return [(each.place, each.what) for each in checker.drifts(sent, checker.request(sent), answered)]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("x-count", "7", "0"),
        ("x-count", "7", "seven"),
        ("x-flag", "true", "yes"),
        ("x-ids", "1, 2", "1,b"),
        ("x-both", "a=1,b=2", "a=b"),
        ("x-json", '{"a": 1}', "{}"),
        ("x-json", '{"a": 1}', "{"),
    ],
)
def test_a_header_is_read_as_it_is_written(checker, name, right, wrong):
    fine, other = (Answered(200, {"content-type": "application/json", name: each}, b"1") for each in (right, wrong))

    assert found(checker, fine) == []
    assert [place.startswith(f"header/{name}") for place, _ in found(checker, other)] == [True]


@pytest.mark.parametrize("path", ["/base/numbers", "/numbers"])
def test_a_path_may_begin_at_the_base_path_or_below(checker, path):
    assert found(checker, Answered(200, {"content-type": "application/json"}, b"6"), path) == [
        ("body", "must be at most 5")
    ]


def test_a_range_promises_its_statuses_and_nothing_of_a_body(checker):
    assert found(checker, Answered(404, {}, b"")) == []
    assert found(checker, Answered(404, {}, b"{}")) == [("body", "is not declared")]
    assert found(checker, Answered(500, {}, b"")) == [("status", "is not declared: 200, 4XX")]


def test_a_number_that_the_engine_can_not_keep_is_no_drift(checker):
    number = b"0." + b"1" * 50

    assert found(checker, Answered(200, {"content-type": "application/json"}, number)) == []


@pytest.mark.parametrize(
    ("method", "path", "is_drift"),
    [
        ("GET", "/docs", False),
        ("HEAD", "/openapi.json", False),
        ("GET", "/", False),
        ("GET", "/favicon.ico", False),
        ("GET", "/health", False),
        ("POST", "/docs", True),
        ("GET", "/docs/more", True),
        ("GET", "/base/others", True),
        ("POST", "/metrics", False),
        ("GET", "/base/metrics", True),
        ("GET", "/assets/a/b.css", False),
        ("GET", "/assets", True),
    ],
)
def test_what_a_server_has_beside_its_operations_is_no_drift(contract, document, method, path, is_drift):
    checker = Checker(contract, "/behind", beside(document, ["/metrics", "/assets/*"]))
    sent = Sent(method, path, "", {}, b"")
    judged = checker.request(sent)

    assert bool([*checker.drifts(sent, judged, Answered(200, {}, b"fine"))]) == is_drift == (not judged.is_beside)


def test_what_the_contract_has_is_checked_whatever_is_ignored(contract, document):
    checker = Checker(contract, "/behind", beside(document, ["/*"]))

    assert found(checker, Answered(200, {"content-type": "application/json"}, b"6")) == [("body", "must be at most 5")]


def test_what_is_ignored_is_a_path(document):
    with pytest.raises(Failed, match="a path begins with a slash, as /docs does"):
        beside(document, ["docs"])


def test_only_what_the_server_takes_is_a_wrong_request(checker):
    taken = Answered(200, {"content-type": "application/json"}, b"1")

    assert found(checker, taken, query="limit=a") == [("query/limit", "must be a whole number, and it was taken")]
    assert found(checker, Answered(400, {}, b""), query="limit=a") == []


def test_what_is_between_two_machines_is_left_out():
    lines = [(b"Connection", b"close, X-Hop"), (b"X-Hop", b"1"), (b"TE", b"trailers"), (b"Accept", b"*/*")]

    assert end_to_end(lines) == [(b"Accept", b"*/*")]
    assert headers_of([(b"A", b"1"), (b"a", b" 2 "), (b"Cookie", b"a=b"), (b"Cookie", b"c=d")]) == {
        "a": "1, 2", "cookie": "a=b; c=d",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "coding", "plain"),
    [
        (b"text", "", b"text"),
        (gzip.compress(b"text"), "gzip", b"text"),
        (zlib.compress(b"text"), "deflate", b"text"),
        (zlib.compress(b"text", wbits=-zlib.MAX_WBITS), "deflate", b"text"),
        (gzip.compress(zlib.compress(b"text")), "deflate, GZIP", b"text"),
        (b"text", "gzip", None),
        (b"text", "br", None),
        (gzip.compress(b"0" * (MOST_BYTES + 1)), "gzip", None),
    ],
    ids=["none", "gzip", "deflate", "bare deflate", "one in the other", "none, but said", "unknown", "too much"],
)
def test_codings_are_undone_as_far_as_they_are_known_and_no_further(content, coding, plain):
    assert decoded(content, coding) == plain


def test_a_copy_ends_where_there_is_too_much():
    copy = Copy()
    copy.add(b"0" * MOST_BYTES)
    assert copy.content == b"0" * MOST_BYTES
    copy.add(b"0")
    assert copy.content is None


def test_a_report_counts_and_tells_each_drift_once(tmp_path):
    report = Report("https://example.com", "openapi.yaml", {"one": "GET /one", "two": "GET /two"})
    drift = Drift("GET /one", "one", "reply", 200, "body", "is missing")
    for _ in range(2):
        report.called("one")
    report.called(None)

    assert report.add([drift, drift]) == [drift] and report.add([drift]) == []
    report.write(tmp_path / "new" / "report.json")
    assert (tmp_path / "new" / "report.json").exists()
    assert report.as_json()["operations"] == {"one": 2, "two": 0}
    assert [*report.lines()] == [
        "3 requests to 1 of 2 operations.",
        "  GET /one (one): reply 200: body: is missing (2 times)",
        "Drift: 1 difference.",
    ]


def test_what_may_be_somebodys_is_not_told():
    assert masked("/v1/users/ada@example.com/keys/0a1b/%20/settings") == "/v1/users/*/keys/*/*/settings"
    assert place_of("/items/17/line1/ada@example.com/4711471147") == "/items/*/line1/*/*"
