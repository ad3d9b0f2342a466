"""Tools of assistants: what each operation is as a tool, what is sent of its arguments, what is told of its replies."""

import asyncio
import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import httpx
import jsonschema
import pytest

from specbound.assistants.access import LOCAL, address, known_scopes
from specbound.assistants.answers import answer
from specbound.assistants.calls import Unfit, call, refuse_wrong
from specbound.assistants.sending import Lost, Sender
from specbound.assistants.tools import allowed, tools
from specbound.compiler.document import load
from specbound.compiler.published import published
from specbound.failures import Failed
from tests.echo import Asked, document, taking
from tests.test_styles import WRITTEN, contract, parameter

OBJECT = {"type": "object", "properties": {"name": {"type": "string"}}}
WRITABLE = [each for each in WRITTEN if each[0] != "cookie" and each[5] != "absent"]
EVERYTHING = "users/read users/write products/read products/write inventory/read inventory/write"


@pytest.fixture(scope="module")
def catalogue():
    """The tools of the service that the tests stand on, by their names."""
    found, left_out = tools(published(load()))
    assert left_out == []
    return {each.name: each for each in found}


def only(declared):
    [found], left_out = tools(published(declared))
    assert left_out == []
    return found


def jwt(**claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def reply(status, body=None, request="https://api.example.com/users", **headers):
    content = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    return httpx.Response(status, headers=headers, request=httpx.Request("GET", request), **content)


@pytest.mark.parametrize("said", WRITABLE, ids=lambda said: "-".join(map(str, (*said[:3], said[4]))))
def test_the_api_reads_of_a_parameter_what_the_assistant_meant(said):
    where, style, explode, schema, _, meant = said
    path = "/ask/{color}" if where == "path" else "/ask"
    declared = contract(parameter(where, schema, style=style, explode=explode), path=path)
    asked = Asked(declared)

    given = float(meant) if type(meant).__name__ == "Decimal" else meant
    made = call(only(declared), {"color": given})

    sent, _, query = made.target.partition("?")
    answered = asked.send("GET", sent, query, headers={name.lower(): each for name, each in made.headers.items()})
    assert answered["statusCode"] == 204, (made, answered)
    if meant == []:
        assert asked.last.parameters.get("color", []) == []
    else:
        assert asked.last.parameters["color"] == meant


@pytest.mark.parametrize("value", ["a/b?c#d", "a b+c%20", "ä€", "x..y"])
def test_a_name_in_a_path_is_that_name_whatever_it_is(value):
    tool = only(contract(parameter("path", {"type": "string"}), path="/ask/{color}"))

    target = call(tool, {"color": value}).target

    assert (target.count("/"), unquote(target)) == (2, f"/ask/{value}")


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_would_lead_to_another_path_is_refused(value):
    tool = only(contract(parameter("path", {"type": "string"}), path="/ask/{color}"))

    with pytest.raises(Unfit, match=r"color can't be .*: it is a part of the path"):
        call(tool, {"color": value})


def test_arguments_that_are_misspelt_or_missing_are_named(catalogue):
    with pytest.raises(Unfit, match=r"^get_user has no argument user. Did you mean userId\? It has: userId"):
        call(catalogue["get_user"], {"user": "7"})
    with pytest.raises(Unfit, match=r"^get_user needs the argument userId\.$"):
        call(catalogue["get_user"], {})
    with pytest.raises(Unfit, match=r"^create_user needs the argument body\.$"):
        call(catalogue["create_user"], {})


def test_what_the_api_would_refuse_anyway_is_said_before_anybody_is_asked(catalogue):
    with pytest.raises(Unfit) as refused:
        refuse_wrong(catalogue["create_user"], {"body": {"name": 5, "email": "ada@example.com", "age": 7}})

    first, *wrong = str(refused.value).splitlines()
    assert first == "Nothing was sent, for the API would refuse it. Mend this:"
    assert len(wrong) == 2
    assert any("'age' was unexpected" in each for each in wrong)
    assert any(each.startswith("- body.name: 5 is not of type") for each in wrong)
    refuse_wrong(catalogue["create_user"], {"body": {"name": "Ada", "email": "ada@example.com"}})


@pytest.mark.parametrize(
    "name", ["create_user", "create_users", "create_product", "update_inventory", "adjust_inventory"]
)
def test_the_contracts_own_examples_are_never_refused_before_they_are_sent(catalogue, name):
    tool = catalogue[name]
    body = load()["paths"][tool.path][tool.method.lower()]["requestBody"]["content"]["application/json"]
    ids = {each: "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d" for each in tool.schema["required"] if each != "body"}

    refuse_wrong(tool, {**ids, "body": body["example"]})


def test_a_header_takes_no_line_of_its_own(catalogue):
    with pytest.raises(Unfit, match="If-Match is sent as a header"):
        call(catalogue["get_user"], {"userId": "7", "If-Match": 'x"\r\nAuthorization: Bearer other'})


def test_parameters_of_one_name_are_told_apart_by_their_place():
    declared = contract(
        {"name": "body", "in": "query", "schema": {"type": "string"}},
        parameter("query", {"type": "string"}),
        {**parameter("header", {"type": "string"}), "name": "x[y]"},
        parameter("path", {"type": "string"}),
        path="/ask/{color}",
    )
    tool = only(declared)

    made = call(tool, {"color": "a", "query.color": "b", "query.body": "c", "x_y_": "d"})

    assert (made.target, made.headers) == ("/ask/a?color=b&body=c", {"x[y]": "d"})
    assert list(tool.schema["properties"]) == ["color", "query.body", "query.color", "x_y_"]


@pytest.mark.parametrize(
    ("content", "given", "media_type", "sent"),
    [
        ({"application/json": {"schema": OBJECT}}, {"name": "Ä"}, "application/json", '{"name": "Ä"}'),
        ({"text/csv": {}, "application/vnd.a+json": {"schema": OBJECT}}, {}, "application/vnd.a+json", "{}"),
        ({"text/plain": {"schema": {"type": "string"}}}, "Hello", "text/plain", "Hello"),
    ],
)
def test_a_body_is_sent_as_the_contract_takes_it(content, given, media_type, sent):
    made = call(only(taking(content)), {"body": given})

    assert (made.headers, made.content.decode()) == ({"content-type": media_type}, sent)


def test_what_an_assistant_can_not_send_is_no_tool_and_it_is_said_why():
    form = taking({"multipart/form-data": {"schema": OBJECT}})
    cookie = {"name": "session", "in": "cookie", "required": True, "schema": {"type": "string"}}
    asking = contract(cookie)

    assert tools(published(form)) == ([], ["ask: its body is neither JSON nor text (multipart/form-data)"])
    assert tools(published(asking)) == ([], ["ask: it needs the cookie session"])


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_an_argument_may_be_stands_in_its_schema_with_all_that_it_refers_to(version):
    node = {
        "type": "object",
        "description": "A part.",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "name": {"type": "string", "minLength": 2, "example": "Axle"},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    declared = taking(
        {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}},
        version=version,
        components={"schemas": {"Node": node}},
    )

    schema = only(declared).schema

    jsonschema.Draft202012Validator.check_schema(schema)
    good = {"body": {"name": "Axle", "below": [{"name": "Hub"}]}}
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(good)) == []
    assert not jsonschema.Draft202012Validator(schema).is_valid({"body": {"name": "Axle", "below": [{"name": "H"}]}})
    shown = schema["$defs"]["Node"]
    assert (shown["required"], shown["description"], "id" in shown["properties"]) == (["name"], "A part.", False)
    assert shown["properties"]["name"]["examples"] == ["Axle"]


