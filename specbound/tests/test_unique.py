"""Declared unique constraints: of one property or of several, however many there are, no two items share values."""

from typing import Any

import boto3
import pytest

from specbound import Conflict, Misconfigured, Resource
from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.testing.wire import Error, before_each_call
from tests.changed import DROP, Change, said
from tests.hotels.service import PREFIX, Service, hotels, kind

ADLON = {"name": "Adlon", "city": "Berlin", "code": "BER1"}


def test_a_value_is_taken_once_whatever_makes_no_difference() -> None:
    service = Service()
    service.create("/hotels", ADLON)

    same_code = service.call("POST", "/hotels", {"name": "Other", "code": "ber1"})
    same_name = service.call("POST", "/hotels", {"name": " ADLON", "city": "berlin "})

    assert kind(same_code) == (409, "code-taken")
    assert kind(same_name) == (409, "name-in-city-taken")
    assert same_name[1]["detail"] == "Another hotel has this city and name."
    # Each of them may be had by itself; space is ignored of the one, and not of the other.
    service.create("/hotels", {"name": "Adlon", "city": "Potsdam", "code": " BER1"})
    assert (len(service.stored("hotels")), len(service.stored("claims"))) == (2, 4)


def test_values_that_are_alike_only_when_they_run_together_are_others() -> None:
    service = Service()
    service.create("/hotels", {"name": "Adlon", "city": "Berlin"})

    service.create("/hotels", {"name": "nAdlon", "city": "Berli"})
    service.create("/hotels", {"name": "", "city": "BerlinAdlon"})

    assert len(service.stored("claims")) == 3


def test_what_lacks_one_of_the_properties_claims_nothing() -> None:
    service = Service()

    made = [service.create("/hotels", {"name": "Adlon"}) for _ in range(2)]

    assert service.stored("claims") == []
    path = f"/hotels/{made[0]['hotelId']}"
    assert service.call("PATCH", path, {"city": "Berlin"})[0] == 200
    assert kind(service.call("PATCH", f"/hotels/{made[1]['hotelId']}", {"city": "Berlin"})) == (
        409,
        "name-in-city-taken",
    )


def test_a_change_moves_the_claim_and_frees_the_value() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"
    merge = {"content-type": "application/merge-patch+json"}

    assert service.call("PATCH", path, {"city": "Potsdam"})[0] == 200
    service.create("/hotels", {"name": "Adlon", "city": "Berlin"})
    assert kind(service.call("PATCH", path, {"city": "Berlin"})) == (409, "name-in-city-taken")
    assert service.call("PATCH", path, {"code": None}, merge)[0] == 200
    service.create("/hotels", {"name": "Another", "code": "BER1"})
    assert service.call("DELETE", path)[0] == 204
    service.create("/hotels", {"name": "Adlon", "city": "Potsdam"})
    assert len(service.stored("claims")) == 3


def test_no_claim_outlives_its_value_or_its_item() -> None:
    service = Service()
    path = f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"

    assert service.call("PATCH", path, {"city": "Potsdam", "code": "POT1"})[0] == 200
    assert len(service.stored("claims")) == 2
    assert service.call("DELETE", path)[0] == 204
    assert service.stored("claims") == []


def test_of_a_batch_each_is_made_or_refused_by_itself() -> None:
    service = Service()
    given = [ADLON, {"name": "Other", "code": "BER1"}, {"name": "adlon", "city": "Berlin"}, {"name": "Free"}]

    status, reply = service.call("POST", "/hotels/batch", {"items": given})

    assert status == 200
    problems = [each.get("problem", {}).get("type", "").rpartition(":")[2] for each in reply["results"]]
    assert problems == ["", "code-taken", "name-in-city-taken", ""]


def test_an_item_is_found_by_its_values() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    found = service.operations.hotels.find_by

    assert found("ber1", constraint="code")["hotelId"] == made["hotelId"]
    assert found("BERLIN", "adlon ", constraint="name_in_city")["hotelId"] == made["hotelId"]
    assert found("BER2", constraint="code") is None
    with pytest.raises(TypeError, match="name a unique constraint of code, name_in_city"):
        found("BER1")


