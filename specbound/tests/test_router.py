"""What holds for every request, whatever it asks for: both event formats, and all that is not as it should be."""

import base64
import gzip
import json
from http import HTTPStatus

import boto3
import pytest

from handlers.router import lambda_handler
from specbound.compiler.document import load
from specbound.local import embedded
from specbound.messages import Response
from specbound.problems import Conflict
from specbound.testing import caller
from tests.events import event_1_0, event_2_0, send

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
EMAIL = "An address. Space around it is ignored, and so is case when addresses are compared."


@pytest.fixture
def empty_tables():
    embedded.empty()


pytestmark = pytest.mark.usefixtures("empty_tables")


def test_a_minimal_event_of_payload_1_0_is_enough():
    created, user, _ = send(event_1_0("POST", "/users", body=json.dumps(ADA)))
    fetched, same, _ = send(event_1_0("GET", "/users/{userId}", pathParameters={"userId": user["userId"]}))

    assert (created, fetched) == (201, 200)
    assert same == user


def test_a_proxy_resource_of_payload_1_0_is_routed_by_its_path():
    _, user, _ = send(event_1_0("POST", "/{proxy+}", path="/users", body=json.dumps(ADA)))

    status, same, _ = send(event_1_0("GET", "/{proxy+}", path=f"/users/{user['userId']}"))

    assert (status, same) == (200, user)


def test_repeated_query_parameters_of_payload_1_0_are_all_read():
    ids = ["2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11", "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e12"]
    claims = {"requestContext": {"authorizer": {"claims": {"sub": "x", "scope": "inventory/read"}}}}
    query = {"multiValueQueryStringParameters": {"productId": ids}, "queryStringParameters": {"productId": ids[1]}}

    status, _, _ = send(event_1_0("GET", "/inventory", **claims, **query))
    repeated, problem, _ = send(
        event_1_0(
            "GET", "/inventory", **claims, **query | {"multiValueQueryStringParameters": {"productId": ids[:1] * 2}}
        )
    )

    assert (status, repeated) == (200, 400)
    assert problem["errors"][0]["pointer"] == "/productId"


def test_an_event_of_payload_2_0_is_routed_by_its_route_or_by_its_path():
    _, user, _ = send(event_2_0("POST", "/users", "POST /users", body=json.dumps(ADA)))
    path = f"/users/{user['userId']}"

    routed = send(event_2_0("GET", path, "GET /users/{userId}", pathParameters={"userId": user["userId"]}))
    matched = send(event_2_0("GET", path))

    assert routed[:2] == matched[:2] == (200, user)


def test_a_stage_in_front_of_the_path_is_not_part_of_it():
    event = event_2_0("GET", "/prod/health")
    event["requestContext"]["stage"] = "prod"

    assert send(event)[:2] == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', None]
)
def test_a_body_is_read_as_json_in_utf_8(content_type):
    headers = {"content-type": content_type} if content_type else {}
    name = "Zoë 火"
    content = base64.b64encode(json.dumps(ADA | {"name": name}, ensure_ascii=False).encode()).decode()

    status, user, _ = send(event_2_0("POST", "/users", body=content, isBase64Encoded=True, headers=headers))

    assert status == 201
    assert user["name"] == name


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/json; charset=latin-1", "application/jsonp", ""]
)
def test_a_body_of_another_media_type_is_refused(content_type):
    status, problem, _ = send(event_2_0("POST", "/users", body=json.dumps(ADA), headers={"content-type": content_type}))

    assert status == 415
    assert problem["detail"] == "Send application/json."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "is required"),
        (b"{", "is not JSON (RFC 8259): line 1, column 2: the name of a member, in double quotes, is missing"),
        (b'{"name": "A', "is not JSON (RFC 8259): line 1, column 10: the string that begins here has no end"),
        (b"{}{}", "is not JSON (RFC 8259): line 1, column 3: the value has ended here, and something follows"),
        (b"\xef\xbb\xbf{}", "begins with a byte order mark: send it without"),
        (b'{"price": 01}', "is not JSON (RFC 8259): line 1, column 12: a comma is missing, or an end"),
        (b"'a'", "is not JSON (RFC 8259): line 1, column 1: texts and names stand in double quotes"),
        (
            b'"a\nb"',
            "is not JSON (RFC 8259): line 1, column 3: a string has a control character: write it as an escape",
        ),
        (b'{"name": "\xff"}', "is not UTF-8"),
        (b'{"name": "\xed\xa0\x80"}', "is not UTF-8"),
        (b"NaN", "has NaN, which is not JSON: line 1, column 1"),
        (b'{"a": -Infinity}', "has -Infinity, which is not JSON: line 1, column 7"),
        (b'{"name": "Ada", "name": "Bob"}', "has an object that names a member twice: line 1, column 17"),
        (b'{"name": "A\\ud800", "email": "a@b.co"}', "has half of a surrogate pair: line 1, column 12"),
        (b'{"\\udfff": 1}', "has half of a surrogate pair: line 1, column 3"),
        (b"[" * 1000 + b"]" * 1000, "nests too deep: line 1, column 33"),
        (b"[" * 400 + b"]" * 400, "nests too deep: line 1, column 33"),
        (b'{"a":' * 10_000, None),
        (b"[" * 60_000, None),
        (b"1e99999999999999999999", "has a number that cannot be kept exactly: line 1, column 1"),
        (b"0." + b"1" * 40, "has a number that cannot be kept exactly: line 1, column 1"),
        (b"9" * 5000, "has a number that cannot be kept exactly: line 1, column 1"),
        (b"1e400", "has a number that cannot be kept exactly: line 1, column 1"),
        (b"null", None),
        (b"[]", None),
        (b'"text"', None),
    ],
)
def test_a_body_that_is_no_sound_json_is_refused(body, detail):
    event = event_2_0("POST", "/users", body=base64.b64encode(body).decode(), isBase64Encoded=True)

    status, problem, _ = send(event)

    assert status == 400
    assert problem["errors"][0]["in"] == "body"
    assert detail in (None, problem["errors"][0]["detail"])