def test_the_schemas_of_a_whole_contract_admit_its_own_examples(catalogue):
    declared = load()
    seen = 0
    for tool in catalogue.values():
        jsonschema.Draft202012Validator.check_schema(tool.schema)
        body = declared["paths"][tool.path][tool.method.lower()].get("requestBody", {})
        example = body.get("content", {}).get("application/json", {}).get("example")
        if example is not None:
            seen += 1
            part = {**tool.schema, "required": ["body"]}
            assert list(jsonschema.Draft202012Validator(part).iter_errors({"body": example})) == []
    assert seen >= 5


def test_what_a_tool_does_is_told_by_its_method_and_its_success(catalogue):
    told = {
        name: (tool.reads, tool.creates, tool.repeatable, tool.is_keyed, tool.limit) for name, tool in catalogue.items()
    }

    assert told["list_users"] == (True, False, True, False, "limit")
    assert told["get_user"] == (True, False, True, False, None)
    assert told["create_user"] == (False, True, False, True, None)
    assert told["update_user"][:3] == (False, False, True)
    assert told["delete_user"][:3] == (False, False, True)
    assert "call it with nextToken as nextToken says" in catalogue["list_users"].description
    assert "Idempotency-Key" not in catalogue["create_user"].schema["properties"]
    assert "get_docs" not in catalogue


