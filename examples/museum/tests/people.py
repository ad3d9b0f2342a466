"""Who comes to the museum."""

import httpx
import pytest

from specbound.testing import caller


@pytest.fixture
def visitor(client):
    """Anybody, at a museum that is empty."""
    return without_token()


@pytest.fixture
def staff(client):
    desk = without_token()
    desk.headers["x-staff-key"] = key(client, "staff")
    return desk


@pytest.fixture
def agency(client):
    tours = without_token()
    tours.params = httpx.QueryParams(agency=key(client, "agency"))
    return tours


def key(client, kind):
    issued = client.post("/keys", json={"kind": kind, "holder": f"Our {kind}"})
    assert issued.status_code == 201
    return issued.json()["key"]


def without_token():
    nobody = caller()
    del nobody.headers["authorization"]
    return nobody
