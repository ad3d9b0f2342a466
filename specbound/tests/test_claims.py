"""What backfill claims for items that were there before what is unique of them, and what it leaves to whom has it."""

import pytest

from specbound.operating.claims import claim, constraints
from specbound.operating.duplicates import Seen
from specbound.operating.outcomes import FILLED, GONE, RIGHT, TAKEN
from specbound.operating.pace import Paced
from specbound.store.values import decode
from tests.hotels.service import PREFIX, Service, kind
from tests.test_backfill import Overheard, once

pytestmark = pytest.mark.in_process

ADLON = {"name": "Adlon", "city": "Berlin", "code": "BER1"}


class Old:
    """A service whose hotels were there before their codes had to be unique."""

    def __init__(self):
        self.service, self.sdk = Service(), Overheard()
        self.table = self.service.contract.tables.hotels
        self.constraint = constraints(self.table)["code"]

    def hotel(self, **changes):
        """A new one, without a claim: where it is, as it is stored."""
        made = self.service.create("/hotels", ADLON | {"name": str(len(self.service.stored("hotels"))), **changes})
        self.forget()
        return f"/hotels/{made['hotelId']}", self.stored(made["hotelId"])

    def stored(self, hotel_id):
        return self.sdk._sdk.get_item(TableName=PREFIX + "hotels", Key={"hotelId": {"S": hotel_id}})["Item"]

    def forget(self):
        for each in self.service.stored("claims"):
            self.sdk._sdk.delete_item(TableName=PREFIX + "claims", Key={"id": {"S": each["id"]}})

    def claim(self, stored):
        return claim("code", self.constraint, Paced(self.sdk, 1e9), stored)

    def claims(self):
        """Which hotel has which claim of a code."""
        found = {each["id"]: each["of.hotelId"] for each in self.service.stored("claims")}
        return {key: each for key, each in found.items() if key.startswith("hotels.code#")}


@pytest.fixture
def old():
    return Old()


def test_what_an_old_item_has_is_refused_to_others_once_it_is_claimed(old):
    path, stored = old.hotel()

    outcomes = [old.claim(stored), old.claim(stored)]

    assert outcomes == [FILLED, RIGHT]
    assert kind(old.service.call("POST", "/hotels", ADLON | {"code": "ber1"})) == (409, "code-taken")
    assert old.stored(stored["hotelId"]["S"]) == stored
    assert old.service.call("DELETE", path)[0] == 204
    assert old.claims() == {}


def test_of_two_who_have_the_same_one_keeps_it_and_the_other_is_named(old):
    _, first = old.hotel()
    _, second = old.hotel(code="ber1")

    outcomes = [old.claim(first), old.claim(second), old.claim(second)]

    assert [each.words for each in outcomes] == ["filled", TAKEN, TAKEN]
    assert outcomes[1].reasons == ["code: another item has the same"]
    assert outcomes[1].beside == [first["hotelId"]["S"]]
    assert [*old.claims().values()] == [first["hotelId"]["S"]]


def test_a_change_in_between_is_what_is_claimed(old):
    path, stored = old.hotel()
    old.sdk.first = once(lambda: old.service.call("PATCH", path, {"code": "HAM1"}))

    outcome = old.claim(stored)

    assert outcome == RIGHT
    assert decode(old.stored(stored["hotelId"]["S"]))["code"] == "HAM1"
    assert len(old.claims()) == 1
    old.service.create("/hotels", ADLON)


@pytest.mark.parametrize("moment", ["get_item", "transact_write_items"])
def test_a_removal_in_between_leaves_no_claim(old, moment):
    path, stored = old.hotel()
    removed = once(lambda: old.service.call("DELETE", path))
    old.sdk.first = lambda: removed() if ("TransactItems" in old.sdk.calls[-1]) == (moment[0] == "t") else None

    outcome = old.claim(stored)

    # Of hotels what was removed is kept, and claims nothing.
    assert outcome in (RIGHT, GONE)
    assert old.claims() == {}


def test_what_another_takes_in_between_stays_with_him(old):
    _, stored = old.hotel()
    taken = once(lambda: old.service.create("/hotels", ADLON))
    old.sdk.first = lambda: taken() if "TransactItems" in old.sdk.calls[-1] else None

    outcome = old.claim(stored)

    assert outcome.words == TAKEN
    assert [*old.claims().values()] == outcome.beside != [stored["hotelId"]["S"]]


def test_a_claim_whose_item_has_another_value_by_now_is_given_up(old):
    _, stored = old.hotel()
    _, other = old.hotel(code="HAM1")
    old.claim(stored)
    [key] = old.claims()
    item = {"id": {"S": key}, "of.hotelId": other["hotelId"], "since": {"S": "2026-01-31T09:30:00.000000Z"}}
    old.sdk._sdk.put_item(TableName=PREFIX + "claims", Item=item)

    assert old.claim(stored) == FILLED

    assert old.claims() == {key: stored["hotelId"]["S"]}


def test_what_has_no_such_value_claims_nothing(old):
    made = old.service.create("/hotels", {"name": "Adlon"})

    assert old.claim(old.stored(made["hotelId"])) == RIGHT
    assert old.sdk.calls == []


def test_what_was_seen_by_a_pass_that_was_stopped_is_known_when_it_goes_on(old, tmp_path):
    _, first = old.hotel()
    _, second = old.hotel(code="ber1")
    file = tmp_path / "hotels.seen"

    before = Seen(old.table, file, goes_on=False).judge(first)
    again = [Seen(old.table, file, goes_on=True).judge(each) for each in (first, second)]
    anew = Seen(old.table, file, goes_on=False).judge(second)

    assert (before, again[0], anew) == (None, None, None)
    assert again[1].reasons == ["code: another item has the same"]
    assert again[1].beside == [first["hotelId"]["S"]]