def test_only_what_the_scopes_allow_is_a_tool(catalogue):
    every = list(catalogue.values())

    reading = allowed(every, frozenset({"users/read"}), read_only=False)

    assert [each.name for each in reading] == ["list_users", "get_user"]
    assert all(each.reads for each in allowed(every, None, read_only=True))
    assert (
        allowed(every, None, read_only=False) == allowed(every, frozenset(EVERYTHING.split()), read_only=False) == every
    )
    assert allowed(every, frozenset(), read_only=False) == []


def test_a_token_that_tells_its_scopes_is_believed_and_what_is_said_limits_it():
    token = jwt(scope="a/read a/write")

    assert known_scopes(token, None) == {"a/read", "a/write"}
    assert known_scopes(jwt(scp=["a/read"]), None) == {"a/read"}
    assert known_scopes(jwt(sub="x"), None) == frozenset()
    assert known_scopes(token, "a/read b/read") == {"a/read"}
    assert known_scopes("opaque", None) is known_scopes("a.b.c", None) is known_scopes(None, None) is None
    assert known_scopes("opaque", "a/read") == {"a/read"}


def test_a_credential_goes_to_no_address_where_others_could_read_it(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "secret")

    with pytest.raises(Failed, match="would show the credential"):
        address("http://api.example.com", {})
    with pytest.raises(Failed, match="is no address of an API"):
        address("api.example.com", {})
    assert address("https://api.example.com", {}).headers == {"authorization": "Bearer secret"}
    assert address("http://localhost:9000", {"x-key": "k"}).headers["x-key"] == "k"
    monkeypatch.delenv("API_TOKEN")
    assert address(LOCAL, {}).token == "local"
    assert address("https://api.example.com", {}).headers == {}


PROBLEM = {
    "type": "urn:problem-type:bad-request",
    "title": "Bad Request",
    "detail": "The request has 2 violations of the contract.",
    "errors": [
        {"in": "body", "pointer": "/name", "detail": "is required"},
        {"in": "query", "pointer": "/limit", "detail": "must be at most 100"},
    ],
}
UNKNOWN = {"type": "urn:problem-type:outcome-unknown", "title": "Service Unavailable", "detail": "Not known."}


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("list_users", reply(400, PROBLEM), ["- body.name: is required", "- limit: must be at most 100", "Mend"]),
        ("list_users", reply(401, {"message": "Unauthorized"}), ["401 Unauthorized: Unauthorized", "users/read"]),
        ("delete_user", reply(403, {"message": "Forbidden"}), ["may not do this", "It needs a token with users/write"]),
        ("get_user", reply(404, b"<h1>Gone</h1>"), ["404 Not Found\n<h1>Gone</h1>\nFind out the right name"]),
        ("update_user", reply(412), ["Somebody changed it meanwhile", "If-Match"]),
        ("list_users", reply(429, **{"retry-after": "7"}), ["Wait 7 seconds"]),
        ("create_user", reply(503, UNKNOWN), ["(outcome-unknown): Not known.", "very same arguments"]),
        ("delete_user", reply(503, UNKNOWN), ["(outcome-unknown): Not known.", "look at what is stored"]),
        ("list_users", reply(500, **{"x-request-id": "r-1"}), ["The API failed.", "the request's id, r-1"]),
        ("create_user", Lost("No answer came.", is_unknown=True), ["No answer came. Call it once more with the very"]),
        ("get_user", Lost("Nothing answers.", is_unknown=False), ["Nothing answers. Tell the user"]),
    ],
)
def test_an_error_says_what_is_to_be_done(catalogue, name, given, words):
    made = call(catalogue[name], dict.fromkeys(catalogue[name].schema.get("required", ()), "7"))

    told = answer(made, given, 1000)

    assert told.is_error
    assert [each for each in words if each not in told.texts[0]] == [], told.texts


