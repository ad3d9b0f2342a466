"""The engine's own answers are the contract's, whatever its errors look like: declared, mapped or added beside them."""

import copy
import json
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from specbound import Api, Conflict, Contract, NotFound, Problem, Request, Response
from specbound.compiler.answers import complete, expected
from specbound.compiler.document import Document, Refused, declarations, load
from specbound.compiler.telling import written_out
from specbound.compiler.translation import compile_contract
from specbound.local.gateway import Context
from specbound.problems import (
    IdempotencyKeyReused,
    KeyUnreadable,
    OutcomeUnknown,
    PreconditionFailed,
    StillRunning,
)
from specbound.store.dynamodb import Unavailable
from specbound.testing.referee import read_json
from tests.changed import LISTED, listed, said
from tests.test_compiled import THINGS

THING = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
SCOPE = "things/read things/write"


class Ours(Problem):
    """A problem of a service's own, of a status that the engine never has."""

    status = HTTPStatus.IM_A_TEAPOT
    title = "A Teapot"
    detail = "It is short and stout."


# What a function does, and the status that comes of it.
RAISED: dict[str, tuple[Any, int]] = {
    "not found": (NotFound("There is no thing “ä”."), 404),
    "conflict": (Conflict("x" * 5000), 409),
    "still running": (StillRunning(), 409),
    "unreadable": (KeyUnreadable(), 409),
    "changed": (PreconditionFailed("The resource is at version 3 now."), 412),
    "reused": (IdempotencyKeyReused(), 422),
    "bug": (ValueError("secret"), 500),
    "database": (Unavailable("busy"), 503),
    "lost": (OutcomeUnknown(), 503),
}
# What is wrong with a request, by the status that it is answered with.
WRONG: dict[str, tuple[dict[str, Any], int]] = {
    "an unknown parameter": ({"rawQueryString": "colour=red&size=big"}, 400),
    "a long name": ({"rawQueryString": f"{'%F0%9F%98%80' * 500}=1"}, 400),
    "a condition": ({"headers": {"if-range": '"1"'}}, 400),
    "many violations": ({"rawQueryString": "&".join(f"{number}=1" for number in range(1500))}, 400),
    "no JSON": ({"body": "{"}, 400),
    "another body": ({"body": "{}"}, 400),
    "much": ({"body": f'"{"x" * 1200}"'}, 413),
    "another type": ({"body": "<a/>", "headers": {"content-type": "text/xml"}}, 415),
    "compressed": ({"body": "{}", "headers": {"content-encoding": "gzip"}}, 415),
    "nobody": ({"claims": None}, 401),
    "another's scope": ({"claims": {"sub": "ada", "scope": "others/read"}}, 403),
}
BODIES = {"no JSON", "another body", "much", "another type", "compressed"}


class Service:
    """Answers every operation by raising what it is told to."""

    def __init__(self, names: Any) -> None:
        self.raised: Exception | None = None
        for name in names:
            setattr(self, name, self._answer)

    def _answer(self, request: Request) -> Response:
        assert self.raised
        raise self.raised


def api_of(document: Document) -> tuple[Api, Service, OpenAPI]:
    compiled = compile_contract(document)
    service = Service(compiled["operations"])
    environment = {f"TABLE_{name.upper()}": "things" for name in compiled["tables"]}
    contract = Contract(compiled, environment=environment)
    published = copy.deepcopy(complete(document).document)
    for each in declarations(published):
        each.definition["security"] = []
    json_types = dict.fromkeys(
        ("application/json", "application/problem+json", "application/vnd.api+json", ADDED), read_json
    )
    return (
        Api(contract, [service]),
        service,
        OpenAPI.from_dict(published, Config(extra_media_type_deserializers=json_types)),
    )


ADDED = "application/vnd.specbound.problem+json"


def send(api: Api, method: str, path: str, **parts: Any) -> dict[str, Any]:
    claims = parts.pop("claims", {"sub": "ada", "scope": SCOPE})
    context = {"http": {"method": method, "path": path}, "requestId": "JKJaXmPLvHcESHA="}
    authorizer = {} if claims is None else {"authorizer": {"jwt": {"claims": claims}}}
    event = {"version": "2.0", "routeKey": "$default", "rawPath": path, "headers": {}, **parts}
    return api({**event, "requestContext": {**context, **authorizer}}, Context())