@pytest.mark.parametrize(
    ("headers", "content", "name"),
    [
        ({"content-encoding": "gzip"}, gzip.compress(json.dumps(ADA).encode(), mtime=0), "gzip"),
        ({}, gzip.compress(json.dumps(ADA).encode(), mtime=0), "gzip"),
        ({"content-encoding": "deflate, br"}, b"{}", "deflate, br"),
    ],
)
def test_a_compressed_body_is_answered_with_how_to_send_it(headers, content, name):
    body = base64.b64encode(content).decode()

    status, problem, reply_headers = send(event_2_0("POST", "/users", body=body, isBase64Encoded=True, headers=headers))

    assert (status, reply_headers["accept-encoding"]) == (415, "identity")
    assert problem["detail"] == f"The body is compressed ({name}). Send it as it is."


def test_a_body_that_says_it_is_base64_and_is_not_is_refused():
    status, _, _ = send(event_2_0("POST", "/users", body="{}", isBase64Encoded=True))

    assert status == 400


def test_a_body_as_large_as_the_contract_lets_it_be_is_read_and_a_larger_one_refused():
    fits = json.dumps(ADA).ljust(65536)

    status, _, _ = send(event_2_0("POST", "/users", body=fits))
    refused, problem, _ = send(event_2_0("POST", "/users", body=fits + " "))

    assert (status, refused) == (201, 413)
    assert problem["detail"] == "The body has 65537 bytes, at most 65536 are taken."


def test_every_violation_is_named_by_its_place():
    body = {"items": [ADA, {"name": "", "a/b~c": 1}, {"name": 5, "email": "x"}], "more": 1}

    status, problem, _ = send(event_2_0("POST", "/users/batch", body=json.dumps(body)))

    assert status == 400
    form = "must be as described"
    assert sorted((each["pointer"], each["detail"]) for each in problem["errors"]) == [
        ("/items/1/a~1b~0c", "is not known here"),
        ("/items/1/email", "is required"),
        ("/items/1/name", f"{form}: No control characters, no space at either end."),
        ("/items/1/name", "must have at least 2 characters"),
        ("/items/2/email", f"{form}: {EMAIL}"),
        ("/items/2/name", "must be a string"),
        ("/more", "is not known here"),
    ]
    assert "7 violations" in problem["detail"]


def test_a_misspelt_member_and_parameter_lead_to_the_right_one():
    status, problem, _ = send(event_2_0("POST", "/users", body=json.dumps({"name": "Ada", "E-Mail": "ada@b.example"})))
    of_query, listing, _ = send(event_2_0("GET", "/users", rawQueryString="limt=5"))

    assert (status, of_query) == (400, 400)
    told = {each["pointer"]: each["detail"] for each in problem["errors"] + listing["errors"]}
    assert told["/E-Mail"] == "is not known here: did you mean email?"
    assert told["/limt"] == "is not known here: did you mean limit?"


def test_what_a_caller_sent_does_not_break_out_of_the_answer():
    status, problem, _ = send(event_2_0("POST", "/users", body=json.dumps({"\n\x00" + "x" * 5000: 1})))

    assert status == 400
    assert max(len(each["pointer"]) for each in problem["errors"]) == 1000


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=+5", "/limit"),
        ("limit=%205", "/limit"),
        ("limit=1_0", "/limit"),
        ("limit=5.0", "/limit"),
        ("limit=05", "/limit"),
        ("limit=", "/limit"),
        ("limit", "/limit"),
        ("limit=%D9%A3", "/limit"),
        ("limit=5&limit=5", "/limit"),
        ("status=gone", "/status"),
        ("page=2", "/page"),
        ("Limit=5", "/Limit"),
        ("email=%FF", ""),
        ("email=ada+x@example.com", "/email"),
    ],
)
def test_a_query_that_is_not_as_the_contract_says_is_refused(query, pointer):
    status, problem, _ = send(event_2_0("GET", "/users", rawQueryString=query))

    assert status == 400
    assert [(each["in"], each["pointer"]) for each in problem["errors"]] == [("query", pointer)]