def test_a_page_that_is_too_long_is_asked_for_with_a_limit_that_fits(catalogue):
    made = call(catalogue["list_users"], {"limit": 80})
    long = reply(200, {"items": ["x" * 96] * 80}, request="https://api.example.com/users?limit=80")

    told = answer(made, long, 1000)

    assert told.is_error
    length = len(long.text)
    assert told.texts == [
        f"The page has {length} characters, of which no more than 1000 are let through. Ask for limit=10 or less."
    ]


def test_what_is_no_page_is_cut_and_what_is_no_text_is_not_shown(catalogue):
    made = call(catalogue["get_user"], {"userId": "7"})

    cut = answer(made, reply(200, b"x" * 90, **{"content-type": "text/plain", "etag": '"3"'}), 50)
    image = answer(made, reply(200, b"\x89PNG", **{"content-type": "image/png"}), 50)

    assert cut.texts == ["x" * 50 + "\n… cut here: these are 50 of 90 characters.", '200 OK. ETag: "3"']
    assert image.texts == ["200 OK. The body is not shown: 4 bytes, image/png"]
    assert not cut.is_error and not image.is_error


class Flaky(BaseHTTPRequestHandler):
    """It notes the keys of requests, and does with each what is next: a status, or no answer."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.server.keys.append(self.headers["idempotency-key"])
        status = self.server.outcomes.pop(0) if self.server.outcomes else 201
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def flaky():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
    server.keys, server.outcomes = [], []
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def sent(server, *calls):
    async def send():
        sender = Sender(f"http://127.0.0.1:{server.server_port}", {})
        return [await sender.send(each) for each in calls]

    return asyncio.run(send())


def test_what_is_sent_again_has_its_first_key_also_when_the_assistant_calls_once_more(catalogue, flaky):
    same = call(catalogue["create_user"], {"body": {"name": "Ada"}})
    other = call(catalogue["create_user"], {"body": {"name": "Eve"}})
    flaky.outcomes += [None, 503, 500, 201, 201]

    lost, elsewhere, done, anew = sent(flaky, same, other, same, same)

    first, second, third, *rest = flaky.keys
    assert first == second == third
    assert (lost.status_code, elsewhere.status_code, done.status_code, anew.status_code) == (500, 201, 201, 201)
    assert rest[1] == first, "the call whose outcome nobody knew"
    assert len({first, rest[0], rest[2]}) == 3


def test_a_write_without_a_key_is_sent_once(catalogue, flaky):
    bare = only(taking({"application/json": {"schema": OBJECT}}))
    flaky.outcomes += [503]

    [told] = sent(flaky, call(bare, {"body": {}}))

    assert (told.status_code, flaky.keys) == (503, [None])


def test_where_nothing_answers_that_is_what_is_told(catalogue, flaky):
    flaky.server_close()

    [told] = sent(flaky, call(catalogue["list_users"], {}))

    assert isinstance(told, Lost) and not told.is_unknown
    assert told.reason.startswith(f"Nothing answers at http://127.0.0.1:{flaky.server_port}")


def test_a_deprecated_operation_says_so():
    declared = document({"/ask": {"get": {"deprecated": True, "summary": "Ask"}}})

    assert only(declared).description == "Ask\n\nDeprecated. Use another tool where one does the same."