def test_a_problem_may_be_the_services_own() -> None:
    class CodeTaken(Conflict):
        detail = "Ask for another code."

    service = Service()
    service.create("/hotels", ADLON)
    table = service.contract.tables.hotels
    service.operations.hotels = Resource(table, "hotel", problems={"code": CodeTaken})

    assert service.call("POST", "/hotels", {"name": "Other", "code": "BER1"})[1]["detail"] == "Ask for another code."
    with pytest.raises(Misconfigured, match="problems of hotel name cod, which is no constraint of hotels"):
        Resource(table, "hotel", problems={"cod": CodeTaken})


def test_claims_may_have_a_table_of_their_own_that_can_be_read() -> None:
    def own(contract: Document) -> None:
        contract["x-dynamodb"]["hotels"]["unique"] = {"code": {"properties": ["code"], "claims": "codes"}}
        contract["x-dynamodb"]["codes"] = {
            "hash_key": "code", "attributes": {"code": "S"}, "actions": ["GetItem", "PutItem", "DeleteItem"],
        }  # fmt: skip

    service = Service(hotels(own))
    made = service.create("/hotels", ADLON)

    assert kind(service.call("POST", "/hotels", ADLON)) == (409, "code-taken")
    [claim] = service.stored("codes")
    assert (claim["code"], claim["hotelId"]) == ("BER1", made["hotelId"])
    assert "TABLE_CLAIMS" not in service.contract.settings.tables
    for unfit in ("", "x" * 2049):
        status, problem = service.call("POST", "/hotels", {"name": "Other", "code": unfit})
        assert (status, [each["pointer"] for each in problem["errors"]]) == (400, ["/code"])
    assert len(service.stored("hotels")) == 1


@pytest.mark.parametrize("value", [5, 2.5, True])
def test_numbers_and_booleans_are_values_too(value: Any) -> None:
    def of_stars(contract: Document) -> None:
        for name in ("Hotel", "NewHotel"):
            stars = {"oneOf": [{"type": "number"}, {"type": "boolean"}]}
            contract["components"]["schemas"][name]["properties"]["stars"] = stars
        contract["x-dynamodb"]["hotels"]["unique"] = {"stars": {"properties": ["stars"]}}

    service = Service(hotels(of_stars))
    service.create("/hotels", {"name": "Adlon", "stars": value})

    assert kind(service.call("POST", "/hotels", {"name": "Other", "stars": value})) == (409, "stars-taken")
    service.create("/hotels", {"name": "Other", "stars": 7})


def test_a_claim_whose_owner_is_gone_is_taken_over() -> None:
    service = Service()
    made = service.create("/hotels", ADLON)
    boto3.resource("dynamodb").Table(f"{PREFIX}hotels").delete_item(Key={"hotelId": made["hotelId"]})

    service.create("/hotels", ADLON)

    assert {each["of.hotelId"] for each in service.stored("claims")} == {service.stored("hotels")[0]["hotelId"]}


def test_a_refusal_that_does_not_tell_who_has_the_value_is_asked_for_again() -> None:
    service = Service()
    refusals = [Error("TransactionCanceledException", reasons=("None", "ConditionalCheckFailed"))]

    with before_each_call(lambda _: refusals.pop() if refusals else None):
        service.create("/hotels", {"name": "Adlon", "code": "BER1"})

    assert (refusals, len(service.stored("hotels")), len(service.stored("claims"))) == ([], 1, 1)


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "one"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize("failing", ["GetItem", "TransactWriteItems"])
def test_while_nobody_knows_whether_a_value_is_taken_it_is_to_be_asked_again(
    failing: str, headers: dict[str, str]
) -> None:
    service = Service()
    service.create("/hotels", ADLON)
    other = {"name": "Other", "code": "BER1"}

    with before_each_call(lambda call: Error("ThrottlingException") if call.action == failing else None):
        refused = service.call("POST", "/hotels", other, headers)

    assert kind(refused) == (503, "service-unavailable")
    assert kind(service.call("POST", "/hotels", other, headers)) == (409, "code-taken")
    assert len(service.stored("hotels")) == 1


