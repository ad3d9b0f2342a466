"""Who comes to the blog."""

import pytest

from specbound.testing import caller

IDA = {"handle": "ida", "email": "ida@inkwell.example", "password": "a quiet harbour", "bio": None}
PER = {"handle": "per", "email": "per@inkwell.example", "password": "oars and rope"}


@pytest.fixture
def reader(client):
    """Nobody: who has no cookie. The tables are empty."""
    return visitor()


@pytest.fixture
def ida(reader):
    return signed_in(IDA)


@pytest.fixture
def per(reader):
    return signed_in(PER)


def visitor():
    nobody = caller()
    del nobody.headers["authorization"]
    return nobody


def signed_in(writer):
    browser = visitor()
    assert browser.post("/writers", json=writer).status_code == 201
    reply = browser.post("/session", json={"email": writer["email"], "password": writer["password"]})
    assert reply.status_code == 204
    # The cookie is for https alone, and these tests are not.
    browser.headers["cookie"] = reply.headers["set-cookie"].partition(";")[0]
    return browser
