"""A backfill lists old items by any order, by several groups and below parents, as if they had been made with it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from specbound.operating import backfill, check_data
from specbound.operating.pace import Paced
from specbound.operating.passes import Pass
from specbound.operating.progress import Report, load
from specbound.store.values import encode
from specbound.testing import empty
from tests.bookings import Service, bookings, path_of
from tests.versioned.filling import fill

TIME = "2026-01-31T09:30:00.000000Z"
PLACES = {*bookings()["x-dynamodb"]["bookings"]["attributes"]} - {"journeyId", "bookingId"}
FIELDS: list[dict[str, Any]] = [
    {"name": "Ada", "price": 2, "state": "open", "isFirstClass": True, "seats": 1},
    {"name": "Émile", "price": 10, "state": "open", "isFirstClass": False, "departsAt": "2026-01-31T10:00:00+01:00"},
    {"name": "", "price": -1.5, "state": "paid", "isFirstClass": True, "departsAt": "2026-01-31T09:00:00.5Z"},
    {"price": None, "seats": 1},
    {},
]


@pytest.fixture
def client() -> Any:
    empty()
    return boto3.client("dynamodb")


def without_places(client: Any, service: Service) -> None:
    """Make all items such as a version has written them that knew no index."""
    for item in service.stored():
        client.put_item(TableName=service.stored_as, Item={name: item[name] for name in item.keys() - PLACES})


def test_what_is_filled_is_as_if_it_had_been_made_with_the_indexes(client: Any) -> None:
    service = Service(client)
    for number, each in enumerate(FIELDS):
        service.create(f"{number}", journey=f"j{number % 2}", **each)
    made = sorted(service.stored(), key=lambda each: str(each["bookingId"]))
    without_places(client, service)
    assert service.keys(index="cheapest") == []

    fill(client, service.table)

    assert sorted(service.stored(), key=lambda each: str(each["bookingId"])) == made
    assert service.keys(index="cheapest", limit=1) == ["2", "0", "1"]
    assert service.keys(index="by_name") == ["2", "0", "1"]
    assert service.keys(index="departures") == ["1", "2"]
    assert service.keys(index="by_kind", asked={"group": ["open", True]}) == ["0"]


def test_a_change_after_a_fill_moves_an_item_and_leaves_no_trace(client: Any) -> None:
    service = Service(client)
    service.create("a", price=5, state="open", isFirstClass=True)
    service.create("b", price=7, state="open", isFirstClass=True)
    without_places(client, service)
    fill(client, service.table)

    assert service.call("PATCH", path_of("a"), {"price": 9})[0] == 200

    assert service.keys(index="cheapest") == ["b", "a"]
    assert service.keys(index="by_kind", asked={"group": ["open", True]}) == ["a", "b"]


def test_what_no_list_can_be_in_the_order_of_is_told_by_both_parts_of_its_key(client: Any, tmp_path: Path) -> None:
    service = Service(client)
    items: list[dict[str, Any]] = [
        {"bookingId": "long", "name": "x" * 496}, {"bookingId": "early", "createdAt": "soon"}, {"bookingId": "fits"},
        {"bookingId": "odd", "departsAt": "yesterday"},
    ]  # fmt: skip
    for each in items:
        item = {"journeyId": "j", "version": 1, "createdAt": TIME, **each}
        client.put_item(TableName=service.stored_as, Item=encode(item))
    paced, table = Paced(client, 1e6), service.table
    with Report(tmp_path / "report.jsonl") as report:
        progress = load(tmp_path / "progress.json", {}, 8)
        Pass(table, paced, progress, report, lambda each: backfill.fill(table, paced, each), 2, True).run(4)
        shown = sorted(report.keys(5))

    assert shown == ["j early", "j long"]
    lines = Path(report.path).read_text(encoding="utf-8").splitlines()
    told = {tuple(each["key"]): each["reasons"] for each in map(json.loads, lines)}
    assert told["j", "long"] == ["name: must be shorter: no index can list by it"]
    # What is optional, and not admitted, is left out of what is shown, and so the item of lists by it.
    assert service.keys(index="departures") == []
    assert service.keys(index="newest", asked={"exactly": TIME}) in (["fits", "odd"], ["odd", "fits"])
    words = {each["bookingId"]["S"]: check_data.judge(table, each).words for each in service.stored()}
    assert words == {"fits": "fit", "odd": "fit", "long": "fit", "early": "do not fit"}