def objections(published: OpenAPI, method: str, path: str, reply: dict[str, Any]) -> list[str]:
    request = MockRequest("http://localhost", method.lower(), path)
    headers = reply["headers"]
    content = reply.get("body", "").encode()
    answer = MockResponse(content, reply["statusCode"], headers, headers.get("content-type", ""))
    return [str(each.__cause__ or each) for each in published.iter_response_errors(request, answer)]


def all_answers(document: Document) -> None:
    """Assert that all that can be provoked is answered as what is published says, with the status that is due."""
    api, service, published = api_of(document)
    for each in declarations(document):
        path = each.path.replace("{thingId}", THING)
        required = json.dumps("ada") if "requestBody" in each.definition else None
        for name, (parts, status) in WRONG.items():
            if name in BODIES and required is None:
                continue
            service.raised = NotFound()
            reply = send(api, each.method, path, **{"body": required, **parts})
            assert reply["statusCode"] == status, (name, reply)
            assert objections(published, each.method, path, reply) == [], (name, reply)
        possible = {*expected(document, each), *_raised_without_headers(each.definition["responses"])}
        for name, (raised, status) in RAISED.items():
            if str(status) in possible:
                service.raised = raised
                reply = send(api, each.method, path, body=required)
                assert reply["statusCode"] == status, (name, reply)
                assert objections(published, each.method, path, reply) == [], (name, reply)


def _raised_without_headers(replies: Document) -> set[str]:
    """The declared statuses of which a service's problem may come as it is."""
    headers = {status: reply.get("headers", {}).values() for status, reply in replies.items()}
    return {status for status, found in headers.items() if not any(each.get("required") for each in found)}


def with_errors(content: Document, *statuses: str, **more: Any) -> Document:
    """The small contract whose operations declare some statuses with this content."""
    document = load(LISTED)
    reply = {"description": "No.", **({"content": content} if content else {}), **more}
    for each in declarations(document):
        each.definition["responses"] |= dict.fromkeys(statuses, reply)
    return document


def test_what_is_not_declared_is_added_under_names_that_clash_with_nothing() -> None:
    document = load(LISTED)
    document["components"]["schemas"] |= {"Problem": {"type": "string"}, "violation": {"type": "string"}}
    document["components"]["responses"] = {"NotFound": {"description": "Ours."}}

    published = complete(document).document

    replies = published["paths"]["/things/{thingId}"]["put"]["responses"]
    assert sorted(replies) == [
        "204",
        "400",
        "401",
        "403",
        "404",
        "409",
        "412",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
    ]
    assert replies["404"] == {"$ref": "#/components/responses/EngineNotFound"}
    assert published["components"]["schemas"]["Problem"] == {"type": "string"}
    problem = published["components"]["schemas"]["EngineProblem"]
    assert problem["properties"]["errors"]["items"] == {"$ref": "#/components/schemas/EngineViolation"}
    assert "304" not in published["paths"]["/things/{thingId}"]["get"]["responses"]
    assert document == load(LISTED) | {"components": document["components"]}
    all_answers(document)


def text(**more: Any) -> Document:
    return {"type": "string", **more}


def shape(required: str = "", is_closed: bool = False, **members: Document) -> Document:
    closed = {"additionalProperties": False} if is_closed else {}
    return {"type": "object", "properties": members, **({"required": required.split()} if required else {}), **closed}


