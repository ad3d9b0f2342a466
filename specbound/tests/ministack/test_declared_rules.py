"""What holds of the rules that a contract declares of its tables, when many call at once and when something fails."""

from collections import Counter
from contextlib import suppress
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


def hotel(client: httpx.Client, name: str = "Adlon", **fields: Any) -> str:
    return str(client.post("/hotels", json={"name": name, "state": "open", **fields}).json()["hotelId"])


def check_rooms(database: Any) -> None:
    """Every hotel counts the rooms that belong to it, and every room belongs to a hotel that is there."""
    hotels = {each["hotelId"]: each for each in stored(database, "hotels")}
    rooms = Counter(each["hotelId"] for each in stored(database, "rooms"))
    assert {key: int(each.get("~has:rooms", 0)) for key, each in hotels.items() if each.get("~has:rooms")} == rooms
    assert not [key for key in rooms if hotels[key].get("deletedAt")]


def test_a_hotel_never_goes_while_a_room_comes(guest, hotels_tables):
    keys = [hotel(guest, f"Hotel {n}") for n in range(5)]
    calls = []
    for number, key in enumerate(keys * 4):
        calls.append(partial(guest.post, "/rooms", json={"hotelId": key, "number": number}))
        calls.append(partial(guest.delete, f"/hotels/{key}"))

    replies = race(calls)

    assert set(statuses(replies)) <= {201, 204, 404, 409, 503}
    check_rooms(hotels_tables)


def test_rooms_that_move_come_and_go_are_counted_to_the_last_one(guest, hotels_tables):
    keys = [hotel(guest, f"Hotel {n}") for n in range(3)]
    made = [guest.post("/rooms", json={"hotelId": keys[n % 3], "number": n}).json()["roomId"] for n in range(12)]
    moves = [partial(guest.patch, f"/rooms/{each}", json={"hotelId": keys[n % 3]}) for each in made for n in range(3)]

    replies = race([*moves, *(partial(guest.delete, f"/rooms/{each}") for each in made[:6])])

    assert set(statuses(replies)) <= {200, 204, 404, 503}
    check_rooms(hotels_tables)


def test_nothing_comes_into_a_hotel_once_it_is_closed(guest, hotels_tables):
    key = hotel(guest)
    creations = [partial(guest.post, "/rooms", json={"hotelId": key, "number": n}) for n in range(30)]
    closing = partial(guest.patch, f"/hotels/{key}", json={"state": "closed"})

    replies = race([*creations[:15], closing, *creations[15:]])

    assert set(statuses(replies)) <= {200, 201, 409, 503}
    assert guest.post("/rooms", json={"hotelId": key, "number": 99}).json()["type"].endswith(":hotels-closed")
    check_rooms(hotels_tables)


def test_nothing_is_left_of_a_tour_that_goes_while_stops_come(guest, hotels_tables):
    guest.put("/tours/coast", json={"name": "Coast"})
    creations = [partial(guest.post, "/tours/coast/stops", json={"place": f"Place {n}"}) for n in range(40)]

    replies = race([*creations[:20], *[partial(guest.delete, "/tours/coast")] * 3, *creations[20:]])

    assert set(statuses(replies)) <= {201, 204, 404, 503}
    assert guest.delete("/tours/coast").status_code in (204, 404)
    assert [stored(hotels_tables, each) for each in ("tours", "stops", "claims")] == [[], [], []]


@pytest.mark.parametrize("first", range(1, 8))
@pytest.mark.parametrize("kind", ["died", "died_after", "lost_reply", "timed_out"])
def test_a_tour_whose_end_was_broken_off_is_gone_and_ended_by_the_next_one(guest, hotels_tables, kind, first):
    guest.put("/tours/coast", json={"name": "Coast"})
    for number in range(30):
        guest.post("/tours/coast/stops", json={"place": f"Place {number}"})

    with suppress(httpx.TransportError):
        guest.delete("/tours/coast", headers=Fault(kind, 1, first).header())

    status = guest.get("/tours/coast").status_code
    assert status == 404 or len(stored(hotels_tables, "stops")) == 30
    is_left = bool(stored(hotels_tables, "tours"))
    assert guest.delete("/tours/coast").status_code == (204 if is_left else 404)
    assert [stored(hotels_tables, each) for each in ("tours", "stops", "claims")] == [[], [], []]


