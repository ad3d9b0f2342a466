"""Replace, upsert, unset, append and counters: other ways to write an item than to set some of its fields."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from specbound import Response
from specbound.resources.versions import written
from tests.changed import said
from tests.hotels.service import PREFIX, Service, hotels, kind

HOTEL = "#/components/responses/Hotel"
NOWHERE = "00000000-0000-4000-8000-000000000000"
ADLON = {"name": "Adlon", "city": "Berlin", "code": "BER1", "stars": 5}


def test_what_is_not_given_of_an_item_that_is_replaced_is_taken_away() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    path = f"/hotels/{made['hotelId']}"
    service.call("POST", f"{path}/visits")

    status, replaced = service.call("PUT", path, {"name": "Adlon", "stars": 4}, headers={"if-match": '"2"'})

    kept = {name: made[name] for name in ("hotelId", "createdAt", "name")}
    # What is read-only nobody could have given.
    assert (status, replaced) == (200, kept | {"stars": 4, "visits": 1, "version": 3})
    assert service.call("GET", path)[1] == replaced
    assert service.call("GET", "/hotels", query="city=Berlin")[1]["items"] == []
    assert service.stored("claims") == []
    assert service.call("PUT", path, ADLON, headers={"if-match": '"2"'})[0] == 412


def test_a_put_makes_what_is_not_there_and_replaces_what_is() -> None:
    service = Service()

    first, second = (service.call("PUT", "/offers/spring", body) for body in ({"price": 5, "code": "S"}, {"price": 4}))

    assert (first[0], first[1]["version"], first[1]["code"]) == (201, 1, "S")
    assert (second[0], second[1]["version"], "code" in second[1]) == (200, 2, False)
    assert service.call("PUT", "/offers/summer", {"price": 3, "code": "S"})[0] == 201
    assert service.headers["location"] == "/offers/summer"
    assert kind(service.call("PUT", "/offers/autumn", {"price": 3, "code": "S"})) == (409, "code-taken")
    assert kind(service.call("PUT", "/offers/spring", {"price": 3, "code": "S"})) == (409, "code-taken")


def test_a_put_asks_for_what_is_there_or_for_nothing_as_its_preconditions_say() -> None:
    service = Service()
    none, first = {"if-none-match": "*"}, {"if-match": '"1"'}

    answers = [service.call("PUT", "/offers/spring", {"price": 5}, each)[0] for each in (first, none, none, first)]

    assert answers == [412, 201, 412, 200]


def test_what_was_removed_softly_is_made_anew_by_a_put() -> None:
    made_anew = said("paths", "/hotels/{hotelId}", "put", "responses", **{"201": {"$ref": HOTEL}})
    service = Service(hotels(made_anew))
    made = service.create("/hotels", ADLON | {"stars": 3})
    service.call("DELETE", f"/hotels/{made['hotelId']}")
    upsert = service.operations.hotels.upsert
    service.operations.replace_hotel = lambda request: upsert(request, request.parameters["hotelId"], request.body)
    service.restart()

    anew = service.call("PUT", f"/hotels/{made['hotelId']}", {"name": "Adlon", "city": "Berlin"})

    assert (anew[0], anew[1]["version"], "stars" in anew[1]) == (201, 3, False)
    assert service.call("GET", "/hotels", query="city=Berlin")[1]["items"] == [anew[1]]
    assert service.call("GET", f"/hotels/{made['hotelId']}")[1] == anew[1]
    never = service.call("PUT", f"/hotels/{NOWHERE}", {"name": "Kempinski"})
    assert (never[0], never[1]["version"]) == (201, 1)


def test_an_object_whose_members_the_contract_does_not_name_is_replaced_as_a_whole() -> None:
    members = {"type": "object", "additionalProperties": {"type": "integer"}}
    places = (("components", "schemas", name, "properties") for name in ("Hotel", "NewHotel", "HotelChange"))
    service = Service(hotels(lambda contract: [said(*each, extras=members)(contract) for each in places]))
    path = f"/hotels/{service.create('/hotels', {'name': 'Adlon', 'extras': {'a': 1, 'b': 1}})['hotelId']}"

    status, hotel = service.call("PATCH", path, {"extras": {"b": 2}})

    assert (status, hotel["extras"]) == (200, {"b": 2})


def test_a_field_is_taken_away() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    status, hotel = service.call("DELETE", f"{path}/stars")

    assert (status, "stars" in hotel, hotel["version"]) == (200, False, 2)


def test_what_is_changed_may_depend_on_what_is_there() -> None:
    service = Service()
    made = service.create("/hotels", ADLON | {"stars": 3})
    path = f"/hotels/{made['hotelId']}"

    replies = [service.call("POST", f"{path}/stars") for _ in range(made["stars"], 6)]

    assert [status for status, _ in replies[:-1]] == [200] * (5 - made["stars"])
    assert kind(replies[-1]) == (409, "too-many-stars")
    hotel = service.call("GET", path)[1]
    assert (hotel["stars"], hotel["version"]) == (5, 6 - made["stars"])
    assert [each["stars"] for _, each in replies[:-1]] == list(range(made["stars"] + 1, 6))


def test_values_are_appended_up_to_as_many_as_there_can_be() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    replies = [service.call("POST", f"{path}/notes", each) for each in (["a"], ["b", "c"], ["x"] * 48, ["y"] * 47)]

    assert [status for status, _ in replies] == [200, 200, 409, 200]
    assert replies[1][1]["notes"] == ["a", "b", "c"]
    assert kind(replies[2]) == (409, "full")
    assert replies[2][1]["detail"] == "There are 3 notes, and there can be 50 at most."
    assert service.call("GET", path)[1] == replies[3][1]
    [stored] = service.stored("hotels")
    assert not [name for name in stored if name.startswith(("~n", "~v"))]


def test_what_is_appended_under_a_key_is_appended_once() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}/notes"

    first, again = (service.call("POST", path, ["a"], {"idempotency-key": "one"}) for _ in range(2))

    assert first == again
    assert service.call("POST", path, ["b"])[1]["notes"] == ["a", "b"]


def test_a_key_whose_record_has_lost_the_version_that_an_item_came_to_is_not_answered_by_guessing() -> None:
    without_version = said("components", "schemas", "Hotel", required=["hotelId", "name", "createdAt"])
    service = Service(hotels(without_version))
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}/notes"
    service.call("POST", path, ["a"], {"idempotency-key": "one"})
    [record] = service.stored("idempotency")
    [outcome] = json.loads(zlib.decompress(record["data"].value))
    del outcome["version"]
    damaged = record | {"data": zlib.compress(json.dumps([outcome]).encode())}
    boto3.resource("dynamodb").Table(f"{PREFIX}idempotency").put_item(Item=damaged)

    assert kind(service.call("POST", path, ["a"], {"idempotency-key": "one"})) == (409, "key-unreadable")
    assert service.call("POST", path, ["b"])[1]["notes"] == ["a", "b"]


@pytest.mark.parametrize(("name", "values"), [("stars", ["a"]), ("notes", [5])], ids=["no array", "no note"])
def test_a_function_that_appends_what_its_items_cannot_have_appends_nothing(name: str, values: list[Any]) -> None:
    service = Service()
    service.operations.add_notes = lambda request: service.operations.hotels.append(
        request, request.parameters["hotelId"], name, values
    )
    service.restart()
    made = service.create("/hotels", ADLON)
    path = f"/hotels/{made['hotelId']}"

    assert kind(service.call("POST", f"{path}/notes", ["a"])) == (500, "internal-server-error")
    assert service.call("GET", path)[1] == made


def test_a_function_that_keeps_nothing_under_the_key_that_it_is_given_does_not_answer_as_if_it_had() -> None:
    service = Service()
    service.operations.add_notes = lambda request: service.operations.hotels.represent(
        request, request.parameters["hotelId"]
    )
    service.restart()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}/notes"

    assert service.call("POST", path, ["a"])[0] == 200
    assert kind(service.call("POST", path, ["a"], {"idempotency-key": "one"})) == (500, "internal-server-error")


def test_a_number_that_is_not_there_yet_counts_from_nothing() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    counts = [service.call("POST", f"{path}/visits")[1]["visits"] for _ in range(3)]

    assert counts == [1, 2, 3]
    assert service.call("POST", f"/hotels/{NOWHERE}/visits")[0] == 404


def test_what_can_be_no_key_of_an_item_is_not_found() -> None:
    service = Service(hotels(said("components", "parameters", "HotelId", schema={"type": "string"})))
    path = f"/hotels/{'x' * 2049}"

    answers = [service.call("POST", f"{path}/{each}", body) for each, body in (("notes", ["a"]), ("visits", None))]

    assert [kind(each) for each in answers] == [(404, "not-found"), (404, "not-found")]


def test_a_merge_patch_of_what_cannot_be_shown_is_no_fault_of_the_caller_unless_it_mends_it() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    path, merge = f"/hotels/{made['hotelId']}", {"content-type": "application/merge-patch+json"}
    nameless = {name: each for name, each in service.stored("hotels")[0].items() if name != "name"}
    boto3.resource("dynamodb").Table(f"{PREFIX}hotels").put_item(Item=nameless)

    assert kind(service.call("PATCH", path, {"stars": 4}, merge)) == (500, "internal-server-error")
    assert service.stored("hotels") == [nameless]
    assert service.call("PATCH", path, {"name": "Adlon"}, merge) == (200, made | {"version": 2})


def test_where_a_write_of_the_services_own_is_refused_nothing_is_done_beside_it() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    service.call("PUT", "/tours/coast", {"name": "Coast"})
    resource, tours = service.operations.hotels, service.operations.tours

    def beside(hotel: Any) -> list[Any]:
        return [tours.insert("coast", {"name": hotel["name"]}, hotel["createdAt"])]

    def create(request: Any) -> Response[Any, Any]:
        return resource.create(request, lambda given: given, lambda _, hotel: beside(hotel))

    service.operations.create_hotel = create
    service.operations.remove_hotel = lambda request: resource.remove(request, request.parameters["hotelId"], beside)
    service.restart()

    answers = [
        service.call("POST", "/hotels", {"name": "Other"}),
        service.call("DELETE", f"/hotels/{made['hotelId']}"),
    ]

    assert [kind(each) for each in answers] == [(500, "internal-server-error")] * 2
    assert service.call("GET", "/hotels")[1]["items"] == [made]


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_a_time_has_six_digits_of_a_second_whichever_they_are(microsecond: int) -> None:
    time = datetime(2026, 1, 31, 9, 30, 0, microsecond, UTC)

    assert written(time) == f"2026-01-31T09:30:00.{microsecond:06}Z"
