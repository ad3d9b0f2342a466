"""Soft deletion: what is removed is gone for every caller, and comes back as it was."""

import pytest

from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from tests.changed import Change, said
from tests.hotels.service import Service, hotels, kind

ADLON = {"name": "Adlon", "city": "Berlin", "code": "BER1"}


def names(service: Service, query: str = "") -> list[str]:
    return [each["name"] for each in service.call("GET", "/hotels", query=query)[1]["items"]]


def test_what_is_removed_is_gone_for_every_reading_and_writing_but_stays_stored() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    assert service.call("DELETE", path)[0] == 204

    calls = [("GET", "", None), ("PATCH", "", {"stars": 5}), ("PUT", "", ADLON), ("DELETE", "", None)]
    calls += [("POST", "/notes", ["x"]), ("POST", "/visits", None), ("DELETE", "/stars", None)]
    assert [service.call(method, path + more, body)[0] for method, more, body in calls] == [404] * len(calls)
    assert (names(service), names(service, "city=Berlin")) == ([], [])
    assert service.operations.hotels.find_many([path.rpartition("/")[2]]) == []
    assert service.operations.hotels.find_by("BER1", constraint="code") is None
    [stored] = service.stored("hotels")
    assert (stored["name"], stored["version"], "listPartition" in stored) == ("Adlon", 2, False)
    assert service.stored("claims") == []


def test_it_comes_back_as_it_was_in_its_place_of_all_lists() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    path = f"/hotels/{made['hotelId']}"
    service.create("/hotels", {"name": "Newer", "city": "Berlin"})
    service.call("DELETE", path)

    status, back = service.call("POST", f"{path}/restore")

    assert (status, back) == (200, made | {"version": 3})
    assert service.headers["etag"] == '"3"'
    assert names(service) == names(service, "city=Berlin") == ["Newer", "Adlon"]
    assert service.call("GET", path)[1] == back
    assert kind(service.call("POST", "/hotels", {"name": "Other", "code": "BER1"})) == (409, "code-taken")


def test_what_was_not_removed_is_left_alone_and_what_never_was_is_not_found() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    path = f"/hotels/{made['hotelId']}/restore"

    assert service.call("POST", path) == (200, made)
    assert service.call("POST", path, headers={"if-match": '"9"'})[0] == 412
    assert service.call("POST", "/hotels/00000000-0000-4000-8000-000000000000/restore")[0] == 404


def test_it_does_not_come_back_while_another_has_one_of_its_values() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"
    service.call("DELETE", path)
    other = service.create("/hotels", {"name": "Other", "code": "ber1"})

    assert kind(service.call("POST", f"{path}/restore")) == (409, "code-taken")
    assert service.call("GET", path)[0] == 404
    service.call("DELETE", f"/hotels/{other['hotelId']}")
    assert service.call("POST", f"{path}/restore")[0] == 200


def test_a_precondition_holds_for_what_is_removed() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    assert service.call("DELETE", path, headers={"if-match": '"7"'})[0] == 412
    assert service.call("DELETE", path, headers={"if-match": '"1"'})[0] == 204
    assert service.call("POST", f"{path}/restore", headers={"if-match": '"1"'})[0] == 412
    assert service.call("POST", f"{path}/restore", headers={"if-match": '"2"'})[0] == 200


def test_nobody_but_the_engine_writes_when_it_was_removed() -> None:
    def open_body(contract: Document) -> None:
        contract["components"]["schemas"]["NewHotel"]["properties"]["deletedAt"] = {"type": "string"}

    service = Service(hotels(open_body))
    given = ADLON | {"deletedAt": "2026-01-31T09:30:00Z"}

    made = service.create("/hotels", given)

    assert "deletedAt" not in made
    assert service.call("PUT", f"/hotels/{made['hotelId']}", given)[0] == 200
    assert names(service) == ["Adlon"]


def required(contract: Document) -> None:
    contract["components"]["schemas"]["Hotel"]["required"].append("deletedAt")


PLACE = "x-dynamodb hotels: soft_delete "
MISTAKES: list[tuple[Change, str]] = [
    (said("x-dynamodb", "hotels", soft_delete=5), PLACE + "names the attribute that says since when"),
    (said("x-dynamodb", "hotels", soft_delete="~gone"), PLACE + "names the attribute that says since when"),
    (said("x-dynamodb", "hotels", soft_delete="createdAt"), PLACE + "names createdAt, which the engine writes"),
    (said("x-dynamodb", "hotels", soft_delete="hotelId"), PLACE + "names hotelId, which the engine writes"),
    (said("x-dynamodb", "hotels", soft_delete="position"), PLACE + "names position, which the engine writes"),
    (said("x-dynamodb", "hotels", soft_delete="stars"), PLACE + "names stars, which must be a time in UTC"),
    (required, PLACE + "names deletedAt, which its items require"),
    (said("x-dynamodb", "hotels", actions=["GetItem", "PutItem", "DeleteItem"]), "its actions need GetItem and Update"),
]


@pytest.mark.parametrize(("change", "message"), MISTAKES)
def test_a_soft_deletion_that_could_not_be_kept_is_refused(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(hotels(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)