def test_all_that_many_append_at_once_is_there_up_to_as_much_as_there_can_be(guest, hotels_tables):
    path = f"/hotels/{hotel(guest)}"

    replies = race([partial(guest.post, f"{path}/notes", json=[str(n)]) for n in range(60)])

    assert set(statuses(replies)) <= {200, 409, 503}
    done = [reply for reply in replies if reply.status_code == 200]
    notes = guest.get(path).json()["notes"]
    assert len(notes) == len(set(notes)) == len(done) == 50


@pytest.mark.parametrize("kind", ["lost_reply", "reset_after", "timed_out", "died_after", "internal"])
def test_what_is_appended_under_a_key_is_there_once_whatever_goes_wrong(guest, hotels_tables, kind):
    path, key = f"/hotels/{hotel(guest)}", {"idempotency-key": kind}
    with suppress(httpx.TransportError):
        guest.post(f"{path}/notes", json=["a"], headers=key | Fault(kind, 1).header())

    assert guest.post(f"{path}/notes", json=["a"], headers=key).status_code == 200

    assert guest.get(path).json()["notes"] == ["a"]


def test_many_visits_are_all_counted(guest, hotels_tables):
    path = f"/hotels/{hotel(guest)}"

    replies = race([partial(guest.post, f"{path}/visits")] * 60)

    assert statuses(replies) == {200: 60}
    assert guest.get(path).json()["visits"] == 60


def test_a_change_that_depends_on_the_hotel_is_made_of_it_as_it_is(guest, hotels_tables):
    path = f"/hotels/{hotel(guest)}"

    replies = race([partial(guest.post, f"{path}/stars")] * 12)

    # Some may be told that too many others changed it: then nothing was done.
    assert statuses(replies).keys() <= {200, 409, 503}
    told = sorted(reply.json()["stars"] for reply in replies if reply.status_code == 200)
    assert told == list(range(1, guest.get(path).json()["stars"] + 1))
    assert statuses(replies)[200] == 5 or statuses(replies)[409] == 0


def test_a_code_belongs_to_one_hotel_while_it_is_removed_restored_and_wanted_by_others(guest, hotels_tables):
    path = f"/hotels/{hotel(guest, code='BER')}"
    restore, remove = partial(guest.post, f"{path}/restore"), partial(guest.delete, path)
    others = [partial(create, guest, name=f"Other {n}", code="ber") for n in range(10)]

    replies = race([*[remove, restore] * 10, *others])

    assert set(statuses(replies)) <= {200, 201, 204, 404, 409, 503}
    there = [each for each in stored(hotels_tables, "hotels") if "deletedAt" not in each]
    claims = stored(hotels_tables, "claims")
    assert [each["of.hotelId"] for each in claims] == [each["hotelId"] for each in there]
    assert len(there) <= 1
    listed = guest.get("/hotels").json()["items"]
    assert [each["hotelId"] for each in listed] == [each["hotelId"] for each in there]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_removal_and_a_restoration_are_done_whole_or_not_at_all(guest, hotels_tables, kind):
    path = f"/hotels/{hotel(guest, code=kind)}"
    for method, target in (("DELETE", path), ("POST", f"{path}/restore")):
        with suppress(httpx.TransportError):
            guest.request(method, target, headers=Fault(kind, 1, 2).header())
        [found] = stored(hotels_tables, "hotels")
        is_there = "deletedAt" not in found
        assert (len(stored(hotels_tables, "claims")), "listPartition" in found) == (int(is_there), is_there)
        guest.request(method, target)
        [found] = stored(hotels_tables, "hotels")
        assert ("deletedAt" in found) == (method == "DELETE")
