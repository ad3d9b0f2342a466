"""Each reply says which request it answers, by the id that the log has."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.router import lambda_handler
from specbound.http.events import request_id
from specbound.local.gateway import Context
from specbound.testing import caller

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
KEY = {"idempotency-key": "one"}
REST_ID, HTTP_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "JKJaXmPLvHcESHA="


def get(path, **context):
    return {"rawPath": path, "requestContext": {"http": {"method": "GET"}, **context}}


@pytest.mark.parametrize("identifier", [REST_ID, HTTP_ID])
@pytest.mark.parametrize("path", ["/health", "/docs", "/users", "/nowhere"])
def test_a_reply_has_the_gateways_id_of_its_request(path, identifier):
    reply = lambda_handler(get(path, requestId=identifier), Context())

    assert reply["headers"]["x-request-id"] == identifier


@pytest.mark.parametrize(
    "event",
    [
        *(get("/health", requestId=given) for given in (None, "", 5, True, [REST_ID], {"id": REST_ID})),
        get("/health"),
        {"httpMethod": "GET"},
        {"requestContext": [], "httpMethod": "GET"},
        {},
        {"Records": []},
    ],
)
def test_without_a_gateways_id_it_is_lambdas(event):
    reply = lambda_handler(event, Context(aws_request_id=REST_ID))

    assert reply["headers"]["x-request-id"] == REST_ID


def test_without_any_id_there_is_none():
    reply = lambda_handler(get("/nowhere"), None)

    assert "x-request-id" not in reply["headers"]
    assert "instance" not in reply["body"]


@given(st.text(min_size=1))
def test_whatever_the_id_is_it_does_not_break_out_of_its_header(identifier):
    found = request_id({"requestContext": {"requestId": identifier}}, None)

    assert re.fullmatch(r"[A-Za-z0-9._~=+/:@-]{1,128}", found)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/nowhere", None),
        ("PATCH", "/users", None),
        ("GET", "/users/x", None),
        ("GET", "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", None),
        ("POST", "/users", {}),
        ("POST", "/users", ADA),
    ],
)
def test_a_problem_is_an_instance_of_its_request(client, method, path, body):
    client.post("/users", json=ADA)

    problem = client.request(method, path, json=body)

    assert problem.json()["instance"] == f"urn:request:{problem.headers['x-request-id']}"


def test_what_the_gateway_would_have_said_is_said_in_its_words():
    with caller("none") as nobody:
        refused = nobody.get("/users")

    assert refused.json() == {"message": "Unauthorized"}
    assert refused.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/users", ADA, 201), ("/users/batch", {"items": [ADA, ADA]}, 200), ("/users", ADA | {"name": ""}, 400)],
)
def test_a_reply_that_is_given_again_has_the_id_of_the_request_that_gets_it(client, path, body, status):
    first, second = (client.post(path, json=body, headers=KEY) for _ in range(2))

    assert first.status_code == second.status_code == status
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    if status < 400:
        assert first.content == second.content
