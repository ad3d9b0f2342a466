"""What a header says, however it is spelled: lists, entity tags, media types, codings, keys (RFC 9110)."""

from http import HTTPStatus
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.http import events, fields, media
from specbound.http.fields import entity_tags
from specbound.http.reading import read_body, read_parameters
from specbound.problems import BadRequest, UnsupportedMediaType
from tests.subject import TOKENS, app, contract

SOME_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
ADA = '{"name": "Ada Lovelace", "email": "ada@example.com"}'
OPAQUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f'), max_size=5)
TAG = st.tuples(st.sampled_from(["", "W/"]), OPAQUE)
SPACE = st.text(" \t", max_size=2)
# RFC 9110, section 5.6.1.2: what may stand around the elements of a list.
BETWEEN = st.tuples(SPACE, st.lists(SPACE, max_size=2), SPACE)


def call(headers, body=None, **path):
    event = {"requestContext": {"http": {"method": "PUT"}}, "rawPath": "/", "pathParameters": path}
    return events.read_call(event | {"headers": headers, "body": body})


def header(operation_id, name, value, **path):
    """What an operation is given of a header."""
    return read_parameters(contract.operations[operation_id], call({name.lower(): value}, **path))[name]


def post(**headers):
    """The status of a POST with these headers, as far as reading its body goes."""
    sent = call({name.replace("_", "-"): value for name, value in headers.items()}, ADA)
    try:
        assert read_body(contract.operations["create_user"], sent)["name"] == "Ada Lovelace"
    except UnsupportedMediaType as refused:
        return refused.status
    return HTTPStatus.OK


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ('"77",, "1"', [("", "77"), ("", "1")]),
        ('"1"\t,\t"2"', [("", "1"), ("", "2")]),
        (' ,\t, "1" , ', [("", "1")]),
        ('W/"1",W/2,3', [("W/", "1"), ("W/", "2"), ("", "3")]),
        ('"a,b", "c"', [("", "a,b"), ("", "c")]),
        ('"W/"', [("", "W/")]),
        ('"\\"', [("", "\\")]),
        ('"\xe9\xff\x80"', [("", "\xe9\xff\x80")]),
        ('"火"', [("", "火".encode().decode("latin-1"))]),
        ('""', [("", "")]),
        ("", []),
        (" , ,", []),
    ],
)
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_a_list_of_tags_is_read_by_its_grammar(name, value, tags):
    operation = "update_user" if name == "If-Match" else "get_user"

    assert entity_tags(header(operation, name, value, userId=SOME_ID)) == tags


@pytest.mark.parametrize("value", ["*", " *", "\t* "])
def test_any_is_any_with_space_around_it(value):
    assert header("update_user", "If-Match", value, userId=SOME_ID) == "*"


@pytest.mark.parametrize(
    "value",
    ['w/"1"', '"1" "2"', '"1', '1"', "*, 1", '"1"*', '"a b"', '"\x7f"', 'W/ "1"', '"1";"2"', "a-b", '"1"\n', "ä"],
)
def test_what_is_no_list_of_tags_is_refused(value):
    with pytest.raises(BadRequest):
        header("update_user", "If-Match", value, userId=SOME_ID)


@given(st.text("\t ,") | st.lists(TAG.map(lambda tag: f'{tag[0]}"{tag[1]}"'), min_size=1).map(",".join))
@settings(derandomize=True, deadline=None)
def test_a_list_that_is_no_longer_than_the_contract_allows_is_not_made_longer(value):
    assert len(fields.normalise("if-match", value)) <= len(value)


@given(tags=st.lists(st.tuples(TAG, BETWEEN), min_size=1, max_size=4))
@settings(derandomize=True, deadline=None)
def test_a_list_is_the_same_whatever_stands_between_its_tags(tags):
    value = ""
    for (weak, opaque), (before, empty, after) in tags:
        value += f'{",".join([before, *empty, after])},{weak}"{opaque}"{before},'

    read = header("get_user", "If-None-Match", value, userId=SOME_ID)

    assert entity_tags(read) == [tag for tag, _ in tags]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json", "APPLICATION/Json", "application/json;", "application/json ; ", "application/json;;;",
        "application/json;charset=utf-8", "application/json; charset=utf8", "application/json; CHARSET=UTF-8",
        'application/json; charset="utf-8"', 'application/json; charset="utf\\-8"', "application/json;charset=csUTF8",
        "application/json; profile=x", 'application/json; profile="https://a.b/;c=\\"d\\""; charset=UTF8',
        "application/json\t;\tversion=1;charset=utf-8;", ' application/json; q="charset=latin-1"',
        "application/json; charset=utf-8; charset=utf-8", 'application/json; a=""', "application/json; x='y",
        "application/json; charset=us-ascii", "application/json; charset=ASCII", 'application/json; title="\u706b"',
        'application/json; title="\xe9"', "application/json; profile=https://a.b/c?d=e:f", "application/json;a=b=c;",
    ],
)  # fmt: skip
def test_json_is_taken_with_whatever_parameters(content_type):
    assert post(content_type=content_type) == HTTPStatus.OK


