"""Bodies of any media type: which is taken, what the operation gets of it, and what is refused."""

import json
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, encode_multipart

from specbound import File
from specbound.compiler.types import types
from specbound.testing.referee import Referee
from tests.echo import Asked, document, taking

NO_NAME = "is not JSON (RFC 8259): line 1, column 2: the name of a member, in double quotes, is missing"
TEXT = {"type": "string", "maxLength": 10}
BYTES = {"type": "string", "format": "binary"}
PET = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": TEXT,
        "age": {"type": "integer", "maximum": 99},
        "tags": {"type": "array", "items": TEXT},
        "owner": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        "good": {"type": "boolean"},
    },
}
BYTEWISE = bytes(range(32)) + bytes(range(200, 256))
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def errors(reply):
    assert reply["statusCode"] == 400, reply
    return [(each["pointer"], each["detail"]) for each in json.loads(reply["body"])["errors"]]


def multipart(fields=(), files=()):
    """A body as httpx writes it, and its media type."""
    request = httpx.Request("POST", "http://a", data=dict(fields), files=list(files))
    return request.read(), request.headers["content-type"]


def test_each_media_type_of_a_body_has_its_own_schema():
    asked = Asked(taking({"application/json": {"schema": PET}, "text/plain": {"schema": TEXT}}))

    assert asked.post(b'{"name": "Rex"}', "application/json")["statusCode"] == 204
    assert (asked.last.body, asked.last.media_type) == ({"name": "Rex"}, "application/json")
    assert asked.post("Zoë".encode(), "Text/Plain; charset=UTF-8")["statusCode"] == 204
    assert (asked.last.body, asked.last.media_type) == ("Zoë", "text/plain")
    assert asked.post(b'"Rex"', "application/json")["statusCode"] == 400
    assert errors(asked.post(b"much too long", "text/plain")) == [("", "must have at most 10 characters")]


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("application/json", "application/vnd.pet+json"),
        ("application/vnd.pet+json", "application/json"),
        ("application/*", "text/plain"),
        ("text/plain", "text/html"),
        ("image/png", "image/jpeg"),
        ("application/json; version=2", "application/json"),
        ("application/json; version=2", "application/json; version=1"),
        ("application/json", "application/json; charset=latin-1"),
        ("text/plain", "text/plain; charset=utf-16"),
        ("application/json", "no media type"),
    ],
)
def test_what_is_not_taken_is_415_and_says_what_is(declared, sent):
    reply = Asked(taking({declared: {}})).post(b"{}", sent)

    assert reply["statusCode"] == 415
    assert json.loads(reply["body"])["detail"] in (f"Send {declared}.", "Send UTF-8.")


def test_415_names_all_that_is_taken():
    reply = Asked(taking({"application/json": {}, "application/*": {}, "text/csv": {}})).post(b"a", "image/png")

    assert json.loads(reply["body"])["detail"] == "Send application/json or text/csv or application/*."


@pytest.mark.parametrize(
    ("declared", "sent", "body"),
    [
        ("application/json; version=2", "application/json;VERSION=2", {}),
        ("application/json; charset=utf-8", "application/json", {}),
        ("application/vnd.pet+json", "application/vnd.pet+json; q=x", {}),
        ("application/*", "application/hal+json", {}),
        ("*/*", "application/json", {}),
        ("*/*", "text/html", "{}"),
        ("*/*", "application/xml", "{}"),
        ("text/*", "text/csv", "{}"),
        ("*/*", "image/png", b"{}"),
        ("application/octet-stream", "application/octet-stream", b"{}"),
        ("application/json-patch+json", "application/json-patch+json", {}),
        ("text/plain", "text/plain; charset=iso-8859-1", "{}"),
    ],
)
def test_a_range_and_a_suffix_are_read_as_what_they_turn_out_to_be(declared, sent, body):
    asked = Asked(taking({declared: {}}))

    assert asked.post(b"{}", sent)["statusCode"] == 204
    assert asked.last.body == body