VIOLATIONS = {"type": "array", "maxItems": 20, "items": shape("field message", True, field=text(), message=text())}
# Error shapes as they are met with, and what a bad request is told as in each: its media type, and its members.
SHAPES: dict[str, tuple[Document, str, set[str]]] = {
    "a message": (shape("message", message=text()), "application/json", {"message"}),
    "a short message": (shape("message", True, message=text(maxLength=20)), "application/json", {"message"}),
    "code and message": (
        shape("code message", code={"type": "integer", "format": "int32"}, message=text()),
        "application/json",
        {"code", "message"},
    ),
    "closed with violations": (
        shape("code message", True, code=text(pattern="^[a-z-]+$"), message=text(), errors=VIOLATIONS, hint=text()),
        "application/json",
        {"code", "message", "errors"},
    ),
    "nested": (
        shape("error", True, error=shape("message", status=text(), message=text(), details=VIOLATIONS)),
        "application/json",
        {"error"},
    ),
    "a list": (
        shape("errors", errors={"type": "array", "items": shape("title", title=text(), code=text(), status=text())}),
        "application/json",
        {"errors"},
    ),
    "lists by place": (
        shape("errors", errors=shape("body", body={"type": "array", "items": text()})),
        "application/json",
        {"errors"},
    ),
    "parts": (
        {"allOf": [shape("message", message=text()), shape("code", code=text())]},
        "application/json",
        {"code", "message"},
    ),
    "one of two": (
        {"oneOf": [shape("error", True, error=text()), shape("why", True, why=text())]},
        "application/json",
        {"error"},
    ),
    "success and time": (
        shape("success timestamp", success={"type": "boolean"}, timestamp=text(format="date-time"), msg=text()),
        "application/json",
        {"success", "timestamp", "msg"},
    ),
    "words of its own": (
        shape("code", True, code=text(enum=["bad", "worse"]), message=text()),
        "application/problem+json",
        {"type", "title", "status", "detail", "instance", "errors"},
    ),
    "strange": (
        shape("incident", incident=text()),
        "application/problem+json",
        {"type", "title", "status", "detail", "instance", "errors"},
    ),
    "free": (
        {"type": "object"},
        "application/json",
        {"type", "title", "status", "detail", "instance", "errors"},
    ),
    "text": (text(), "application/json", set()),
}


@pytest.mark.parametrize("name", SHAPES)
def test_problems_are_told_in_the_contracts_own_error_shape_or_beside_it(name: str) -> None:
    schema, media_type, members = SHAPES[name]
    document = with_errors({"application/json": {"schema": schema}}, *STATUSES)

    all_answers(document)

    api, _, _ = api_of(document)
    reply = send(api, "GET", "/things", rawQueryString="colour=red")
    body = json.loads(reply["body"])
    assert (reply["statusCode"], reply["headers"]["content-type"]) == (400, media_type)
    assert (body.keys() if isinstance(body, dict) else set()) == members


STATUSES = ("400", "401", "403", "404", "409", "412", "413", "415", "422", "500", "503")


def test_a_violation_is_told_at_its_place_in_the_contracts_own_shape() -> None:
    schema, _, _ = SHAPES["closed with violations"]
    api, service, _ = api_of(with_errors({"application/json": {"schema": schema}}, "400", "404"))

    wrong = send(api, "GET", "/things", rawQueryString="limit=x&limit=y")
    service.raised = NotFound("There is no such thing.")
    missing = send(api, "GET", f"/things/{THING}")

    assert json.loads(wrong["body"]) == {
        "code": "bad-request",
        "message": "The request has 1 violation of the contract.",
        "errors": [{"field": "limit", "message": "is given more than once"}],
    }
    # A problem that is at no place of the request is one entry.
    assert json.loads(missing["body"]) == {
        "code": "not-found",
        "message": "There is no such thing.",
        "errors": [{"field": "", "message": "There is no such thing."}],
    }


def test_a_reply_without_content_gets_some() -> None:
    document = with_errors({}, "400", "401", "404", "500")

    all_answers(document)

    published = complete(document).document["paths"]["/things"]["get"]["responses"]["400"]
    assert published["description"] == "No."
    assert list(published["content"]) == ["application/problem+json"]


def test_headers_that_are_declared_otherwise_are_told_as_text_or_left_out_and_no_other_is_required() -> None:
    date = {"schema": {"type": "string", "format": "date-time"}}
    headers = {"Retry-After": {"schema": text()}, "X-Rate-Limit": {"required": True, "schema": {"type": "integer"}}}
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    document = with_errors(problem, "400", "409", "503", headers=headers)
    dated = with_errors(problem, "503", headers={"Retry-After": date})

    all_answers(document)
    all_answers(dated)

    (api, service, _), (other, others, _) = api_of(document), api_of(dated)
    service.raised = others.raised = Unavailable("busy")
    assert send(api, "GET", "/things")["headers"]["retry-after"] == "1"
    assert "retry-after" not in send(other, "GET", "/things")["headers"]


