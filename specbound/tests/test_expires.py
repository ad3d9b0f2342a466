"""Items that end by themselves: at their time they are gone for everybody, whether or not DynamoDB has removed them."""

from datetime import UTC, datetime, timedelta

import pytest

from specbound import Bounds, Conflict
from specbound.compiler.document import Refused
from specbound.compiler.translation import compile_contract
from specbound.store.lifetimes import ends
from tests.changed import Change, said
from tests.hotels.service import Service, hotels, kind


def within(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def put(service: Service, name: str, seconds: int | None, **fields: object) -> int:
    ends = {} if seconds is None else {"expiresAt": within(seconds)}
    return service.call("PUT", f"/offers/{name}", {"price": 5, **ends, **fields})[0]


def test_what_is_past_its_end_is_gone_for_every_reading_and_writing() -> None:
    service = Service()
    for name, seconds in (("old", -5), ("new", 500), ("lasting", None)):
        put(service, name, seconds)

    listed = service.call("GET", "/offers")[1]["items"]

    assert [each["offerId"] for each in listed] == ["lasting", "new"]
    found = service.call("GET", "/offers", query="offerId=old&offerId=new")[1]["items"]
    assert [each["offerId"] for each in found] == ["new"]
    assert [service.call(method, "/offers/old")[0] for method in ("GET", "DELETE")] == [404, 404]
    assert [service.call("GET", f"/offers/{name}")[0] for name in ("new", "lasting")] == [200, 200]
    assert all("~expires" not in each for each in listed)


def test_its_key_and_its_values_may_be_had_again() -> None:
    service = Service()
    put(service, "old", -5, code="S")

    assert put(service, "old", 500, code="T") == 201
    assert put(service, "other", 500, code="S") == 201
    assert kind(service.call("PUT", "/offers/third", {"price": 1, "code": "S"})) == (409, "code-taken")


def test_a_page_is_full_though_others_ended() -> None:
    service = Service()
    for number in range(12):
        put(service, f"offer{number}", -5 if number % 2 else 500)

    page = service.call("GET", "/offers", query="limit=5")[1]
    rest = service.call("GET", "/offers", query=f"limit=5&nextToken={page['nextToken']}")[1]

    assert [each["offerId"] for each in page["items"] + rest["items"]] == [f"offer{n}" for n in (10, 8, 6, 4, 2, 0)]
    assert page["count"] == 5


def test_an_end_is_moved_and_taken_away() -> None:
    service = Service()
    put(service, "offer", 500)
    [first] = service.stored("offers")
    put(service, "offer", 900)
    [second] = service.stored("offers")
    put(service, "offer", None)
    [third] = service.stored("offers")

    assert 395 < second["~expires"] - first["~expires"] < 405
    assert "~expires" not in third


@pytest.mark.parametrize(
    "time", ["2026-12-31T23:59:60Z", "2026-01-31t09:30:00.123456789z", "2026-01-31T09:30:00+01:00"]
)
def test_every_way_to_write_a_time_is_an_end(time: str) -> None:
    service = Service()

    assert service.call("PUT", "/offers/offer", {"price": 1, "expiresAt": time})[0] == 201
    assert abs(int(service.stored("offers")[0]["~expires"]) - datetime(2026, 6, 1, tzinfo=UTC).timestamp()) < 20_000_000


def test_a_number_of_what_is_past_its_end_is_not_adjusted() -> None:
    service = Service()
    for name, seconds in (("old", -5), ("new", 500)):
        put(service, name, seconds)
    dearer = Bounds("price", 0, 100, lambda offer, amount: Conflict("That is too dear."))
    offers = service.operations.offers
    service.operations.put_offer = lambda request: offers.adjust(request, request.parameters["offerId"], 1, dearer)
    service.restart()

    assert put(service, "old", 500) == 404
    assert service.call("PUT", "/offers/new", {"price": 5})[1]["price"] == 6


def test_a_time_without_an_offset_is_no_end() -> None:
    with pytest.raises(ValueError):
        ends("2026-01-31T09:30:00")


@pytest.mark.parametrize("text", ["soon", "0000-01-01T00:00:00Z", "2026-01-31T09:30:00"])
def test_what_a_body_may_have_that_is_no_time_is_no_end(text: str) -> None:
    service = Service(hotels(said("components", "schemas", "NewOffer", "properties", expiresAt={"type": "string"})))

    status, problem = service.call("PUT", "/offers/offer", {"price": 1, "expiresAt": text})

    assert (status, [(each["pointer"], each["detail"]) for each in problem["errors"]]) == (
        400,
        [("/expiresAt", "must be a time of the years 1 to 9999")],
    )
    assert service.stored("offers") == []


def test_dynamodb_removes_by_the_attribute_that_the_engine_writes() -> None:
    tables = compile_contract(hotels())["infrastructure"]["tables"]

    assert (tables["offers"]["ttl_attribute"], tables["hotels"]["ttl_attribute"]) == ("~expires", None)


PLACE = "x-dynamodb offers: expires "
MISTAKES: list[tuple[Change, str]] = [
    (said("x-dynamodb", "offers", expires=5), PLACE + "names the property of its items that says when they end"),
    (said("x-dynamodb", "offers", expires="nothing"), PLACE + "must name a property of its items that is a time"),
    (said("x-dynamodb", "offers", expires="code"), PLACE + "must name a property of its items that is a time"),
    (said("x-dynamodb", "offers", expires="createdAt"), PLACE + "names createdAt, which the engine writes"),
    (said("x-dynamodb", "offers", ttl_attribute="ends"), PLACE + "has a ttl_attribute of its own, ~expires"),
]


@pytest.mark.parametrize(("change", "message"), MISTAKES)
def test_an_end_that_could_not_be_kept_is_refused(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(hotels(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)