def test_the_narrowest_of_several_that_fit_is_meant():
    ranges = {"*/*": {"schema": {"enum": [1]}}, "application/*": {"schema": {"enum": [2]}}}
    asked = Asked(taking({**ranges, "application/json": {"schema": {"enum": [3]}},
                          "application/json; v=4": {"schema": {"enum": [4]}}}))  # fmt: skip

    sent = [("application/json; v=4", b"4"), ("application/json", b"3"), ("application/a+json", b"2"),
            ("model/a+json", b"1")]  # fmt: skip
    assert [asked.post(body, name)["statusCode"] for name, body in sent] == [204] * 4
    assert [asked.post(body, name)["statusCode"] for (name, _), (_, body) in pairwise(sent)] == [400] * 3


@pytest.mark.parametrize(
    ("content", "sent", "body"),
    [
        ({"application/json": {}, "text/plain": {}}, b"[]", []),
        ({"text/plain": {}, "application/xml": {}}, b"[]", "[]"),
        ({"application/vnd.a+json": {}}, b"[]", []),
        ({"*/*": {"schema": BYTES}}, b"[]", b"[]"),
        ({"image/*": {}}, b"[]", None),
    ],
)
def test_a_body_without_a_media_type_is_json_or_the_first_that_is_declared(content, sent, body):
    asked = Asked(taking(content))

    reply = asked.post(sent, None)

    assert reply["statusCode"] == (415 if body is None else 204)
    assert body is None or asked.last.body == body


def test_bytes_are_given_as_they_are_and_held_to_a_length():
    asked = Asked(taking({"image/*": {"schema": BYTES | {"maxLength": 4}}, "*/*": {"schema": BYTES}}))

    assert asked.post(b"\x00\xff\r\n", "image/png")["statusCode"] == 204
    assert (asked.last.body, asked.last.media_type) == (b"\x00\xff\r\n", "image/png")
    assert errors(asked.post(b"\xff" * 5, "image/png")) == [("", "must have at most 4 characters")]
    assert asked.post(b'{"a": 1}', "application/json")["statusCode"] == 204
    assert asked.last.body == b'{"a": 1}'


def test_text_becomes_what_its_schema_says():
    asked = Asked(
        taking({"text/plain": {"schema": {"type": "integer", "maximum": 5}}, "application/xml": {"schema": PET}})
    )

    assert asked.post(b"5", "text/plain")["statusCode"] == 204
    assert asked.last.body == 5
    assert asked.post(b"6", "text/plain")["statusCode"] == 400
    assert asked.post(b"five", "text/plain")["statusCode"] == 400
    assert errors(asked.post(b"9" * 39, "text/plain")) == [("", "must be a whole number")]
    assert errors(asked.post(b"\xff", "text/plain")) == [("", "is not UTF-8")]
    # What XML stands for is described by its schema, and not checked.
    assert asked.post(b"<pet/>", "application/xml")["statusCode"] == 204
    assert asked.last.body == "<pet/>"


def test_a_body_of_every_media_type_has_its_limit():
    contract = taking({"text/plain": {}})
    contract["paths"]["/ask"]["post"]["requestBody"]["x-max-bytes"] = 3

    assert Asked(contract).post(b"four", "text/plain")["statusCode"] == 413


# Forms.