OURS = shape(
    "error",
    True,
    error=shape(
        "kind text",
        True,
        kind=text(pattern="^[a-z-]+$", maxLength=40),
        text=text(maxLength=60),
        where=text(),
        http=text(),
        faults={"type": "array", "maxItems": 2, "items": shape("at why", True, at=text(), why=text(maxLength=10))},
    ),
)
MAPPING = {
    "body": {
        "error": {
            "kind": "{code}",
            "text": "{title}: {detail}",
            "where": "{request_id}",
            "http": "{status}",
            "faults": [{"at": "{in}:{pointer}", "why": "{detail}"}],
        }
    }
}


def mapped(mapping: Any, *statuses: str) -> Document:
    """The small contract with an error shape that no names give away, and what maps problems to it."""
    document = with_errors({"application/json": {"schema": {"$ref": "#/components/schemas/Ours"}}}, *statuses)
    document["components"]["schemas"]["Ours"] = OURS
    return document | {"x-problem": mapping}


def test_problems_are_told_as_x_problem_says_cut_to_what_the_schema_takes() -> None:
    document = mapped(MAPPING, *STATUSES)

    all_answers(document)

    api, _, _ = api_of(document)
    reply = send(api, "GET", "/things", rawQueryString="a=1&b=2&c=3")
    assert (reply["statusCode"], reply["headers"]["content-type"]) == (400, "application/json")
    assert json.loads(reply["body"]) == {
        "error": {
            "kind": "bad-request",
            "text": "Bad Request: The request has 3 violations of the contract."[:60],
            "where": "JKJaXmPLvHcESHA=",
            "http": "400",
            "faults": [{"at": "query:/a", "why": "is not kno"}, {"at": "query:/b", "why": "is not kno"}],
        }
    }


def test_with_a_schema_x_problem_tells_what_is_not_declared_as_well() -> None:
    document = mapped({**MAPPING, "schema": "#/components/schemas/Ours"}, "404")

    all_answers(document)

    api, service, _ = api_of(document)
    service.raised = Unavailable("busy")
    reply = send(api, "GET", "/things")
    assert (reply["statusCode"], reply["headers"]["retry-after"]) == (503, "1")
    assert json.loads(reply["body"])["error"]["kind"] == "service-unavailable"


MISTAKES: list[tuple[Document, str]] = [
    (mapped(5), "x-problem: give it a body, and media_type and schema where they are needed, no more."),
    (mapped({"template": {}}), "x-problem: give it a body"),
    (mapped({**MAPPING, "media_type": "JSON"}), "x-problem: write one media type, in lower case"),
    (mapped({**MAPPING, "schema": 5}), "x-problem: name the schema of its body"),
    (mapped({**MAPPING, "schema": "#/components/schemas/Nothing"}), "leads nowhere"),
    (mapped({"body": {"a": ["{detail}", "{in}"]}}), "x-problem body/a: write one entry, of which as many are made"),
    (mapped({"body": {"a": "{details}"}}), "x-problem body/a: {details} is no field of a problem, which are code, "),
    (mapped({"body": {"a": "{pointer}"}}), "x-problem body/a: {pointer} is no field of a problem"),
    (
        mapped({"body": {"error": {"kind": "{type}", "text": "{detail}"}}}, "404"),
        "GET /things reply 404 application/json: x-problem makes of a problem what is not declared here: error/kind "
        "must match ^[a-z-]+$.",
    ),
    (
        mapped({"body": {"error": {"kind": "{code}"}}}, "500"),
        "GET /things reply 500 application/json: x-problem makes of a problem what is not declared here: error/text is "
        "required.",
    ),
]


@pytest.mark.parametrize(("document", "message"), MISTAKES)
def test_a_mapping_that_does_not_fit_is_named_by_its_place(document: Document, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(document)

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)


def test_a_shape_that_contains_itself_many_times_is_read_as_far_as_errors_reach() -> None:
    document = load(LISTED)
    reference = {"$ref": "#/components/schemas/Deep"}
    document["components"]["schemas"]["Deep"] = shape(
        "message", message=text(), **{f"e{n}": reference for n in range(40)}
    )

    written = written_out(document, reference)

    assert written["properties"]["e0"]["properties"]["message"] == text()
    assert len(json.dumps(written)) < 500_000