@pytest.mark.parametrize(
    "content_type",
    [
        "", "json", "application", "application/", "/json", "application/jsonp", "text/json", "application /json",
        "application/json, application/json", "application/json charset=utf-8", "application/json; charset",
        "application/json; =utf-8", 'application/json; a="', 'application/json; a="b"c', "application/json; a=b c",
        "application/merge-patch+json", "application/problem+json", "application/vnd.api+json", "*/*",
        "application/json; charset=latin-1", "application/json; charset=utf-16", "application/json; charset=",
        'application/json; charset=""', "application/json; charset=utf-8; charset=latin-1", "application/json; a=\x01",
        "application/json; charset='utf-8'", "application/json\n", "application/json; a=\u706b", "multipart/form-data",
        'application/json; a="\x01"', 'application/json; a="\\\x7f"', "application/json; a=b,c=d",
        "application/json; a=https://b, text/plain",
    ],
)  # fmt: skip
def test_what_is_not_json_in_utf_8_is_an_unsupported_media_type(content_type):
    assert post(content_type=content_type) == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("coding", ["", "identity", " Identity ,, identity\t"])
def test_a_body_to_which_nothing_was_done_is_read(coding):
    assert post(content_encoding=coding) == HTTPStatus.OK


@pytest.mark.parametrize(
    "coding", ["gzip", "GZIP", "x-gzip", "br", "deflate", "zstd", "identity, gzip", "aes128gcm", "*"]
)
def test_a_body_that_was_compressed_is_refused_with_what_would_be_taken(coding):
    with pytest.raises(UnsupportedMediaType) as refused:
        read_body(contract.operations["create_user"], call({"content-encoding": coding}, ADA))

    assert refused.value.headers == {"accept-encoding": "identity"}
    assert str(refused.value).startswith("The body is compressed (")
    contract.operations["create_user"].check_reply(refused.value.response())


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("8e03978e", "8e03978e"),
        (" 8e03978e\t", "8e03978e"),
        ('"8e03978e"', "8e03978e"),
        ('\t"8e03978e" ', "8e03978e"),
        (r'"a\"b\\c"', r'a"b\c'),
        ('"a', '"a'),
        ('a"b"', 'a"b"'),
        ('""', '""'),
        ('"' + "k" * 255 + '"', "k" * 255),
        ("k" * 255, "k" * 255),
    ],
)
def test_a_key_is_the_same_bare_and_in_quotes(value, key):
    assert header("create_user", "Idempotency-Key", value) == key


@pytest.mark.parametrize("value", ["", " ", "a b", '"a b"', "k" * 256, '"' + "k" * 256 + '"', "ä", '"a\tb"'])
def test_what_is_no_key_is_refused(value):
    with pytest.raises(BadRequest):
        header("create_user", "Idempotency-Key", value)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", " bEARER"])
@pytest.mark.parametrize("space", [" ", "   "])
def test_a_token_is_found_whatever_its_scheme_and_the_space_around_it_look_like(scheme, space):
    for token, after in product(TOKENS, ["", " ", "\t"]):
        assert app._claims(f"{scheme}{space}{token}{after}")["sub"] == token


@pytest.mark.parametrize(
    "value", ["", "local", "Bearer", "Bearerlocal", "Basic local", "Bearer x", "Bearer local local"]
)
def test_what_is_no_token_lets_nobody_in(value):
    assert app._claims(value) is None


LONG = 5_000
PIECES = [
    '"',
    "a",
    " ",
    "\t",
    ",",
    '"1",',
    '"1" ',
    "W/",
    ";",
    "; ",
    ';a="',
    ";a=b",
    "; a=b ",
    "\\",
    '\\"',
    '"!',
    "=",
    " ,",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_header_is_read_in_one_pass(piece):
    """A pattern that goes back and forth would need hours for some of these, not milliseconds."""
    for other, start, end in product(["", *PIECES], ["", '"', "application/json"], ["", "!\n"]):
        text = start + (piece + other) * (LONG // len(piece + other)) + end

        fields.normalise("if-match", text)
        fields.normalise("idempotency-key", text)
        fields.media_type(text)
        media.accepted(text)

        assert len(fields.codings(text)) <= LONG
        assert {weak for weak, _ in fields.entity_tags(text)} <= {"", "W/"}