def test_a_form_is_read_by_its_types():
    asked = Asked(taking({FORM: {"schema": PET}}))

    sent = b"name=Zo%C3%AB+B&age=7&tags=a%2Cb&tags=c&good=true&owner=%7B%22id%22%3A5.0%7D"
    assert asked.post(sent, FORM)["statusCode"] == 204
    assert asked.last.body == {
        "name": "Zoë B", "age": 7, "tags": ["a,b", "c"], "good": True, "owner": {"id": 5},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (b"age=7", [("/name", "is required")]),
        (b"name=a&age=x&size=1", [("/age", "must be a whole number"), ("/size", "is not known here")]),
        (b"name=a&name=b", [("/name", "is given more than once")]),
        (b"name=%ff", [("/name", "is not percent-encoded UTF-8")]),
        (b"name=a&owner=%7B", [("/owner", NO_NAME)]),
        (b"name=a&owner=%7B%7D", [("/owner/id", "is required")]),
        (b"name=\xff", [("", "is not UTF-8")]),
        (b"name=a&age=1e999", [("/age", "must be a whole number")]),
    ],
)
def test_what_is_wrong_in_a_form_is_named_by_its_place(sent, wrong):
    assert sorted(errors(Asked(taking({FORM: {"schema": PET}})).post(sent, FORM))) == sorted(wrong)


def test_a_form_is_read_as_its_encoding_says():
    schema = {"type": "object", "properties": {
        "list": {"type": "array", "items": {"type": "integer"}},
        "piped": {"type": "array", "items": TEXT},
        "deep": {"type": "object", "properties": {
            "a": {"type": "number"}, "b": {"type": "array", "items": {"type": "object", "properties": {"c": TEXT}}}}},
        "spread": {"type": "object", "properties": {"x": {"type": "integer"}}},
        "json": {"type": "array", "items": {"type": "object"}},
        "json2": {"type": "array", "items": {"type": "object"}},
    }}  # fmt: skip
    encoding = {
        "list": {"explode": False}, "piped": {"style": "pipeDelimited"}, "deep": {"style": "deepObject"},
        "spread": {"style": "form"}, "json": {"contentType": "application/json"},
    }  # fmt: skip
    asked = Asked(taking({FORM: {"schema": schema, "encoding": encoding}}))

    sent = b"list=1,2&piped=a%2Cb|c&deep[a]=1.50&deep%5Bb%5D[0][c]=x&deep[b][1][c]=y"
    sent += b"&x=3&json=[{}]&json2=%7B%7D&json2=%7B%7D&more=1&more=2"
    assert asked.post(sent, FORM)["statusCode"] == 204
    assert asked.last.body == {
        "list": [1, 2], "piped": ["a,b", "c"], "deep": {"a": Decimal("1.5"), "b": [{"c": "x"}, {"c": "y"}]},
        "spread": {"x": 3}, "json": [{}], "json2": [{}, {}], "more": ["1", "2"],
    }  # fmt: skip


# Files.

UPLOAD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["photo"],
    "properties": {
        "photo": BYTES | {"maxLength": 100},
        "more": {"type": "array", "items": BYTES, "maxItems": 2},
        "name": TEXT,
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": TEXT},
        "owner": PET["properties"]["owner"],
    },
}


def upload(**encoding):
    return Asked(taking({MULTIPART: {"schema": UPLOAD, "encoding": encoding}}))


def test_a_multipart_form_has_files_text_and_json():
    asked = upload()
    body, media_type = multipart(
        {"name": "Zoë", "age": "7", "tags": ["a", "b"], "owner": '{"id": 1}'},
        [("photo", ("a.png", b"\x89PNG\r\n\x00--", "image/png")), ("more", ("", b"1")), ("more", ("b", b"2"))],
    )

    assert asked.post(body, media_type)["statusCode"] == 204
    assert asked.last.media_type == MULTIPART
    found = asked.last.body
    assert found["photo"] == File(b"\x89PNG\r\n\x00--", "a.png", "image/png")
    assert [each.content for each in found["more"]] == [b"1", b"2"]
    assert {name: found[name] for name in ("name", "age", "tags", "owner")} == {
        "name": "Zoë", "age": 7, "tags": ["a", "b"], "owner": {"id": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "files", "wrong"),
    [
        ({}, [], [("/photo", "is required")]),
        ({"size": "1"}, [("photo", b"1")], [("/size", "is not known here")]),
        ({}, [("photo", b"1" * 101)], [("/photo", "must have at most 100 characters")]),
        ({}, [("photo", b"1"), ("photo", b"2")], [("/photo", "is given more than once")]),
        ({}, [("photo", b"1"), *[("more", b"")] * 3], [("/more", "must have at most 2 items")]),
        ({"age": "x"}, [("photo", b"1")], [("/age", "must be a whole number")]),
        ({"owner": "{"}, [("photo", b"1")], [("/owner", NO_NAME)]),
        ({"name": b"\xff"}, [("photo", b"1")], [("/name", "is not UTF-8")]),
    ],
)
def test_what_is_wrong_in_a_multipart_form_is_named_by_its_place(fields, files, wrong):
    # httpx writes a form without files otherwise.
    body, media_type = multipart(fields, files or [("more", b"")])

    assert errors(upload().post(body, media_type)) == wrong