def test_a_status_range_and_a_default_count_as_declared() -> None:
    message = {"application/json": {"schema": shape("message", message=text())}}
    document = with_errors(message, "4XX", "default")

    completed = complete(document)

    assert completed.document == document
    told = completed.told["#", "paths", "/things", "get"]
    assert {status: each and each["media_type"] for status, each in told.items()} == {
        "4XX": "application/json",
        "default": "application/json",
    }


def test_what_is_published_can_be_completed_again_and_stays_the_same() -> None:
    published = complete(listed(said(openapi="3.0.3"))).document

    assert complete(published).document == published
    assert compile_contract(published)["operations"] == compile_contract(load(LISTED))["operations"]


def test_in_openapi_3_1_what_is_added_is_written_as_its_schemas_are() -> None:
    published = complete(load(THINGS) | {"openapi": "3.1.0"}).document

    message = published["components"]["schemas"]["GatewayMessage"]["properties"]["message"]
    assert (message["type"], "nullable" in message) == (["string", "null"], False)


# Error shapes that nobody thought of.
NAMES = st.sampled_from(
    ["message", "detail", "error", "errors", "code", "status", "statusCode", "title", "type", "requestId", "timestamp",
     "success", "field", "path", "reason", "hint", "details", "data", "traceId"]
)  # fmt: skip
PLAIN = st.one_of(
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(1, 2000)}),
    st.fixed_dictionaries({"type": st.just("string"), "minLength": st.integers(1, 30)}),
    st.sampled_from(
        [{"type": "string", "pattern": "^[a-z-]+$"}, {"type": "string", "enum": ["a", "b"]}, {"type": "boolean"},
         {"type": "string", "enum": ["error"]}, {"type": "string", "format": "date-time"}, {"type": "integer"},
         {"type": "string", "format": "uuid"}, {"type": "string", "nullable": True}, {"type": "number", "maximum": 450},
         {"type": "object"}, {"type": "array", "items": {}}, {}, {"type": "string", "format": "uri"}]
    ),
)  # fmt: skip


@st.composite
def objects(draw: Any, parts: Any) -> Document:
    members = draw(st.dictionaries(NAMES, parts, max_size=5))
    required = draw(st.lists(st.sampled_from(sorted(members)), unique=True)) if members else []
    made = {"type": "object", "properties": members, **({"required": required} if required else {})}
    return made | draw(st.sampled_from([{}, {"additionalProperties": False}, {"additionalProperties": True}]))


def lists(parts: Any) -> Any:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": parts},
        optional={"maxItems": st.integers(0, 1100), "minItems": st.integers(0, 2), "uniqueItems": st.booleans()},
    )


ANY_SHAPE = st.recursive(PLAIN, lambda parts: objects(parts) | lists(parts), max_leaves=8)
CONTENT = st.dictionaries(
    st.sampled_from(["application/json", "application/problem+json", "application/vnd.api+json", "text/html", ADDED]),
    st.fixed_dictionaries({"schema": ANY_SHAPE}),
    max_size=3,
)


@pytest.mark.slow
@given(
    replies=st.dictionaries(st.sampled_from(STATUSES), CONTENT, min_size=1, max_size=4),
    header=st.dictionaries(
        st.sampled_from(["Retry-After", "retry-after", "WWW-Authenticate", "Accept-Encoding", "X-Other"]),
        st.fixed_dictionaries(
            {"schema": st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "string", "enum": ["x"]}])},
            optional={"required": st.booleans()},
        ),
        max_size=1,
    ),
)
@settings(derandomize=True, deadline=None, max_examples=60, phases=[Phase.generate])
def test_whatever_the_errors_of_a_contract_are_all_that_the_engine_answers_is_declared(
    replies: dict[str, Document], header: Document
) -> None:
    document = load(LISTED)
    for each in declarations(document):
        for status, content in replies.items():
            each.definition["responses"][status] = {"description": "No.", "content": content, "headers": header}

    all_answers(document)
