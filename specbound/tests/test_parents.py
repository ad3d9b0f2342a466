"""Items that belong to others: the parent is there, as it has to be, and stays while something belongs to it."""

from typing import Any

import boto3
import pytest

from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.testing.wire import before
from tests.changed import DROP, Change, said
from tests.hotels.service import PREFIX, Service, hotels, kind

NOWHERE = "00000000-0000-4000-8000-000000000000"


def hotel(service: Service, name: str = "Adlon", **fields: Any) -> str:
    made: str = service.create("/hotels", {"name": name, "state": "open", **fields})["hotelId"]
    return made


def room(service: Service, hotel_id: str, number: int = 1) -> str:
    made: str = service.create("/rooms", {"hotelId": hotel_id, "number": number})["roomId"]
    return made


def counted(service: Service) -> list[int]:
    return [int(each.get("~has:rooms", 0)) for each in service.stored("hotels")]


def test_what_belongs_to_nothing_that_is_there_is_not_made() -> None:
    service = Service()
    closed, gone = hotel(service, state="closed"), hotel(service, "Gone")
    service.call("DELETE", f"/hotels/{gone}")

    answers = [service.call("POST", "/rooms", {"hotelId": each, "number": 1}) for each in (NOWHERE, gone, closed)]

    assert [kind(each) for each in answers] == [
        (409, "hotels-missing"), (409, "hotels-missing"), (409, "hotels-closed"),
    ]  # fmt: skip
    assert answers[2][1]["detail"] == "It can belong to one of hotels only while its state is open."
    assert (service.stored("rooms"), [*filter(None, counted(service))]) == ([], [])
    # What names no parent belongs to none.
    service.create("/rooms", {"number": 1})


def test_a_parent_stays_while_something_belongs_to_it() -> None:
    service = Service()
    path = f"/hotels/{(key := hotel(service))}"
    rooms = [room(service, key, number) for number in (1, 2)]

    refused = service.call("DELETE", path)

    assert kind(refused) == (409, "hotels-in-use")
    assert refused[1]["detail"] == "It is in use: 2 rooms belong to it."
    assert service.call("GET", path)[1]["version"] == 1
    assert service.call("DELETE", f"/rooms/{rooms[0]}")[0] == 204
    assert kind(service.call("DELETE", path)) == (409, "hotels-in-use")
    assert service.call("DELETE", f"/rooms/{rooms[1]}")[0] == 204
    assert service.call("DELETE", path)[0] == 204


def test_a_parent_to_which_something_comes_before_its_end_stays() -> None:
    service = Service()
    key = hotel(service)

    with before("UpdateItem", lambda: room(service, key)):
        removed = service.call("DELETE", f"/hotels/{key}")

    assert kind(removed) == (409, "hotels-in-use")
    assert service.call("GET", f"/hotels/{key}")[0] == 200


def test_what_can_be_no_key_of_a_parent_is_refused() -> None:
    places = (("components", "schemas", name, "properties") for name in ("Room", "NewRoom"))
    service = Service(hotels(lambda contract: [said(*each, hotelId={"type": "string"})(contract) for each in places]))

    status, problem = service.call("POST", "/rooms", {"hotelId": "", "number": 1})

    assert (status, [each["pointer"] for each in problem["errors"]]) == (400, ["/hotelId"])
    assert service.stored("rooms") == []


def test_what_moves_is_counted_where_it_is() -> None:
    service = Service()
    first, second = hotel(service, "First"), hotel(service, "Second")
    path = f"/rooms/{room(service, first)}"

    assert service.call("PATCH", path, {"hotelId": second})[0] == 200

    assert service.call("DELETE", f"/hotels/{first}")[0] == 204
    assert kind(service.call("DELETE", f"/hotels/{second}")) == (409, "hotels-in-use")
    assert kind(service.call("PATCH", path, {"hotelId": first})) == (409, "hotels-missing")
    assert service.call("GET", path)[1]["hotelId"] == second


def test_a_change_asks_for_the_parent_where_the_contract_says_so() -> None:
    service = Service()
    key = hotel(service)
    path = f"/rooms/{room(service, key)}"

    service.call("PATCH", f"/hotels/{key}", {"state": "closed"})

    assert kind(service.call("PATCH", path, {"number": 2})) == (409, "hotels-closed")
    assert service.call("DELETE", path)[0] == 204
    assert sum(counted(service)) == 0


def test_what_belonged_to_a_parent_that_is_lost_can_be_removed() -> None:
    service = Service()
    path = f"/rooms/{room(service, key := hotel(service))}"
    boto3.resource("dynamodb").Table(f"{PREFIX}hotels").delete_item(Key={"hotelId": key})

    assert service.call("DELETE", path)[0] == 204
    assert (service.stored("rooms"), service.stored("hotels")) == ([], [])


def test_a_list_below_a_tour_that_is_not_there_is_not_found() -> None:
    service = Service()
    service.call("PUT", "/tours/coast", {"name": "Coast"})

    assert service.call("GET", "/tours/coast/stops") == (200, {"items": [], "count": 0})
    assert kind(service.call("GET", "/tours/hills/stops")) == (404, "tours-missing")


def test_a_tour_goes_with_its_stops_and_all_that_these_claim() -> None:
    service = Service()
    service.call("PUT", "/tours/coast", {"name": "Coast"})
    service.call("PUT", "/tours/hills", {"name": "Hills"})
    for number in range(60):
        service.create("/tours/coast/stops", {"place": f"Place {number}"})
    service.create("/tours/hills/stops", {"place": "Top"})

    assert service.call("DELETE", "/tours/coast")[0] == 204

    assert service.call("GET", "/tours/coast")[0] == 404
    assert kind(service.call("GET", "/tours/coast/stops")) == (404, "tours-missing")
    assert [each["place"] for each in service.stored("stops")] == ["Top"]
    assert (len(service.stored("tours")), len(service.stored("claims"))) == (1, 2)
    assert service.call("PUT", "/tours/coast", {"name": "Coast"})[0] == 201


