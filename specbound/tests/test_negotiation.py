"""Replies of any media type: which one a caller gets, how it is written, and what breaks the contract."""

import base64
import json
from http import HTTPStatus

import httpx
import pytest

from specbound.messages import Response
from tests.echo import Asked, document

JSON, XML, CSV, PNG = "application/json", "application/xml", "text/csv", "image/png"
BYTES = {"type": "string", "format": "binary"}
TEXT = {"schema": {"type": "string", "maxLength": 20}}


def answering(content, body, media_type=None, sent=None, declares_406=True, **declared):
    """An API whose one operation answers this body."""
    reply = {"description": "Fine.", "content": content, **declared}
    operation = {"responses": {"200": reply}, "x-declared": "406" if declares_406 else ""}
    answer = body if callable(body) else (lambda _: Response(HTTPStatus.OK, body, sent or {}, media_type))
    return Asked(document({"/ask": {"get": operation}}), answer)


def ask(asked, accept=None):
    return asked.send("GET", "/ask", headers={} if accept is None else {"accept": accept})


def got(reply):
    assert reply["statusCode"] == 200, reply
    return reply["headers"]["content-type"], reply["body"]


def of_all(request):
    """As a service does that has several representations."""
    bodies = {JSON: {"a": 1}, XML: "<a/>", CSV: "a\n1\n", "application/vnd.a+json": {"a": 2}, PNG: b"\x89"}
    return Response(HTTPStatus.OK, bodies[request.wanted[0]], {}, request.wanted[0])


ALL = {JSON: {}, XML: {}, CSV: {}, "application/vnd.a+json": {}, PNG: {}}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (XML, XML),
        ("APPLICATION/XML", XML),
        ("text/*", CSV),
        ("image/*, */*;q=0.1", PNG),
        ("application/*", JSON),
        (f"{JSON};q=0.5, {XML}", XML),
        (f"{JSON};q=0.5, {XML};q=0.5", JSON),
        (f"{XML};q=0.5, {JSON};q=0.5", JSON),
        (f"*/*;q=0.5, {JSON};q=0", XML),
        ("*/*;q=0.5, application/*;q=0.1, application/xml;q=0", CSV),
        (f"{JSON};q=0.001, text/html", JSON),
        ("application/vnd.a+json, */*;q=0.9", "application/vnd.a+json"),
        (f'{XML};a="x,y";q=1, {CSV};q=0.2', CSV),
        (f"{CSV} ; q=1.000 , {JSON} ; q=0.999", CSV),
        (f"{CSV};q=2, {JSON}", JSON),
        (f"junk, {CSV}", CSV),
        (f'"{JSON}, {CSV}', JSON),
    ],
)
def test_a_caller_gets_what_it_wants_most(accept, media_type):
    reply = ask(answering(ALL, of_all, declares_406=False), accept)

    assert reply["headers"]["content-type"] == media_type
    assert reply["headers"]["vary"] == "accept"


def test_a_range_that_is_offered_is_what_it_is_asked_as():
    asked = answering({"image/*": {}, JSON: {}}, lambda _: Response(HTTPStatus.OK, b"\x89", {}, PNG))

    assert ask(asked, f"{PNG}, {JSON};q=0.5")["headers"]["content-type"] == PNG
    assert asked.last.wanted == ["image/*", JSON]


def test_what_nobody_takes_is_406_where_the_contract_declares_it_and_else_what_there_is():
    declared, undeclared = (answering(ALL, of_all, declares_406=each) for each in (True, False))

    refused = ask(declared, "text/html, */*;q=0")

    assert refused["statusCode"] == 406
    assert json.loads(refused["body"])["detail"] == f"There is {', '.join(ALL)}."
    assert declared.requests == []
    assert ask(undeclared, "text/html")["headers"]["content-type"] == JSON


def test_406_is_kept_for_a_single_media_type_too_and_no_reply_varies_that_has_no_choice():
    declared, undeclared = (answering({CSV: {}}, "a", declares_406=each) for each in (True, False))

    assert ask(declared, JSON)["statusCode"] == 406
    assert got(ask(declared, "text/*")) == (CSV, "a")
    assert "vary" not in ask(undeclared, JSON)["headers"]


@pytest.mark.parametrize(
    ("content", "body", "accept", "expected"),
    [
        ({JSON: TEXT}, "a", None, (JSON, '"a"')),
        ({"application/vnd.a+json": TEXT}, "a", None, ("application/vnd.a+json", '"a"')),
        ({JSON: {}}, [1], None, (JSON, "[1]")),
        ({XML: {"schema": {"type": "object"}}}, "<a/>", None, (XML, "<a/>")),
        ({CSV: TEXT}, "a,b", None, (CSV, "a,b")),
        ({"text/plain": {"schema": {"type": "integer"}}}, 5, None, ("text/plain", "5")),
        ({"text/plain": {"schema": {"type": "boolean"}}}, True, None, ("text/plain", "true")),
        ({"*/*": {}}, [1], None, (JSON, "[1]")),
        ({"*/*": {}}, "a", None, ("text/plain", "a")),
        ({"application/*": {}}, [1], None, (JSON, "[1]")),
        ({"text/*": {}, JSON: {}}, "a", None, (JSON, '"a"')),
        ({XML: {}, JSON: {}}, {"a": 1}, XML, (JSON, '{"a":1}')),
        ({XML: {}, JSON: {}}, "<a/>", None, (XML, "<a/>")),
        ({"application/json; v=2": {}}, 1, None, ("application/json; v=2", "1")),
        ({JSON: {"schema": {"type": "string"}}, "application/problem+json": {}}, "a", None, (JSON, '"a"')),
    ],
)
def test_a_reply_that_does_not_say_its_media_type_has_the_first_that_can_carry_it(content, body, accept, expected):
    assert got(ask(answering(content, body), accept)) == expected