def test_a_file_is_of_a_media_type_that_its_encoding_names():
    asked = upload(photo={"contentType": "image/png, image/svg+xml, video/*"})

    sent = [multipart(files=[("photo", ("a", b"1", name))]) for name in ("image/png", "video/mp4", "image/gif")]

    assert [asked.post(*each)["statusCode"] for each in sent[:2]] == [204, 204]
    assert errors(asked.post(*sent[2])) == [("/photo", "must be image/png, image/svg+xml, video/*")]


def test_a_file_that_a_schema_describes_as_something_else_is_not_checked():
    contract = taking({MULTIPART: {"schema": {"type": "object", "properties": {"doc": {"type": "object"}}},
                                   "encoding": {"doc": {"contentType": "application/xml"}}}})  # fmt: skip
    asked = Asked(contract)

    assert asked.post(*multipart(files=[("doc", ("a", b"<a/>", "application/xml"))]))["statusCode"] == 204
    assert asked.last.body["doc"].content == b"<a/>"


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"", "multipart/form-data; boundary=b", "is required"),
        (b"--b--", "multipart/form-data", "has no boundary that is one (RFC 2046)"),
        (b"--b--", f"multipart/form-data; boundary={'b' * 71}", "has no boundary that is one (RFC 2046)"),
        (b"x", "multipart/form-data; boundary=b", "ends before its last boundary"),
        (b"--b\r\n\r\nx\r\n--b", "multipart/form-data; boundary=b", "ends before its last boundary"),
        (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", "has a part without a name"),
        (b"--b\r\n--b--", "multipart/form-data; boundary=b", "has a part without a name"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b",
         "has a part without a name"),
        (b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--', "multipart/form-data; boundary=b",
         "has a part whose head is not UTF-8"),
        (b'--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--',
         "multipart/form-data; boundary=b", "has a part in base64: send it as it is"),
        (b'--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=l1\r\n\r\nx\r\n--b--',
         "multipart/form-data; boundary=b", "has a part that is not UTF-8"),
        (b"\r\n".join([b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'] * 1001) + b"\r\n--b--",
         "multipart/form-data; boundary=b", "has more than 1000 parts"),
    ],
)  # fmt: skip
def test_what_is_no_multipart_form_is_refused(body, media_type, reason):
    assert errors(upload().post(body, media_type)) == [("", reason)]


# How a quote, a backslash or a percent sign is written in a name, senders do not agree on.
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"%\\'), min_size=1, max_size=5)
CONTENTS = st.binary(max_size=40) | st.sampled_from([b"\r\n", b"\r\n--b", b"--b--", b"\r", b"\n", b"--"])


@given(parts=st.lists(st.tuples(NAMES, NAMES, CONTENTS), max_size=4))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_every_byte_of_a_file_arrives_as_it_was_sent_by_httpx_and_by_werkzeug(parts):
    asked = Asked(taking({MULTIPART: {"schema": {"type": "object"}}}))
    expected = {}
    for name, filename, content in parts:
        expected.setdefault(name, []).append((filename, content))

    of_httpx = multipart(files=[(name, (filename, content)) for name, filename, content in parts] or [("x", b"")])
    builder = EnvironBuilder(method="POST")
    for name, filename, content in parts:
        builder.files.add_file(name, BytesIO(content), filename)
    values = builder.files
    boundary, of_werkzeug = encode_multipart(values) if parts else ("b", b"--b--\r\n")

    for body, media_type in (of_httpx, (of_werkzeug, f"{MULTIPART}; boundary={boundary}")):
        assert asked.post(body, media_type)["statusCode"] == 204
        found = asked.last.body if parts else {}
        listed = {name: each if isinstance(each, list) else [each] for name, each in found.items()}
        assert {name: [(each.name, each.content) for each in files] for name, files in listed.items()} == expected


# Patches.


def test_null_in_a_merge_patch_takes_a_member_away_that_is_not_required():
    asked = Asked(taking({"application/merge-patch+json": {"schema": PET}, "application/json": {"schema": PET}}))

    patch = b'{"name": "Rex", "age": null, "owner": null, "tags": null}'
    assert asked.post(patch, "application/merge-patch+json")["statusCode"] == 204
    assert asked.last.body == {"name": "Rex", "age": None, "owner": None, "tags": None}
    assert asked.post(patch, "application/json")["statusCode"] == 400
    assert asked.post(b'{"name": null}', "application/merge-patch+json")["statusCode"] == 400
    assert asked.post(b'{"age": 1}', "application/merge-patch+json")["statusCode"] == 400


# Methods.


@pytest.mark.parametrize(
    ("method", "version", "body"), [("delete", "3.0.3", [1]), ("get", "3.0.3", None), ("head", "3.0.3", None)]
)
def test_a_body_is_taken_with_a_delete_and_ignored_with_a_get(method, version, body):
    declared = {"requestBody": {"content": {"application/json": {"schema": {"type": "array"}}}}}
    asked = Asked(document({"/ask": {method: declared}}, version))

    reply = asked.send(method.upper(), "/ask", content=b"[1]", headers={"content-type": "application/json"})

    assert reply["statusCode"] == 204
    assert asked.last.body == body


# Over HTTP.


def test_files_forms_and_bytes_arrive_over_http_as_they_were_sent():
    asked = Asked(taking({MULTIPART: {"schema": UPLOAD}, FORM: {"schema": PET}, "image/png": {}, "text/plain": {}}))

    with asked.served() as client:
        assert client.post("/ask", files={"photo": ("ü.png", BYTEWISE, "image/png")}).status_code == 204
        assert asked.last.body["photo"] == File(BYTEWISE, "ü.png", "image/png")
        assert client.post("/ask", data={"name": "Zoë", "tags": ["a", "b"]}).status_code == 204
        assert asked.last.body == {"name": "Zoë", "tags": ["a", "b"]}
        assert client.post("/ask", content=b"\x00\xff", headers={"content-type": "image/png"}).status_code == 204
        assert asked.last.body == b"\x00\xff"
        assert client.post("/ask", content="é", headers={"content-type": "text/plain"}).status_code == 204
        assert asked.last.body == "é"
        assert client.post("/ask", content="é", headers={"content-type": "image/gif"}).status_code == 415


# The referee. It passes over members that a closed schema does not name, or that are sent twice,
# and reads no numbers in a multipart form.

ANY_FORM = st.lists(
    st.tuples(
        st.sampled_from(["name", "age", "tags", "good"]),
        st.sampled_from(["a", "Zoë", "7", "100", "x" * 11, "true", "maybe", "", "a&b=c", "1.5"]),
    ),
    max_size=4,
    unique_by=lambda pair: pair[0],
)


def test_a_form_is_accepted_by_the_referee_too_or_by_neither():
    properties = {name: PET["properties"][name] for name in ("name", "age", "tags", "good")}
    contract = {FORM: {"schema": PET | {"properties": properties}}}
    asked, opinion, verdicts = Asked(taking(contract)), Referee(taking(contract)), set()

    @given(ANY_FORM)
    @settings(derandomize=True, deadline=None, max_examples=60)
    def agree(pairs):
        body = urlencode(pairs).encode()
        theirs = opinion.objections_to_request("POST", "/ask", "", {"content-type": FORM}, body)
        reply = asked.post(body, FORM)
        assert (reply["statusCode"] == 204) == (not theirs), (pairs, reply, theirs)
        verdicts.add(not theirs)

    agree()

    assert verdicts == {True, False}


@pytest.mark.parametrize(
    "declared", [["application/json", "text/plain"], ["application/*"], ["*/*", "image/png"], [FORM]]
)
def test_a_media_type_is_taken_by_the_referee_too_or_by_neither(declared):
    contract = {name: {"schema": {}} for name in declared}
    asked, opinion = Asked(taking(contract)), Referee(taking(contract))

    for sent in ("application/json", "text/plain", "application/xml", "image/png", "image/gif", FORM):
        theirs = opinion.objections_to_request("POST", "/ask", "", {"content-type": sent}, b"5")
        assert (asked.post(b"5", sent)["statusCode"] == 204) == (not theirs), (sent, theirs)


def test_types_say_what_an_operation_gets_and_gives():
    content = {MULTIPART: {"schema": UPLOAD}, FORM: {"schema": PET}, "text/plain": {"schema": TEXT}, "image/*": {}}
    contract = taking(content)
    contract["paths"]["/ask"]["post"]["responses"]["200"] = {
        "description": ".",
        "content": {"image/png": {}, "application/xml": {"schema": PET}, "text/csv": {"schema": {"type": "integer"}}},
    }

    source = types(contract)

    assert "photo: ReadOnly[File]" in source
    assert "more: NotRequired[ReadOnly[list[File]]]" in source
    assert "AskRequest: TypeAlias = Request[AskParameters, AskBody | AskBody_ | str | bytes]" in source
    assert "Response[Literal[HTTPStatus.OK], bytes | str | int]" in source
    exec(compile(source, "types.py", "exec"), {})


ODD = st.lists(
    st.sampled_from(
        [
            *(b"--b", b"--", b"\r\n", b"\n", b"\r\n\r\n", b"\xff", b"7", b"&", b"=", b"[", b"]", b"; "),
            *(b"Content-Disposition: form-data; ", b"Content-Type: text/plain; charset=latin-1"),
            *(b'name="photo"', b"name=age", b'filename="\\"', b"age", b"owner=%7B"),
        ]
    ),
    max_size=16,
).map(b"".join)
EVERY_KIND = {MULTIPART: {"schema": UPLOAD}, FORM: {"schema": PET}, "text/plain": {"schema": TEXT}, "*/*": {}}
ALL = Asked(taking({**EVERY_KIND, "image/*": {}}))
SENT_AS = [f"{MULTIPART}; boundary=b", FORM, "text/plain", "image/a+xml", "a/b", "a/b+json", ";"]


@given(body=ODD, media_type=st.sampled_from(SENT_AS))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_whatever_is_sent_is_read_or_refused(body, media_type):
    assert ALL.post(body, media_type)["statusCode"] in (204, 400, 415)
    assert ALL.post(b"--b\r\n" + body + b"\r\n--b--", media_type)["statusCode"] in (204, 400, 415)


def test_the_referee_reads_text_of_any_media_type_as_text():
    replies = {"200": {"description": "Read.", "content": {"text/calendar": {"schema": {**TEXT, "pattern": "^BEGIN"}}}}}
    paths = {"/days": {"get": {"operationId": "get_days", "responses": replies}}}
    referee = Referee({"openapi": "3.0.3", "info": {"title": "Days", "version": "1"}, "paths": paths})

    def objections(text):
        return referee.objections_to_reply("GET", "/days", 200, {"content-type": "text/calendar"}, text)

    assert objections(b"BEGIN:V") == []
    assert len(objections(b"END:V")) == 1