def test_the_conflict_is_declared_where_it_may_be_answered() -> None:
    operations = compile_contract(hotels())["operations"]
    answer = {name for name, each in operations.items() if "409" in each["replies"]}

    assert answer >= {"create_hotel", "change_hotel", "replace_hotel", "put_offer"}
    assert answer.isdisjoint({"get_hotel", "list_hotels", "remove_offer", "remove_room"})


def unique(**changes: Any) -> Change:
    return said("x-dynamodb", "hotels", "unique", "code", **changes)


def claims(**changes: Any) -> Change:
    """Another table of claims, in some way not as it has to be."""
    table = {"hash_key": "code", "attributes": {"code": "S"}, "actions": ["DeleteItem", "GetItem", "PutItem"]}

    def change(contract: Document) -> None:
        contract["x-dynamodb"]["hotels"]["unique"]["code"]["claims"] = "codes"
        contract["x-dynamodb"]["codes"] = {name: each for name, each in (table | changes).items() if each is not DROP}

    return change


def _claims_said(contract: Document) -> None:
    contract["x-dynamodb"]["claims"] = {"hash_key": "claimId", "attributes": {"claimId": "S"}, "actions": ["GetItem"]}


PLACE = "x-dynamodb hotels/unique/code: "
MISTAKES: list[tuple[Change, str]] = [
    (said("x-dynamodb", "hotels", unique=[]), "x-dynamodb hotels: unique has up to 20 constraints, by names"),
    (said("x-dynamodb", "hotels", unique={"code": None}), PLACE + "it is not an object"),
    (said("x-dynamodb", "hotels", unique={"a-b": {"properties": ["code"]}}), "unique/a-b: its name becomes that of"),
    (unique(fields=["code"]), PLACE + "fields is not known here, only claims, ignore, properties"),
    (unique(properties=[]), PLACE + "properties lists those of its items that are unique together, each once"),
    (unique(properties="code"), PLACE + "properties lists"),
    (unique(properties=[5]), PLACE + "properties lists"),
    (unique(properties=["code", "code"]), PLACE + "properties lists"),
    (unique(properties=["colour"]), PLACE + "colour must be a property of its items that is a string, number or"),
    (unique(properties=["version"]), PLACE + "version is written by the engine"),
    (unique(properties=["hotelId"]), PLACE + "hotelId is the table's key, which no two items share"),
    (unique(ignore="colour"), PLACE + "ignore is what makes no difference in texts: case, spaces, or both"),
    (unique(ignore=["case", "case"]), PLACE + "ignore is"),
    (unique(ignore=None), PLACE + "ignore is"),
    (unique(claims=5), PLACE + "claims names a table of x-dynamodb; without it there is one"),
    (unique(claims="nowhere"), PLACE + "nowhere must be a table of x-dynamodb that holds nothing else"),
    (unique(claims="hotels"), PLACE + "hotels must be a table of x-dynamodb that holds nothing else"),
    (claims(hash_key="hotelId", attributes={"hotelId": "S"}), PLACE + "the key of codes must be called otherwise"),
    (claims(attributes={"code": "N"}), PLACE + "the table codes needs a hash_key of type S, and no range_key"),
    (claims(actions=["GetItem"]), PLACE + "the table codes needs the actions DeleteItem, GetItem, PutItem"),
    (claims(retired=True), PLACE + "codes must be a table of x-dynamodb that holds nothing else"),
    (_claims_said, PLACE + "values are claimed in a table that x-dynamodb calls claims, with the hash_key id."),
]


@pytest.mark.parametrize(("change", "message"), MISTAKES)
def test_a_constraint_that_could_not_be_kept_is_refused(change: Change, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(hotels(change))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)
