"""What `compile --explain` says that writes cost is what DynamoDB counts for them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from specbound.compiler.explained_answers import answerers
from specbound.compiler.translation import compile_contract
from specbound.compiler.units import writes_of
from specbound.local.units import metered
from tests.hotels.service import PREFIX, Service, hotels

WHOLE = {"name": "Adlon", "city": "Berlin", "code": "BER1", "state": "open"}
COMPILED = compile_contract(hotels())


def said(does: str, table: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)(?: to (\d+))? write units?(, and what goes with it)?", str(said_of(does, table)))
    assert found
    return int(found[1]), int(found[2] or found[1])


def said_of(does: str, table: str) -> str | None:
    return writes_of(does, COMPILED["tables"], table)


@contextmanager
def writing() -> Iterator[list[float]]:
    """Adds up, at the end, what was written."""
    tables = {PREFIX + name: each for name, each in COMPILED["infrastructure"]["tables"].items()}
    units: list[float] = []
    with metered(tables, boto3.client("dynamodb")) as used:
        yield units
    units.append(sum(each.writes for each in used))


@pytest.mark.parametrize(("body", "end"), [({"name": "Adlon"}, 0), (WHOLE, 1)])
def test_a_new_hotel_costs_the_least_without_and_the_most_with_all_that_it_may_have(body: Any, end: int) -> None:
    service = Service()

    with writing() as units:
        service.create("/hotels", body)

    assert units == [said("create", "hotels")[end]]


@pytest.mark.parametrize(
    ("change", "end"), [({"stars": 1}, 0), ({"city": "Rome", "name": "Hassler", "code": "ROM1"}, 1)]
)
def test_a_change_costs_the_least_if_nothing_moves_and_the_most_if_all_does(change: Any, end: int) -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', WHOLE if end else {'name': 'Adlon'})['hotelId']}"

    with writing() as units:
        assert service.call("PATCH", path, change)[0] == 200

    assert units == [said("change", "hotels")[end]]


@pytest.mark.parametrize(("body", "end"), [({"name": "Adlon"}, 0), (WHOLE, 1)])
def test_a_soft_removal_is_a_change(body: Any, end: int) -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', body)['hotelId']}"

    with writing() as units:
        assert service.call("DELETE", path)[0] == 204

    assert units == [said("remove", "hotels")[end]]


def test_what_belongs_to_another_costs_its_parent_as_well() -> None:
    service = Service()
    hotel = service.create("/hotels", WHOLE)["hotelId"]
    with writing() as made:
        room = service.create("/rooms", {"hotelId": hotel, "number": 1})["roomId"]
    with writing() as changed:
        assert service.call("PATCH", f"/rooms/{room}", {"number": 2})[0] == 200
    with writing() as removed:
        assert service.call("DELETE", f"/rooms/{room}")[0] == 204

    # A change of the room alone only looks at the hotel.
    assert (made, removed) == ([said("create", "rooms")[1]], [said("remove", "rooms")[1]])
    assert said("change", "rooms")[0] < changed[0] < said("change", "rooms")[1]
    assert said_of("remove", "tours") == "2 to 4 write units, and what goes with it"


def test_it_is_told_of_what_the_engine_serves() -> None:
    told = {name: units for name, (_, units) in answerers(hotels()).items()}

    assert told["create_room"] == "no read unit and 4 to 10 write units"
    assert told["get_room"] == "1 read unit"
    assert told["remove_room"] == "1 read unit and 2 to 8 write units"
