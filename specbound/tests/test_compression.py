"""Long replies travel in gzip, to callers that take it and through gateways that can pass it on."""

import base64
import gzip
import json

import pytest

from handlers.router import lambda_handler
from specbound.local.gateway import Context

LONG, SHORT = "/openapi.json", "/health"


def ask(path, accepted):
    headers = {"accept-encoding": accepted}
    return lambda_handler(
        {"rawPath": path, "headers": headers, "requestContext": {"http": {"method": "GET"}}}, Context()
    )


TAKERS = [
    "gzip", "br, GZIP", "deflate, gzip;q=1.0, *;q=0.5", "gzip; q=0.5", "gzip ;\tq=0.001", "GZip;Q=1.", " , gzip,,",
    "gzip, identity", "gzip;q=0.5, identity;q=0.5", "gzip, *;q=0", "gzip;q=0.2, identity;q=0", "identity;q=0, x-gzip",
    "*, identity;q=0", "br;q=1, gzip;q=0.8, deflate;q=0.9", "gzip;q=1.000", "br;level=5, gzip",
]  # fmt: skip
OTHERS = [
    "", "identity", "br", "gzip;q=0", "gzip; q=0.000", "GZIP;Q=0.", "gzip ; q=0", "x-gzip", "*", "*;q=0", "*, gzip;q=0",
    "identity, gzip;q=0.9", "gzip;q=0.5, *", "identity;q=0, *;q=0", "identity;q=0", "identity;q=0, gzip;q=0, *",
    "gzip;q=0, gzip", "gzip, gzip;q=0.0", "agzip", "gzip2", "gzip-x", "gzip;q=1.5", "gzip;q=-1", "gzip;q=0.0000",
    "gzip;q=", "gzip;q", "gzip;level=9", "gzip;q=0.5;q=1", "gzip q=1", "gzip;q =1", "gzip;q= 1", '"gzip"', "\u00a0gzip",
]  # fmt: skip


@pytest.mark.parametrize("accepted", TAKERS)
def test_a_long_reply_is_in_gzip_for_a_caller_that_takes_it(accepted):
    reply = ask(LONG, accepted)

    assert reply["headers"]["content-encoding"] == "gzip"
    assert reply["headers"]["vary"] == "accept-encoding"
    assert len(reply["body"]) < len(ask(LONG, "")["body"]) / 3
    assert gzip.decompress(base64.b64decode(reply["body"])).decode() == ask(LONG, "")["body"]


@pytest.mark.parametrize("accepted", OTHERS)
def test_a_long_reply_is_as_it_is_for_a_caller_that_asks_for_no_gzip(accepted):
    reply = ask(LONG, accepted)

    assert "content-encoding" not in reply["headers"]
    assert reply["headers"]["vary"] == "accept-encoding"
    assert json.loads(reply["body"])["openapi"].startswith("3.0")


def test_what_is_in_gzip_arrives_as_what_was_meant(client):
    response = client.get(LONG, headers={"accept-encoding": "gzip"})

    assert int(response.headers["content-length"]) < len(response.content) / 4
    assert response.json() == client.get(LONG, headers={"accept-encoding": "identity"}).json()


@pytest.mark.parametrize("method", ["post", "get", "put"])
@pytest.mark.parametrize("letter", ['"', "\U0001f642"])
def test_what_has_an_etag_is_one_representation_whose_etag_if_match_takes(client, method, letter):
    client.headers["accept-encoding"] = "gzip"
    product = {"name": "Trackball", "price": 45, "category": "mice", "description": letter * 2000}
    response = created = client.post("/products", json=product)
    path = created.headers["location"]
    if method != "post":
        response = client.request(method, path, json={"price": 46} if method == "put" else None)
    as_it_is = client.get(path, headers={"accept-encoding": "identity"})

    changed = client.put(path, json={"price": 47}, headers={"if-match": response.headers["etag"]})

    assert len(response.content) > 4096
    assert response.headers["etag"] == as_it_is.headers["etag"]
    assert "content-encoding" not in response.headers
    assert changed.status_code == 200


def test_a_reply_is_long_by_its_bytes_not_by_its_letters(client):
    letters = "\U00010348" * 1000
    item = {"name": "Trackball", "price": 45, "category": "mice", "description": letters}
    client.post("/products", json=item)

    response = client.get("/products", headers={"accept-encoding": "gzip"})

    assert len(response.text) < 4096
    assert response.headers["content-encoding"] == "gzip"


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