@pytest.mark.parametrize(
    "content", [{PNG: {}}, {"image/*": {"schema": {"type": "string", "format": "binary"}}}, {"*/*": {}}]
)
def test_bytes_are_answered_as_bytes(content):
    reply = ask(answering(content, b"\x89PNG\x00", PNG))

    assert (reply["headers"]["content-type"], reply["isBase64Encoded"]) == (PNG, True)
    assert base64.b64decode(reply["body"]) == b"\x89PNG\x00"


def test_long_bytes_are_not_compressed_twice():
    content = b"\x89" * 100_000

    reply = answering({PNG: {}}, content).send("GET", "/ask", headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in reply["headers"]
    assert base64.b64decode(reply["body"]) == content


@pytest.mark.parametrize(
    ("content", "body", "media_type"),
    [
        ({JSON: TEXT}, 5, None),
        ({JSON: {}}, b"a", None),
        ({CSV: TEXT}, ["a"], None),
        ({CSV: TEXT}, "a" * 21, None),
        ({PNG: {}}, "a", None),
        ({PNG: {}}, [1], None),
        ({PNG: {"schema": BYTES | {"maxLength": 2}}}, b"aaa", None),
        ({"image/*": {}}, b"a", None),
        ({JSON: {}}, {}, XML),
        ({"application/json; v=2": {}}, {}, JSON),
        ({"text/*": {}}, "a", JSON),
        ({"text/plain": {"schema": {"type": "integer"}}}, "a", None),
    ],
)
def test_a_reply_that_the_contract_does_not_promise_is_a_500(content, body, media_type):
    assert ask(answering(content, body, media_type))["statusCode"] == 500


# Headers.


@pytest.mark.parametrize(
    ("header", "value", "text"),
    [
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, [1, 2], "1,2"),
        ({"schema": {"type": "boolean"}}, True, "true"),
        ({"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}, {"a": 1, "b": "c"}, "a,1,b,c"),
        ({"explode": True, "schema": {"type": "object"}}, {"a": 1, "b": True}, "a=1,b=true"),
        ({"schema": {"anyOf": [{"type": "object"}, {"type": "integer"}]}}, 1, "1"),
        ({"content": {JSON: {"schema": {"type": "object"}}}}, {"a": "é"}, '{"a":"\\u00e9"}'),
        ({"content": {JSON: {}}}, "a", '"a"'),
    ],
)
def test_a_header_is_written_in_its_style(header, value, text):
    asked = answering({JSON: {}}, 1, sent={"x-a": value}, headers={"X-A": header})

    assert ask(asked)["headers"]["x-a"] == text


def test_a_header_of_another_type_than_declared_is_a_500():
    asked = answering({JSON: {}}, 1, sent={"x-a": "1,2"}, headers={"X-A": {"schema": {"type": "array"}}})

    assert ask(asked)["statusCode"] == 500


def test_a_header_that_is_required_and_missing_is_a_500():
    required = {"X-A": {"required": True, "schema": {"type": "string"}}}

    assert ask(answering({JSON: {}}, 1, sent={"x-a": "1"}, headers=required))["statusCode"] == 200
    assert ask(answering({JSON: {}}, 1, headers=required))["statusCode"] == 500


def test_a_content_type_among_the_headers_is_ignored():
    ignored = {"headers": {"Content-Type": {"required": True, "schema": {"type": "string", "enum": ["a"]}}}}

    assert got(ask(answering({JSON: {}}, 1, **ignored))) == (JSON, "1")


def test_several_cookies_are_set_by_both_payload_versions():
    declared = {"headers": {"Set-Cookie": {"schema": {"type": "array", "items": {"type": "string"}}}}}
    asked = answering({JSON: {}}, 1, sent={"set-cookie": ["a=1", "b=2; Path=/"]}, **declared)

    of_2_0 = ask(asked)
    of_1_0 = asked.api({"httpMethod": "GET", "resource": "/ask", "path": "/ask", "requestContext": {}}, None)

    assert of_2_0["cookies"] == of_1_0["multiValueHeaders"]["set-cookie"] == ["a=1", "b=2; Path=/"]
    assert "cookies" not in of_1_0
    with asked.served() as client:
        assert client.get("/ask").headers.get_list("set-cookie") == ["a=1", "b=2; Path=/"]


def test_what_was_answered_arrives_over_http():
    with answering(ALL, of_all).served() as client:
        replies = {name: client.get("/ask", headers={"accept": name}) for name in (JSON, XML, CSV, PNG)}

    assert {name: each.headers["content-type"].partition(";")[0] for name, each in replies.items()} == {
        name: name for name in replies
    }
    assert [each.content for each in replies.values()] == [b'{"a":1}', b"<a/>", b"a\n1\n", b"\x89"]
    assert isinstance(replies[PNG], httpx.Response)
