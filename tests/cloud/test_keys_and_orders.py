"""Terraform makes a table whose key has two parts, and lists in several orders; and then refuses another key of it."""

import json

import pytest

from specbound.compiler.document import ROOT, load
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.services import Service

pytestmark = pytest.mark.slow

CONTRACT = ROOT / "specbound" / "tests" / "contracts" / "bookings.yaml"
SERVICE = """
from pathlib import Path

from specbound import Api, Contract, Resource

contract = Contract.load(Path(__file__).parent / "compiled")
bookings = Resource(contract.tables.bookings, "booking")


class Lists:
    def list_bookings(self, request):
        return bookings.page(request, "cheapest", at_least=request.parameters["minPrice"])


lambda_handler = Api(contract, [Lists()])
"""


@pytest.fixture
def service(terraform, tmp_path):
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        service = Service(tmp_path / "bookings", aws, tokens)
        write(service, contract())
        for each in ("orders.py", "service.py"):
            (service.folder / "handlers" / each).unlink()
        (service.folder / "handlers" / "router.py").write_text(SERVICE, encoding="utf-8")
        yield service


def contract():
    """The contract of bookings: their lists are below journeys, but for the cheapest of all."""
    document = load(CONTRACT)
    template = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://example.com", "scopes": {}}}}
    template["flows"]["clientCredentials"]["scopes"] = {"orders/read": "", "orders/write": ""}
    document["components"]["securitySchemes"] = {"oauth": template}
    document["security"] = [{"oauth": ["orders/write"]}]
    below, every = (document["paths"][each]["get"]["parameters"] for each in LISTS)
    for parameter, at in ((below[2], "least"), (below[3], "below")):
        parameter["x-filter"] = {"property": "bookingId", "at": at}
    every[2:] = [{"name": "minPrice", "in": "query", "required": True, "schema": {"type": "number"}}]
    return document


LISTS = ("/journeys/{journeyId}/bookings", "/bookings")


def write(service, document):
    (service.folder / "openapi.yaml").write_text(json.dumps(document), encoding="utf-8")


def keys(caller, path, **query):
    found, token = [], {}
    while True:
        page = caller.get(path, params=query | token | {"limit": 2})
        assert page.status_code == 200, page.text
        found += [each["bookingId"] for each in page.json()["items"]]
        if "nextToken" not in page.json():
            return found
        token = {"nextToken": page.json()["nextToken"]}


def test_children_and_lists_in_any_order_are_deployed_and_their_keys_stay(service):
    deployed = service.deploy()
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr

    with service.caller() as caller:
        for number, key in enumerate("cab"):
            body = {"bookingId": key, "price": 10 * number, "name": key}
            made = caller.post("/journeys/j/bookings", json=body)
            assert (made.status_code, made.json()["journeyId"]) == (201, "j"), made.text
            assert caller.get(f"/journeys/j/bookings/{key}").json() == made.json()
        merge = {"content-type": "application/merge-patch+json"}
        assert caller.patch("/journeys/j/bookings/c", content='{"price": 15}', headers=merge).status_code == 200
        assert keys(caller, "/journeys/j/bookings") == ["a", "b", "c"]
        assert keys(caller, "/journeys/j/bookings", **{"from": "b"}) == ["b", "c"]
        assert keys(caller, "/bookings", minPrice=5) == ["a", "c", "b"]
        assert caller.delete("/journeys/j/bookings/a").status_code == 204
        assert keys(caller, "/bookings", minPrice=5) == ["c", "b"]

    document = contract()
    document["x-dynamodb"]["bookings"] |= {"range_key": "name"}
    attributes = document["x-dynamodb"]["bookings"]["attributes"]
    attributes["name"] = attributes.pop("bookingId")
    for parameter in document["paths"][LISTS[0]]["get"]["parameters"][2:]:
        parameter["x-filter"]["property"] = "name"
    write(service, document)
    refused = service.deploy()
    assert refused.returncode != 0
    assert "its range_key is bookingId" in " ".join((refused.stdout + refused.stderr).replace("│", " ").split())
