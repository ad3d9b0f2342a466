"""What holds of the rules that a contract declares of its tables, when many call at once and when something fails."""

from collections import Counter
from functools import partial
from typing import Any

import httpx
import pytest

from specbound.store.values import decode
from tests.hotels.service import PREFIX
from tests.ministack.faults import Fault
from tests.ministack.racing import race

pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def create(client: httpx.Client, **hotel: Any) -> httpx.Response:
    return client.post("/hotels", json=hotel)


def stored(database: Any, table: str) -> list[dict[str, Any]]:
    found = database.scan(TableName=PREFIX + table, ConsistentRead=True)["Items"]
    return [decode(each) for each in found]


def statuses(replies: list[httpx.Response]) -> Counter[int]:
    return Counter(reply.status_code for reply in replies)


def check_claims(database: Any) -> None:
    """Every value is claimed once, by the one hotel that has it."""
    hotels, claims = stored(database, "hotels"), stored(database, "claims")
    valued = [each["hotelId"] for each in hotels if "code" in each]
    valued += [each["hotelId"] for each in hotels if "city" in each]
    assert sorted(each["of.hotelId"] for each in claims) == sorted(valued)
    assert len({each["code"].lower() for each in hotels if "code" in each}) == sum("code" in each for each in hotels)


def test_of_many_who_want_one_of_two_values_none_shares_either(guest, hotels_tables):
    codes = [{"name": f"Other {n}", "code": f"C{n % 3}"} for n in range(30)]
    names = [{"name": f"Hotel {n % 3}", "city": "Berlin"} for n in range(30)]
    wanted = [*codes, *names, *({"code": f"c{n % 3}"} | names[n] for n in range(20))]

    replies = race([partial(create, guest, **each) for each in wanted])

    assert set(statuses(replies)) == {201, 409}
    assert {reply.json()["type"] for reply in replies if reply.status_code == 409} == {
        "urn:problem-type:code-taken",
        "urn:problem-type:name-in-city-taken",
    }
    # Who has both a code and a name may take them from two others.
    assert 3 <= statuses(replies)[201] <= 6
    check_claims(hotels_tables)


def test_hotels_that_exchange_values_never_share_or_lose_one(guest, hotels_tables):
    hotels = [create(guest, name=f"Hotel {n}", city="Berlin", code=f"C{n}").json()["hotelId"] for n in range(4)]
    changes = [{"code": f"c{n}"} for n in range(5)] + [{"name": f"hotel {n}"} for n in range(5)]

    replies = race([partial(guest.patch, f"/hotels/{each}", json=change) for each in hotels for change in changes])

    assert set(statuses(replies)) <= {200, 409}
    check_claims(hotels_tables)


FAULTS = ["lost_reply", "reset_after", "timed_out", "died", "died_after", "throttled", "conflict", "internal"]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_value_is_kept_with_its_hotel_or_not_at_all_whatever_goes_wrong(guest, hotels_tables, kind):
    for times in (1, 1_000_000):
        name = f"{kind} {times}"
        headers = Fault(kind, times).header()
        outcomes = []
        for _ in range(2):
            try:
                outcomes.append(guest.post("/hotels", json={"name": name, "city": "Rome"}, headers=headers).status_code)
            except httpx.TransportError:
                outcomes.append(0)
        assert set(outcomes) <= {0, 201, 409, 503}
        guest.post("/hotels", json={"name": name, "city": "Rome"})
        assert [each["name"] for each in stored(hotels_tables, "hotels")].count(name) == 1
    check_claims(hotels_tables)
