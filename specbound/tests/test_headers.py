"""What holds for header fields: their names have no case, and all lines of a name are one list, wherever they stand."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.http.fields import read_headers
from specbound.local import embedded
from tests.events import event_1_0, event_2_0, send

SPELLINGS = [str.lower, str.upper, str.title, str.swapcase, lambda name: name[0].upper() + name[1:]]
# The places that a field can stand in, each made of its name and its lines.
PLACES = {
    "payload 2.0": lambda name, *lines: (event_2_0, {"headers": {name: ",".join(lines)}}),
    "payload 1.0, headers": lambda name, *lines: (event_1_0, {"headers": {name: ", ".join(lines)}}),
    "payload 1.0, multiValueHeaders": lambda name, *lines: (
        event_1_0,
        {"headers": None, "multiValueHeaders": {name: list(lines)}},
    ),
    "payload 1.0, both": lambda name, *lines: (
        event_1_0,
        {"headers": {name: lines[-1]}, "multiValueHeaders": {name: list(lines)}},
    ),
    "payload 1.0, both, of which one is empty": lambda name, *lines: (
        event_1_0,
        {"headers": {}, "multiValueHeaders": {name: list(lines)}},
    ),
}
everywhere = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
however_spelt = pytest.mark.parametrize("spelt", SPELLINGS, ids=lambda spelt: spelt("if-match"))


@pytest.fixture(scope="module", autouse=True)
def empty_tables():
    embedded.empty()


def request(place, method, path, name, *lines, **parts):
    make, headers = place(name, *lines)
    return send(make(method, path, **headers, **parts))


def create(**parts):
    body = json.dumps({"name": "Ada Lovelace", "email": f"{uuid4()}@example.com"})
    status, user, _ = send(event_2_0("POST", "/users", body=body, **parts))
    assert status == 201
    return f"/users/{user['userId']}"


@everywhere
@however_spelt
def test_a_precondition_holds_however_it_is_spelt(place, spelt):
    path, body = create(), json.dumps({"name": "Ada King"})

    stale = request(place, "PUT", path, spelt("if-match"), '"77"', body=body)
    fresh = request(place, "PUT", path, spelt("if-match"), '"1"', body=body)

    assert (stale[0], fresh[0]) == (412, 200)


@everywhere
@however_spelt
@pytest.mark.parametrize("lines", [('"1"', '"77"'), ('"77"', '"1"'), ('"5"', '"1"', '"6"')])
def test_every_line_of_a_list_counts(place, spelt, lines):
    status, _, _ = request(place, "GET", create(), spelt("if-none-match"), *lines)

    assert status == 304


@everywhere
@however_spelt
def test_a_request_with_a_key_is_done_once_however_it_is_spelt(place, spelt):
    key = str(uuid4())
    body = json.dumps({"name": "Ada Lovelace", "email": f"{key}@example.com"})

    first = request(place, "POST", "/users", spelt("idempotency-key"), key, body=body)
    second = request(PLACES["payload 2.0"], "POST", "/users", "idempotency-key", key, body=body)

    assert (first[0], first[1]) == (201, second[1])


@everywhere
@however_spelt
@pytest.mark.parametrize(
    "lines", [("text/plain",), ("application/json", "text/plain"), ("text/plain", "application/json")]
)
def test_the_media_type_is_checked_however_it_is_spelt(place, spelt, lines):
    assert request(place, "POST", "/users", spelt("content-type"), *lines, body="{}")[0] == 415


@pytest.mark.parametrize("keys", [["a", "b"], ["a", "a"]])
def test_two_keys_are_none(keys):
    body = json.dumps({"name": "Ada Lovelace", "email": f"{uuid4()}@example.com"})
    event = event_1_0("POST", "/users", body=body, multiValueHeaders={"Idempotency-Key": keys})

    status, problem, _ = send(event)

    assert status == 400
    assert {each["pointer"] for each in problem["errors"]} == {"/Idempotency-Key"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"headers": {"If-Match": "1", "if-match": "2", "IF-MATCH": "3"}}, {"if-match": "1, 2, 3"}),
        ({"headers": {"If-Match": "1"}, "multiValueHeaders": {"if-match": ["2"]}}, {"if-match": "2, 1"}),
        ({"headers": {"a": "x", "b": "y"}, "multiValueHeaders": {"A": ["w", "x"]}}, {"a": "w, x", "b": "y"}),
        ({"headers": {"a": "w,x"}, "multiValueHeaders": {"A": ["w", "x"]}}, {"a": "w, x"}),
        ({"headers": {"a": "w, x"}, "multiValueHeaders": {"A": ["w", "x"]}}, {"a": "w, x"}),
        ({"headers": {"a": " \t x \t"}}, {"a": "x"}),
        ({"headers": {"a": "\u00a0x\u2003"}}, {"a": "\u00a0x\u2003"}),
        ({"headers": {"a": "  x", "A": " y "}}, {"a": "x, y"}),
        ({"headers": {"a": ""}}, {"a": ""}),
        ({"headers": {"a": "", "A": "x"}}, {"a": "x"}),
        ({"headers": {"If-Match": 77}}, {"if-match": "77"}),
        ({"headers": {"a": None, "b": "x"}}, {"b": "x"}),
        ({"headers": {"a": ["x", "y"]}}, {"a": "x, y"}),
        ({"multiValueHeaders": {"a": "x"}}, {"a": "x"}),
        ({"multiValueHeaders": {"a": []}, "headers": {"a": "x"}}, {"a": "x"}),
        ({"cookies": ["a=1", "b=2"], "headers": {"x": "y"}}, {"x": "y", "cookie": "a=1; b=2"}),
        ({"multiValueHeaders": {"Cookie": ["a=1", "b=2"]}}, {"cookie": "a=1; b=2"}),
        ({"headers": None, "multiValueHeaders": None}, {}),
        ({}, {}),
    ],
)
def test_lines_are_found_wherever_they_stand(parts, expected):
    assert read_headers(parts) == expected


@pytest.mark.parametrize(
    "parts",
    [
        {"headers": "text"},
        {"headers": ["a"]},
        {"headers": {"if-match": {"a": 1}}},
        {"headers": {"if-match": True}},
        {"headers": {"if-match": "\ud800"}},
        {"multiValueHeaders": {"if-match": ["\udfff"]}},
        {"headers": {"if-match": [["x"]]}},
        {"headers": {"if-match ": '"77"'}},
        {"headers": {" If-Match": '"77"'}},
        {"headers": {"if-match\t": '"77"'}},
        {"headers": {"if match": '"77"'}},
        {"headers": {"\u0130f-match": '"77"'}},
        {"multiValueHeaders": {"If-Match ": ['"77"']}},
        {"multiValueHeaders": "x"},
        {"multiValueHeaders": {"if-match": [{}]}},
        {"cookies": {"a": 1}},
    ],
)
@pytest.mark.parametrize("event", [event_2_0, event_1_0])
def test_a_header_that_can_not_be_read_is_never_passed_over(event, parts):
    status, problem, _ = send(event("GET", "/health", **parts))

    assert (status, problem["type"]) == (400, "urn:problem-type:bad-event")


VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=","), min_size=1, max_size=5)


@given(st.lists(st.tuples(st.sampled_from(SPELLINGS), VALUES), min_size=1, max_size=6))
def test_no_line_is_lost_whatever_the_spelling_of_each(lines):
    multiple, last = {}, {}
    for spelt, value in lines:
        name = spelt("x-some-list")
        multiple.setdefault(name, []).append(value)
        last[name] = value

    read = read_headers({"headers": last, "multiValueHeaders": multiple})["x-some-list"].split(", ")

    assert sorted(read) == sorted(value for _, value in lines)


@pytest.mark.parametrize(
    "parts",
    [
        {"queryStringParameters": {"limit": "0"}},
        {"queryStringParameters": {"limit": 0}},
        {"rawQueryString": "", "queryStringParameters": {"limit": "0"}},
        {"rawQueryString": None, "queryStringParameters": {"limit": "0"}},
        {"multiValueQueryStringParameters": {"limit": ["0"]}},
        {"multiValueQueryStringParameters": {"limit": ["0"]}, "queryStringParameters": None},
        {"multiValueQueryStringParameters": {}, "queryStringParameters": {"limit": "0"}},
        {"multiValueQueryStringParameters": {"status": ["active"]}, "queryStringParameters": {"limit": "0"}},
        {"multiValueQueryStringParameters": {"limit": ["5", "0"]}, "queryStringParameters": {"limit": "5"}},
    ],
)
@pytest.mark.parametrize("event", [event_2_0, event_1_0])
def test_a_query_parameter_is_found_wherever_it_stands(event, parts):
    status, problem, _ = send(event("GET", "/users", **parts))

    assert status == 400
    assert [each["pointer"] for each in problem["errors"]] == ["/limit"]
