"""Parameters in every place and style (OpenAPI's Style Values): read as they are written, and refused by place."""

import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from specbound.exact_json import INEXACT
from specbound.testing.referee import Referee
from tests.echo import Asked, document

TEXT = {"type": "string", "maxLength": 10}
LIST = {"type": "array", "items": {"type": "integer"}}
COLOUR = {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}}
LISTS, COLOURS = ({"type": "object", "properties": {"a": each}} for each in (LIST, COLOUR))
NEAR = settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def contract(*parameters, path="/ask", method="get"):
    declared = [{"required": each["in"] == "path", **each} for each in parameters]
    return document({path: {method: {"parameters": declared}}})


def parameter(where, schema, **others):
    return {"name": "color", "in": where, "schema": schema, **others}


def read(declared, text):
    """What the operation gets of a parameter written so, at its place; or the violations."""
    where = declared["in"]
    asked = Asked(contract(declared, path="/ask/{color}" if where == "path" else "/ask"))
    sent = {
        "query": lambda: asked.send("GET", "/ask", text),
        "path": lambda: asked.send("GET", f"/ask/{quote(text, safe='')}"),
        "header": lambda: asked.send("GET", "/ask", headers={"color": text}),
        "cookie": lambda: asked.send("GET", "/ask", cookies=[each.strip() for each in text.split(";")]),
    }
    reply = sent[where]()
    if reply["statusCode"] == 204:
        return asked.last.parameters.get("color", "absent")
    assert reply["statusCode"] == 400, reply
    return [(each["in"], each["pointer"], each["detail"]) for each in json.loads(reply["body"])["errors"]]