def test_a_tour_goes_with_all_its_stops_and_leaves_a_claim_that_is_not_theirs() -> None:
    service = Service()
    service.call("PUT", "/tours/coast", {})
    damaged, _ = (service.create("/tours/coast/stops", {"place": place})["stopId"] for place in ("Bay", "Cape"))
    [claim] = [each for each in service.stored("claims") if each["of.stopId"] == damaged]
    anothers = claim | {"of.tourId": "hills"}
    boto3.resource("dynamodb").Table(f"{PREFIX}claims").put_item(Item=anothers)

    assert service.call("DELETE", "/tours/coast")[0] == 204

    assert (service.stored("tours"), service.stored("stops")) == ([], [])
    assert service.stored("claims") == [anothers]


def test_below_a_path_the_parent_that_is_missing_is_not_found() -> None:
    service = Service()

    assert kind(service.call("POST", "/tours/nowhere/stops", {"place": "x"})) == (404, "tours-missing")


def test_what_has_much_below_it_goes_in_several_requests_and_is_gone_from_the_first() -> None:
    service = Service()
    service.call("PUT", "/tours/coast", {"name": "Coast"})
    for _ in range(230):
        service.create("/tours/coast/stops", {})

    first = service.call("DELETE", "/tours/coast")

    assert (first[0], service.headers["retry-after"]) == (503, "1")
    assert len(service.stored("stops")) == 30
    assert service.call("GET", "/tours/coast")[0] == 404
    assert kind(service.call("POST", "/tours/coast/stops", {})) == (404, "tours-missing")
    assert service.call("DELETE", "/tours/coast")[0] == 204
    assert (service.stored("stops"), service.stored("tours")) == ([], [])
    assert service.call("DELETE", "/tours/coast")[0] == 404


def parent(**changes: Any) -> Change:
    return said("x-dynamodb", "rooms", "belongs_to", "hotels", **changes)


def actions(table: str, *names: str) -> Change:
    return said("x-dynamodb", table, actions=[*names])


def _below(contract: Document) -> None:
    """Something that belongs to stops in turn."""
    contract["x-dynamodb"]["tours"]["belongs_to"] = {"stops": {"key": ["name", "name"], "on_delete": "keep"}}
    contract["x-dynamodb"]["stops"]["actions"].append("ConditionCheckItem")


PLACE = "x-dynamodb rooms/belongs_to/hotels: "
STOPS = "x-dynamodb stops/belongs_to/tours: "
MISTAKES: list[tuple[Change, str]] = [
    (said("x-dynamodb", "rooms", belongs_to=[]), "x-dynamodb rooms: belongs_to has up to 10 tables of parents"),
    (said("x-dynamodb", "rooms", belongs_to={"hotels": 5}), PLACE + "it is not an object"),
    (said("x-dynamodb", "rooms", belongs_to={"nowhere": {"key": "hotelId"}}), "nowhere must be a table of x-dynamodb"),
    (said("x-dynamodb", "rooms", belongs_to={"claims": {"key": "hotelId"}}), "claims must be a table of x-dynamodb"),
    (parent(keys=["hotelId"]), PLACE + "keys is not known here, only key, on, on_delete, while"),
    (parent(key=DROP), PLACE + "key names the property that has the parent's hotelId"),
    (parent(key=["hotelId", "number"]), PLACE + "key names the property that has the parent's hotelId"),
    (parent(key="number"), PLACE + "number must be a property of its items, of the type of the parent's hotelId"),
    (parent(key="nothing"), PLACE + "nothing must be a property of its items"),
    (parent(on=[]), PLACE + "on lists when the parent is looked at: create and change"),
    (parent(on=["remove"]), PLACE + "on lists when"),
    (parent(on_delete="drop"), PLACE + "on_delete says what the parent's end means: restrict, cascade, keep"),
    (parent(on_delete=[]), PLACE + "on_delete says"),
    (parent(**{"while": []}), PLACE + "while has lists of values by the parent's properties"),
    (parent(**{"while": {"state": "open"}}), PLACE + "while has lists of values"),
    (parent(**{"while": {"colour": ["red"]}}), PLACE + "colour must be a property of the parent"),
    (parent(**{"while": {"state": ["burnt"]}}), PLACE + "state is never what the parent must be"),
    (actions("hotels", "GetItem", "PutItem"), PLACE + "it needs the action UpdateItem of the table hotels"),
    (parent(on_delete="keep"), PLACE + "it needs the action ConditionCheckItem of the table hotels"),
    (actions("stops", "GetItem", "PutItem"), STOPS + "a cascade needs Query and DeleteItem of its table"),
    (
        actions("tours", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"),
        STOPS + "a list of what is below one of tours asks for that itself: allow GetItem there",
    ),
    (said("x-dynamodb", "tours", soft_delete="goneAt"), STOPS + "what is removed softly takes nothing with it"),
    (said("x-dynamodb", "stops", "belongs_to", "tours", key="place"), STOPS + "to end with its parent an item must be"),
    (_below, STOPS + "others belong to its items in turn"),
]


@pytest.mark.parametrize(("change", "message"), MISTAKES)
def test_a_parent_that_could_not_be_kept_is_refused(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(hotels(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)
