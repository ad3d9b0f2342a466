"""What is no HTTP request gets an answer of its own, which no alarm counts and a log line explains."""

import json
import os
import subprocess
import sys

import pytest

from handlers.router import lambda_handler
from specbound.compiler.document import ROOT
from specbound.http import access
from specbound.local import embedded
from specbound.local.gateway import Context
from tests.deployments import DEPLOYMENTS
from tests.events import event_1_0, event_2_0
from tests.strangers import STRANGERS

named = [pytest.param(*each, id=f"{each[0]} {number}") for number, each in enumerate(STRANGERS)]


@pytest.mark.parametrize(("kind", "event"), named)
def test_an_event_that_is_no_request_is_answered_and_logged_as_what_it_is(caplog, kind, event):
    reply = lambda_handler(event, Context(aws_request_id="id-of-the-invocation"))

    [line] = caplog.records
    assert (line.levelname, line.message, line.source) == ("WARNING", "no request", kind)
    assert line.requestId in ("id-of-the-invocation", "r")
    assert not hasattr(line, "_aws")
    assert reply["statusCode"] == 400
    assert reply["headers"]["content-type"] == "application/problem+json"
    assert json.loads(reply["body"])["type"] == "urn:problem-type:no-request"


@pytest.mark.parametrize(
    ("event", "outline"),
    [
        (None, "NoneType"),
        ("text", "str"),
        ([{"a": 1}], "list"),
        ({}, "dict"),
        ({"order": "a secret", "id": 5}, "dict: order, id"),
        ({"\ud800\n": 1}, "dict: \\ud800\\n"),
        (
            {"x" * 100: 1} | {str(number): number for number in range(100)},
            f"dict: {'x' * 40}, 0, 1, 2, 3, 4, 5, 6, 7, 8",
        ),
    ],
)
def test_of_an_event_that_is_no_request_the_log_has_the_outline_and_no_value(caplog, event, outline):
    lambda_handler(event, None)

    assert caplog.records[0].event == outline


@pytest.mark.parametrize(("kind", "event"), [each for each in STRANGERS if each[0] in access.BATCHES])
def test_a_batch_that_is_not_for_us_is_not_lost(kind, event):
    assert lambda_handler(event, None)["batchItemFailures"] == [{"itemIdentifier": ""}]


@pytest.mark.parametrize(("kind", "event"), [each for each in STRANGERS if each[0] not in access.BATCHES])
def test_nobody_is_let_in_by_the_answer_to_an_event_that_is_no_request(kind, event):
    reply = lambda_handler(event, None)

    # Neither a policy (authorizers), nor an event that goes on (Cognito), nor records (Firehose).
    assert set(reply) == {"statusCode", "headers", "body"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_a_request_is_a_request_wherever_the_api_is_mounted(deployment):
    assert access.is_request(deployment.event("GET", "/users"))


GARBLED = [
    {"requestContext": {"http": {}}},
    {"requestContext": {"http": None}},
    {"requestContext": {"http": "GET"}},
    {"requestContext": {"http": {"method": "GET"}}},
    {"requestContext": {"http": {"path": "/health"}}},
    {"requestContext": {"http": {"method": 5, "path": "/health"}}},
    {"requestContext": {"http": {"method": "GET", "path": 5}}},
    {"requestContext": {"http": {"method": "", "path": "/health"}}},
    {"rawPath": "/health"},
    {"rawPath": "/health", "requestContext": "x"},
    {"httpMethod": "GET"},
    {"httpMethod": None},
    {"httpMethod": ["GET"], "resource": "/health"},
    {"httpMethod": "GET", "resource": 5},
    {"httpMethod": "GET", "resource": "/health", "requestContext": []},
    {"resource": "/health", "path": "/health"},
    event_2_0("GET", 5),
    event_2_0("GET", ["/health"]),
    event_2_0("GET", "/health", 5),
    event_2_0("GET", "/health", rawQueryString=5),
    event_2_0("GET", "/health", rawQueryString={"a": "b"}),
    event_2_0("GET", "/users", rawQueryString="\ud800"),
    event_2_0("GET", "/users/\ud800"),
    event_2_0("POST", "/users", body='"\udfff"'),
    event_2_0("GET", "/users/x", "GET /users/{userId}", pathParameters={"userId": "\ud800"}),
    event_1_0("GET", "/users/{userId}", pathParameters={"userId": "\ud800"}),
    event_1_0("GET", "/users", queryStringParameters={"limit": "\ud800"}),
    event_2_0("GET", "/health", pathParameters="x"),
    event_2_0("GET", "/health", pathParameters={"a": 1}),
    *(
        make(method, "/users", **parts)
        for make in (event_2_0, event_1_0)
        for method in ("GET", "POST")
        for parts in (
            {"body": 5},
            {"body": {"name": "Ada"}},
            {"body": b"{}"},
            {"body": "{}", "isBase64Encoded": "true"},
            {"body": "{}", "isBase64Encoded": 1},
            {"body": "\u00e9", "isBase64Encoded": True},
            {"headers": "x"},
            {"headers": {"if-match": {}}},
        )
    ),
    event_1_0("GET", "/users", queryStringParameters="x"),
    event_1_0("GET", "/users", queryStringParameters={"limit": {}}),
    event_1_0("GET", "/users", multiValueQueryStringParameters={"limit": [[]]}),
    event_1_0("GET", "/users", multiValueQueryStringParameters=["limit"]),
]


@pytest.mark.parametrize("event", GARBLED, ids=ascii)
def test_an_http_request_that_no_gateway_would_send_is_a_bad_request(caplog, event):
    reply = lambda_handler(event, Context())

    problem = json.loads(reply["body"])
    assert (reply["statusCode"], problem["type"]) == (400, "urn:problem-type:bad-event")
    assert problem["detail"].startswith("The event is not as API Gateway writes it: ")
    assert not caplog.records


@pytest.mark.parametrize(
    "given", [{"a": 1}, 5, None, "", "\ud800", "a b", "a\nb", "x" * 129, "\u00e9", ["x"]], ids=ascii
)
def test_a_request_id_that_no_gateway_gives_is_not_one(caplog, given):
    lambda_handler({"requestContext": {"requestId": given}}, Context(aws_request_id="ours"))

    assert caplog.records[0].requestId == "ours"


ASK = """
import json, sys
from handlers.router import lambda_handler
print(json.dumps([lambda_handler(event, None)["headers"] for event in json.load(sys.stdin)]))
"""
ORIGIN = "https://page.example.com"


def test_a_page_can_read_that_its_request_was_garbled():
    garbled = [
        event_2_0("GET", "/health", 5, headers={"Origin": ORIGIN}),
        event_2_0(5, "/health", headers={"origin": ORIGIN}),
        event_2_0("GET", "/health", headers={"origin": ORIGIN, "x": {}}),
        event_2_0("GET", "/health", headers={"ORIGIN": ORIGIN}, requestContext={"http": "x"}),
        event_1_0("GET", "/health", headers="x", multiValueHeaders={"Origin": [ORIGIN]}),
        event_1_0("GET", "/health", multiValueHeaders={"Origin": [ORIGIN]}, requestContext=5),
        event_1_0("GET", "/health", headers={"origin": ORIGIN}, body=5),
    ]
    environment = {"PATH": os.environ["PATH"], **embedded.environment(), "CORS_ORIGINS": ORIGIN, "LOG_LEVEL": "ERROR"}

    said = subprocess.check_output(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, text=True, input=json.dumps(garbled)
    )

    assert [each.get("access-control-allow-origin") for each in json.loads(said)] == [ORIGIN] * len(garbled)
