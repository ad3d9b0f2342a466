"""Long replies travel in gzip, to callers that take it and through gateways that can pass it on."""

import json

import pytest

from handlers.router import lambda_handler
from local.gateway import Context

LONG, SHORT = "/openapi.json", "/health"


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP", "deflate, gzip;q=1.0, *;q=0.5", "gzip; q=0.5"])
def test_a_long_reply_is_in_gzip_for_a_caller_that_takes_it(client, accepted):
    response = client.get(LONG, headers={"accept-encoding": accepted})

    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "accept-encoding"
    assert int(response.headers["content-length"]) < len(response.content) / 4


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip", "*"])
def test_a_long_reply_is_as_it_is_for_a_caller_that_asks_for_no_gzip(client, accepted):
    response = client.get(LONG, headers={"accept-encoding": accepted})

    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "accept-encoding"
    assert response.json() == client.get(LONG).json()


def test_a_short_reply_is_as_it_is(client):
    response = client.get(SHORT, headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in response.headers


def test_a_rest_api_which_would_not_decode_it_gets_no_gzip():
    event = {"httpMethod": "GET", "resource": LONG, "headers": {"Accept-Encoding": "gzip"}}

    reply = lambda_handler(event, Context())

    assert json.loads(reply["body"])["openapi"].startswith("3.0")


def test_a_replayed_reply_is_encoded_for_the_caller_that_gets_it(client):
    users = [{"name": f"User {number}", "email": f"user{number}@example.com"} for number in range(40)]
    key = {"idempotency-key": "one"}

    first = client.post("/users/batch", json={"items": users}, headers={**key, "accept-encoding": "gzip"})
    again = client.post("/users/batch", json={"items": users}, headers={**key, "accept-encoding": "identity"})

    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in again.headers
    assert again.json() == first.json()
