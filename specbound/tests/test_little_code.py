"""A service with parent and child, an order by price, two unique constraints and soft deletion, and almost no code."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from plain import Plain

from specbound import Contract, Request, Resource, Response
from specbound.compiler.document import load
from specbound.compiler.explained_answers import answerers
from specbound.compiler.translation import compile_contract

STUDIOS = load(Path(__file__).parent / "contracts" / "studios.yaml")
LINES = 40


class Studios:
    """All that this service says in Python."""

    def __init__(self, contract: Contract[Any]) -> None:
        self._studios: Resource[Any, Any, Any, Any] = Resource(contract.tables.studios, "studio", "/studios")

    def restore_studio(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self._studios.restore(request, request.parameters["studioId"])


@pytest.fixture
def service() -> Plain:
    return Plain(STUDIOS, of_contract=[Studios])


def studio(service: Plain, slug: str, price: float, **fields: Any) -> str:
    body = {"slug": slug, "name": slug.title(), "city": "Rome", "price": price, **fields}
    status, made, _ = service.call("POST", "/studios", body)
    assert status == 201, made
    key: str = made["studioId"]
    return key


def slugs(service: Plain) -> list[str]:
    return [each["slug"] for each in service.call("GET", "/studios")[1]["items"]]


def kind(reply: tuple[int, Any, Any]) -> tuple[int, str]:
    return reply[0], reply[1]["type"].rpartition(":")[2]


def test_it_takes_fewer_lines_than_forty_and_one_function() -> None:
    told = answerers(STUDIOS)

    assert len(inspect.getsource(Studios).splitlines()) < LINES
    assert [name for name, (who, _) in told.items() if who.startswith("needs a function")] == ["restore_studio"]
    assert set(compile_contract(STUDIOS)["tables"]) == {"studios", "rooms", "claims"}


def test_its_rules_are_kept(service: Plain) -> None:
    dear, cheap = studio(service, "dear", 30.5), studio(service, "cheap", 9)
    studio(service, "middling", 20)

    assert slugs(service) == ["cheap", "middling", "dear"]
    body = {"slug": "dear", "name": "Other", "city": "Rome", "price": 1}
    assert kind(service.call("POST", "/studios", body)) == (409, "slug-taken")
    assert kind(service.call("POST", "/studios", body | {"slug": "x", "name": "DEAR "})) == (409, "name-in-city-taken")
    assert service.call("PUT", f"/studios/{dear}", body | {"state": "closed"})[0] == 200
    assert slugs(service) == ["dear", "cheap", "middling"]
    assert kind(service.call("POST", f"/studios/{dear}/rooms", {"name": "A"})) == (409, "studios-closed")
    status, room, headers = service.call("POST", f"/studios/{cheap}/rooms", {"name": "A"})
    assert (status, headers["location"]) == (201, f"/studios/{cheap}/rooms/{room['roomId']}")
    assert service.call("GET", f"/studios/{cheap}/rooms")[1]["items"] == [room]
    assert kind(service.call("DELETE", f"/studios/{cheap}")) == (409, "studios-in-use")
    assert service.call("DELETE", headers["location"])[0] == 204
    assert service.call("DELETE", f"/studios/{cheap}")[0] == 204


def test_what_is_removed_is_gone_and_comes_back(service: Plain) -> None:
    key = studio(service, "cheap", 9)
    studio(service, "dear", 30)

    assert service.call("DELETE", f"/studios/{key}")[0] == 204

    assert (slugs(service), service.call("GET", f"/studios/{key}")[0]) == (["dear"], 404)
    assert kind(service.call("POST", f"/studios/{key}/rooms", {"name": "A"})) == (404, "studios-missing")
    assert service.call("POST", f"/studios/{key}/restore")[0] == 200
    assert slugs(service) == ["cheap", "dear"]