@pytest.mark.parametrize(
    "query",
    ["", "&&", "limit=5", "lim%69t=5", "email=ada%2Bx@example.com", "email=+ada@example.com", "status=active&limit=1"],
)
def test_a_query_that_is_as_the_contract_says_is_taken(query):
    status, _, _ = send(event_2_0("GET", "/users", rawQueryString=query))

    assert status == 200


@pytest.mark.parametrize(
    "user_id",
    [
        "x",
        "7f9c24e83b124fef91e055aa3c3e1b5d",
        "{7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d}",
        "urn:uuid:7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
        "x7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5dx",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d%0A",
        "%0A7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d%20",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d%00",
        "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5",
        "7g9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
    ],
)
def test_an_id_has_its_36_characters(user_id):
    status, problem, _ = send(event_2_0("GET", f"/users/{user_id}"))

    assert status == 400
    assert {
        "in": "path",
        "pointer": "/userId",
        "detail": "must be a UUID, such as 7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
    } in problem["errors"]


def test_an_id_is_the_same_in_upper_case():
    _, user, _ = send(event_2_0("POST", "/users", body=json.dumps(ADA)))

    status, same, _ = send(event_2_0("GET", f"/users/{user['userId'].upper()}"))

    assert (status, same) == (200, user)


@pytest.mark.parametrize("path", ["/", "", "/nowhere", "/users/", "/users/a/b", "//users", "/USERS"])
def test_a_path_that_the_contract_does_not_know_is_not_found(path):
    status, problem, headers = send(event_2_0("GET", path))

    assert status == 404
    assert problem["type"] == "urn:problem-type:not-found"
    assert headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/users", "GET, HEAD, POST"),
        ("TRACE", "/users", "GET, HEAD, POST"),
        ("OPTIONS", "/health", "GET, HEAD"),
        ("BREW", "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "DELETE, GET, HEAD, PUT"),
        ("GET", "/users/batch", "POST"),
    ],
)
def test_a_method_that_a_path_does_not_know_is_answered_with_those_it_does(method, path, allowed):
    status, _, headers = send(event_2_0(method, path))

    assert status == 405
    assert headers["allow"] == allowed


def test_a_path_of_its_own_wins_over_a_template_that_the_gateway_took_it_for():
    event = event_2_0("DELETE", "/users/batch", "DELETE /users/{userId}", pathParameters={"userId": "batch"})

    status, _, headers = send(event)

    assert (status, headers["allow"]) == (405, "POST")


def test_what_is_public_needs_no_token():
    with caller("nothing") as anybody:
        assert anybody.get("/health").json() == {"status": "ok"}
        assert anybody.get("/openapi.json").json() == json.loads(json.dumps(load()))
        assert anybody.get("/docs").text.startswith("<!doctype html>")


def test_a_fault_of_ours_reveals_nothing_and_is_logged_with_its_traceback(caplog):
    boto3.client("dynamodb").delete_table(TableName="local-users")
    event = event_2_0("GET", "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d")
    event["requestContext"]["requestId"] = "id-of-the-request"

    status, problem, _ = send(event)

    assert status == 500
    assert problem == {
        "type": "urn:problem-type:internal-server-error",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side.",
        "instance": "urn:request:id-of-the-request",
    }
    [failure] = [record for record in caplog.records if record.message == "failed"]
    assert failure.requestId == "id-of-the-request"
    assert failure.operation == "get_user"
    assert "ResourceNotFoundException" in failure.exc_text


def test_no_reply_is_kept_by_anybody_unless_it_can_be_checked():
    _, _, created = send(event_2_0("POST", "/users", body=json.dumps(ADA)))
    _, _, listed = send(event_2_0("GET", "/users"))

    assert created["cache-control"] == "private, no-cache"
    assert listed["cache-control"] == "no-store"
    assert created["x-content-type-options"] == "nosniff"


def test_an_answer_that_the_contract_does_not_promise_is_a_fault_of_ours(monkeypatch, caplog):
    def get_health(request):
        raise Conflict("Not today.")

    monkeypatch.setitem(lambda_handler.operations, "get_health", get_health)

    status, problem, _ = send(event_2_0("GET", "/health"))

    assert (status, problem["detail"]) == (500, "Something went wrong on our side.")
    assert "get_health answers an undeclared status: 409" in caplog.text


@pytest.mark.parametrize(
    "response",
    [
        Response(HTTPStatus.CREATED, {"status": "ok"}),
        Response(HTTPStatus.OK, {"status": "well"}),
        Response(HTTPStatus.OK, {"status": "ok", "more": 1}),
        Response(HTTPStatus.OK, None),
        Response(HTTPStatus.OK, {"status": "ok"}, media_type="text/plain"),
    ],
)
def test_a_reply_that_differs_from_the_contract_never_leaves(monkeypatch, response):
    monkeypatch.setitem(lambda_handler.operations, "get_health", lambda request: response)

    assert send(event_2_0("GET", "/health"))[0] == 500