# OpenAPI's own table of styles, and what else it says of them: where, style, explode, what is written, what is meant.
WRITTEN = [
    ("path", "simple", False, LIST, "3,4,5", [3, 4, 5]),
    ("path", "simple", True, LIST, "3,4,5", [3, 4, 5]),
    ("path", "simple", False, COLOUR, "R,100,G,200", {"R": 100, "G": 200}),
    ("path", "simple", True, COLOUR, "R=100,G=200", {"R": 100, "G": 200}),
    ("path", "label", False, TEXT, ".blue", "blue"),
    ("path", "label", False, LIST, ".3,4", [3, 4]),
    ("path", "label", True, LIST, ".3.4", [3, 4]),
    ("path", "label", False, COLOUR, ".R,100,G,200", {"R": 100, "G": 200}),
    ("path", "label", True, COLOUR, ".R=100.G=200", {"R": 100, "G": 200}),
    ("path", "matrix", False, TEXT, ";color=blue", "blue"),
    ("path", "matrix", False, LIST, ";color=3,4", [3, 4]),
    ("path", "matrix", True, LIST, ";color=3;color=4", [3, 4]),
    ("path", "matrix", False, COLOUR, ";color=R,100,G,200", {"R": 100, "G": 200}),
    ("path", "matrix", True, COLOUR, ";R=100;G=200", {"R": 100, "G": 200}),
    ("query", "form", True, LIST, "color=3&color=4", [3, 4]),
    ("query", "form", False, LIST, "color=3,4", [3, 4]),
    ("query", "form", False, {"type": "array", "items": TEXT}, "color=a%2Cb,c", ["a,b", "c"]),
    ("query", "form", False, LIST, "color=", []),
    ("query", "form", False, COLOUR, "color=R,100,G,200", {"R": 100, "G": 200}),
    ("query", "form", True, COLOUR, "R=100&G=200", {"R": 100, "G": 200}),
    ("query", "spaceDelimited", False, LIST, "color=3%204", [3, 4]),
    ("query", "spaceDelimited", False, LIST, "color=3+4", [3, 4]),
    ("query", "spaceDelimited", True, LIST, "color=3&color=4", [3, 4]),
    ("query", "spaceDelimited", False, COLOUR, "color=R%20100%20G%20200", {"R": 100, "G": 200}),
    ("query", "pipeDelimited", False, LIST, "color=3|4", [3, 4]),
    ("query", "pipeDelimited", False, LIST, "color=3%7C4", [3, 4]),
    ("query", "pipeDelimited", False, COLOUR, "color=R|100|G|200", {"R": 100, "G": 200}),
    ("query", "deepObject", True, COLOUR, "color[R]=100&color%5BG%5D=200", {"R": 100, "G": 200}),
    ("query", "deepObject", True, COLOURS, "color[a][R]=1", {"a": {"R": 1}}),
    ("query", "deepObject", True, LISTS, "color[a]=1&color[a]=2", {"a": [1, 2]}),
    ("query", "deepObject", True, LISTS, "color[a][]=1", {"a": [1]}),
    ("query", "deepObject", True, LIST, "color[1]=2&color[0]=1", [1, 2]),
    ("query", "deepObject", True, TEXT, "color=a", "a"),
    ("query", "deepObject", True, {"anyOf": [{"type": "integer"}, COLOUR]}, "color=5", 5),
    ("query", "deepObject", True, {"anyOf": [{"type": "integer"}, COLOUR]}, "color[R]=5", {"R": 5}),
    ("header", "simple", False, LIST, "3, 4,5", [3, 4, 5]),
    ("header", "simple", False, COLOUR, "R, 100, G, 200", {"R": 100, "G": 200}),
    ("header", "simple", True, COLOUR, "R=100,G=200", {"R": 100, "G": 200}),
    ("cookie", "form", True, TEXT, "other=1; color=blue", "blue"),
    ("cookie", "form", True, TEXT, 'color="a b"', "a b"),
    ("cookie", "form", True, TEXT, "color=a%20b+c", "a b+c"),
    ("cookie", "form", True, {"type": "integer"}, "color=7", 7),
    ("cookie", "form", False, LIST, "color=3,4", [3, 4]),
    ("cookie", "form", False, COLOUR, "color=R,100,G,200", {"R": 100, "G": 200}),
    ("cookie", "form", True, COLOUR, "R=100; G=200; H=1", {"R": 100, "G": 200}),
    ("cookie", "form", True, TEXT, "other=1", "absent"),
    ("query", "form", True, {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}, "color=a", "a"),
    ("query", "form", True, {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}, "color=a&color=b", ["a", "b"]),
    ("query", "form", False, {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}, "color=a", "a"),
    ("query", "form", False, {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}, "color=a,b", ["a", "b"]),
    ("query", "form", True, {"oneOf": [{"type": "boolean"}, {"type": "number"}]}, "color=1.50", Decimal("1.5")),
    ("query", "form", True, {"oneOf": [{"type": "boolean"}, {"type": "number"}]}, "color=true", True),
    ("query", "form", True, {"enum": [1, 2]}, "color=2", 2),
    ("query", "form", True, {}, "color=2", "2"),
    ("query", "form", True, {"type": "string", "nullable": True}, "color=null", "null"),
    ("query", "form", True, {"allOf": [{"type": "integer"}]}, "color=2", 2),
    ("query", "form", True, {"type": "object", "additionalProperties": {"type": "integer"}}, "a=1&b=2",
     {"a": 1, "b": 2}),
]  # fmt: skip
WRONG = [
    ("path", "label", False, LIST, "3", [("path", "/color", "must begin with .")]),
    ("path", "matrix", False, TEXT, ";colour=blue", [("path", "/color", "must be written as ;color=…")]),
    ("path", "matrix", False, LIST, ";color=1;color=2", [("path", "/color", "must be written as ;color=…")]),
    ("path", "simple", False, COLOUR, "R,1,G", [("path", "/color", "must be names and values in turn")]),
    ("path", "simple", False, COLOUR, "R,1,R,2", [("path", "/color/R", "is given more than once")]),
    ("path", "simple", False, LIST, "1,x", [("path", "/color/1", "must be a whole number")]),
    ("query", "form", False, LIST, "color=1&color=2", [("query", "/color", "is given more than once")]),
    ("query", "form", False, LIST, "color=%ff", [("query", "/color", "is not percent-encoded UTF-8")]),
    ("query", "form", True, COLOUR, "R=x&B=1", [("query", "/B", "is not known here"),
                                               ("query", "/color/R", "must be a whole number")]),
    ("query", "deepObject", True, COLOUR, "color[R]=1&color[R]=2", [("query", "/color/R", "is given more than once")]),
    ("query", "deepObject", True, COLOUR, "color[R]=x", [("query", "/color/R", "must be a whole number")]),
    ("query", "deepObject", True, COLOUR, "color[R]=1&color[R][G][B]=2",
     [("query", "/color[R][G][B]", "is not known here")]),
    ("query", "deepObject", True, COLOUR, "color[R=x",
     [("query", "/color[R", "is not known here: did you mean color?")]),
    ("query", "deepObject", True, LIST, "color[a]=1", [("query", "/color", "must be a list")]),
    ("query", "form", True, {"type": "integer"}, f"color={'9' * 40}",
     [("query", "/color", "has a number that cannot be kept exactly")]),
    ("header", "simple", False, LIST, "1,,2", [("header", "/color/1", "must be a whole number")]),
    ("cookie", "form", True, {"type": "integer"}, "color=x", [("cookie", "/color", "must be a whole number")]),
    ("cookie", "form", True, TEXT, "color=1; color=2", [("cookie", "/color", "is given more than once")]),
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_parameter_is_read_in_its_style(written):
    where, style, explode, schema, text, meant = written

    assert read(parameter(where, schema, style=style, explode=explode), text) == meant


@pytest.mark.parametrize("written", WRONG)
def test_what_is_wrong_with_a_parameter_is_named_by_its_place(written):
    where, style, explode, schema, text, wrong = written

    assert sorted(read(parameter(where, schema, style=style, explode=explode), text)) == wrong


def test_a_required_parameter_of_any_style_is_missed():
    places = ("query", "header", "cookie")
    asked = Asked(contract(*(parameter(where, COLOUR, required=True, explode=where == "query") for where in places)))

    reply = asked.send("GET", "/ask", headers={"cookie": "other=1"})

    missed = [(each["in"], each["pointer"], each["detail"]) for each in json.loads(reply["body"])["errors"]]
    assert sorted(missed) == [(where, "/color", "is required") for where in sorted(places)]


def test_a_parameter_of_content_is_json():
    declared = {"name": "color", "in": "query", "content": {"application/json": {"schema": COLOUR}}}

    assert read(declared, "color=" + quote('{"R": 1.0}')) == {"R": 1}
    assert read(declared, "color=%7B") == [
        (
            "query",
            "/color",
            "is not JSON (RFC 8259): line 1, column 2: the name of a member, in double quotes, is missing",
        )
    ]
    assert read(declared, "color=" + quote('{"R": "x"}')) == [("query", "/color/R", "must be a whole number")]
    assert read(declared | {"in": "header"}, '{"R": 2}') == {"R": 2}
    assert read({"name": "color", "in": "query", "content": {"text/plain": {}}}, "color=5") == "5"


def test_an_empty_value_is_let_in_where_the_contract_says_so():
    declared = parameter("query", {"type": "integer", "minimum": 1})

    assert read(declared | {"allowEmptyValue": True}, "color=") == ""
    assert read(declared | {"allowEmptyValue": True}, "color") == ""
    assert read(declared | {"allowEmptyValue": True}, "color=0") != 0
    assert read(declared, "color=") == [("query", "/color", "must be a whole number")]


def test_parameters_that_are_named_alike_are_found_by_their_places():
    declared = [
        {"name": "id", "in": where, "schema": {"type": "integer"}} for where in ("cookie", "header", "query", "path")
    ]
    asked = Asked(contract(*declared, path="/ask/{id}"))

    asked.send("GET", "/ask/1", "id=2", headers={"id": "3"}, cookies=["id=4"])

    assert asked.last.parameters == {"id": 1, "query.id": 2, "header.id": 3, "cookie.id": 4}


def test_a_default_is_used_under_the_name_that_the_function_finds_it_by():
    declared = [
        parameter("query", LIST | {"default": [1]}, explode=False),
        parameter("header", TEXT | {"default": "a"}),
    ]
    asked = Asked(contract(*declared))

    asked.send("GET", "/ask")

    assert asked.last.parameters == {"color": [1], "header.color": "a"}


def test_a_default_of_a_required_parameter_is_never_used():
    declared = parameter("query", TEXT | {"default": "a"}, required=True)

    assert read(declared, "") == [("query", "/color", "is required")]


def test_headers_that_openapi_says_elsewhere_are_no_parameters():
    names = ("Accept", "Content-Type", "authorization")
    declared = [{"name": name, "in": "header", "schema": {"enum": ["no"]}} for name in names]
    asked = Asked(contract(*declared))

    assert asked.send("GET", "/ask", headers={"accept": "*/*", "authorization": "Basic YTpi"})["statusCode"] == 204
    assert asked.last.parameters == {}


def test_a_list_may_have_any_number_of_items():
    asked = Asked(contract(parameter("query", LIST)))

    assert asked.send("GET", "/ask", "&".join(f"color={each}" for each in range(300)))["statusCode"] == 204
    assert asked.last.parameters["color"] == list(range(300))


def test_events_of_payload_1_0_are_read_alike():
    """A REST API passes a query on decoded, so what was percent-encoded within an item is a delimiter, too."""
    declared = [parameter("query", LIST, explode=False), {"name": "c", "in": "cookie", "schema": TEXT},
                {"name": "deep", "in": "query", "style": "deepObject", "schema": COLOUR}]  # fmt: skip
    asked = Asked(contract(*declared))
    query = {"color": ["3,4"], "deep[R]": ["1"]}

    asked.api({"httpMethod": "GET", "resource": "/ask", "path": "/ask", "multiValueQueryStringParameters": query,
               "headers": {"Cookie": "c=a; d=b"}, "requestContext": {}}, None)  # fmt: skip

    assert asked.last.parameters == {"color": [3, 4], "deep": {"R": 1}, "c": "a"}


def test_cookies_and_encoded_lists_arrive_over_http():
    declared = [parameter("query", {"type": "array", "items": TEXT}, explode=False),
                {"name": "session", "in": "cookie", "required": True, "schema": TEXT}]  # fmt: skip
    asked = Asked(contract(*declared))

    with asked.served() as client:
        assert client.get("/ask?color=a%2Cb,c", headers={"cookie": "theme=dark; session=s1"}).status_code == 204
        assert asked.last.parameters == {"color": ["a,b", "c"], "session": "s1"}
        assert client.get("/ask").status_code == 400


def test_types_know_parameters_by_their_keys_and_values():
    empty = {"name": "e", "in": "query", "allowEmptyValue": True, "schema": {"type": "integer"}}
    declared = [parameter("path", LIST), parameter("query", COLOUR), empty]
    source = types(contract(*declared, path="/ask/{color}"))

    assert "'color': ReadOnly[list[int]]" in source
    assert "'query.color': NotRequired[ReadOnly[AskParametersQueryColor]]" in source
    assert "'e': NotRequired[ReadOnly[int | Literal['']]]" in source


# The referee. It reads no path in the styles label and matrix, nor an encoded space as a delimiter, and it takes 0
# and 1 for false and true.

ITEMS = st.integers(-9, 9).map(str) | st.sampled_from(["x", "true", "1.5", "false"])
AGREED = [
    (parameter("query", LIST, explode=False), "color={}".format),
    (parameter("query", LIST, explode=True), "color={}".format),
    (parameter("query", LIST, style="pipeDelimited", explode=False), lambda text: f"color={text.replace(',', '|')}"),
    (parameter("query", COLOUR, style="deepObject", explode=True), lambda text: f"color[R]={text.split(',')[0]}"),
    (parameter("query", {"type": "boolean"}), lambda text: f"color={text.replace('0', 'x').replace('1', 'z')}"),
    (parameter("query", {"type": "number", "maximum": 5}), "color={}".format),
    (parameter("path", LIST), str),
    (parameter("header", LIST), str),
    (parameter("cookie", {"type": "integer"}), "color={}".format),
]


@pytest.mark.parametrize("index", range(len(AGREED)))
def test_the_referee_agrees_on_what_is_a_parameter(index):
    declared, write = AGREED[index]
    where = declared["in"]
    opinion = Referee(contract(declared, path="/ask/{color}" if where == "path" else "/ask"))
    asked = Asked(contract(declared, path="/ask/{color}" if where == "path" else "/ask"))
    verdicts = set()

    @NEAR
    @given(st.lists(ITEMS, min_size=1, max_size=3))
    def agree(items):
        text = write(",".join(items))
        path = f"/ask/{text}" if where == "path" else "/ask"
        query = text if where == "query" else ""
        headers = {"color": text} if where == "header" else {"cookie": text} if where == "cookie" else {}
        theirs = opinion.objections_to_request("GET", path, query, headers, None)
        reply = asked.send("GET", path, query, headers=headers)
        assert (reply["statusCode"] == 204) == (not theirs), (text, reply, theirs)
        verdicts.add(not theirs)

    agree()

    assert verdicts == {True, False}


def test_what_is_read_costs_a_contract_nothing_that_has_but_plain_parameters():
    plain = compile_contract(contract(parameter("query", LIST), parameter("header", TEXT) | {"name": "x"}))

    assert not any("shape" in each for each in plain["operations"]["ask"]["parameters"])


WORDS = ["color", "deep", "R", "1", "%5B", "%ff", "%20", "\u00e9", "9" * 40, "[R]", "[0]", "[]"]
PIECES = st.lists(st.sampled_from([*'[]=&;,.|%+ "\\{}', *WORDS]), max_size=12).map("".join)
DEEP = {"type": "object", "properties": {"R": LISTS, "a": COLOURS}, "additionalProperties": {"type": "array"}}
EVERY_STYLE = [
    parameter("query", {"oneOf": [LIST, COLOUR, TEXT]}, explode=False),
    {"name": "deep", "in": "query", "style": "deepObject", "schema": DEEP},
    {"name": "json", "in": "query", "content": {"application/json": {}}},
    {"name": "spread", "in": "query", "schema": {"type": "object", "additionalProperties": {"type": "number"}}},
    parameter("header", COLOUR, explode=True),
    parameter("cookie", LIST),
    {"name": "matrix", "in": "path", "style": "matrix", "explode": True, "schema": LIST},
]
EVERYTHING = Asked(contract(*EVERY_STYLE, path="/ask/{matrix}.x"))


@given(query=PIECES, header=PIECES, cookie=PIECES, path=PIECES)
@settings(derandomize=True, deadline=None, max_examples=400)
def test_whatever_is_sent_is_read_or_refused(query, header, cookie, path):
    sent = {"headers": {"color": header, "cookie": cookie}}

    reply = EVERYTHING.send("GET", f"/ask/{quote(path, safe='%;=,')}.x", query.replace("\u00e9", "%C3%A9"), **sent)

    assert reply["statusCode"] in (204, 400, 404), reply


@pytest.mark.parametrize("text", ["1e400", f"{'1' * 39}.5"])
def test_a_member_that_no_number_holds_exactly_is_refused_by_its_place(text):
    numbers = {"type": "array", "items": {"type": "number"}}

    assert read(parameter("query", numbers, explode=False), f"color=1,{text}") == [("query", "/color/1", INEXACT)]
