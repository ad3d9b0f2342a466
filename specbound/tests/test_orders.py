"""Lists in the order of any property: texts, numbers and times, either way, by several groups, and parts of a list."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound import Bounds, Conflict, Request
from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.exact_json import EXACT
from specbound.store import ordering
from specbound.store.ordering import LONGEST, encoded
from specbound.testing import empty
from specbound.testing.wire import before_each_call
from tests.bookings import Service, bookings, path_of

TEXTS = ["", "\0", "\0\0", "\x01", "A", "Z", "a", "a\0", "a\0b", "a b", "aa", "ab", "b", "é", "￿", "\U0001f600"]
NUMBERS = [-1e125, -int("9" * 38), -12, -1.5, -1, -0.1, -1e-130, 0, 1e-130, 0.1, 0.11, 1, 1.5, 9, 10, 99, 100, 1e125]
LONG = [10**37 + 1, 10**37 + 2, int("9" * 38) - 1, int("9" * 38)]
TIMES = [
    "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "2026-01-31T10:00:00+01:00",
    "2026-01-31T09:00:00.0000001Z", "2026-01-31T09:00:00.1Z", "2026-01-31T09:00:00.12Z", "2026-01-31T05:00:00-05:00",
    "9999-12-31T23:59:59Z",
]  # fmt: skip


@pytest.fixture
def client() -> Any:
    empty()
    return boto3.client("dynamodb")


def in_order(order: str, values: list[Any]) -> bool:
    found = [encoded(order, each) for each in values]
    return None not in found and sorted(set(map(str, found))) == found


def test_encodings_keep_the_order_of_values_and_none_begins_with_another() -> None:
    exact = [EXACT.create_decimal(str(each)) for each in NUMBERS]

    assert in_order("text", TEXTS)
    assert in_order("number", exact)
    assert in_order("number", LONG)
    assert in_order("time", TIMES)
    for order, values in (("text", TEXTS), ("number", exact), ("time", TIMES)):
        found = [str(encoded(order, each)) for each in values]
        assert not any(a != b and a.startswith(b) for a in found for b in found)


@given(st.text(max_size=200), st.text(max_size=200))
def test_texts_are_in_the_order_of_their_code_points(one: str, another: str) -> None:
    assert (str(encoded("text", one)) < str(encoded("text", another))) == (one < another)
    assert ordering.decoded("text", ordering.cursor("text", one)) == one


DECIMALS = st.builds(
    lambda digits, exponent: EXACT.create_decimal(Decimal(digits).scaleb(exponent)),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-120, 80),
)


@given(DECIMALS | st.integers(-(10**38) + 1, 10**38 - 1), DECIMALS | st.integers(-100, 100))
def test_numbers_are_in_their_order(one: Decimal | int, another: Decimal | int) -> None:
    assert (str(encoded("number", one)) < str(encoded("number", another))) == (one < another)
    assert (encoded("number", one) == encoded("number", another)) == (one == another)
    assert ordering.decoded("number", ordering.cursor("number", one)) == one


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS), st.datetimes(timezones=OFFSETS))
def test_times_are_in_the_order_of_their_moments(one: datetime, another: datetime) -> None:
    assert (str(encoded("time", one.isoformat())) < str(encoded("time", another.isoformat()))) == (one < another)


@pytest.mark.parametrize("value", [None, 5, True, "", "soon", "2026-02-30T00:00:00Z", "2026-01-31 09:00", "2026-01-31"])
def test_what_is_no_time_has_no_place_among_times(value: Any) -> None:
    assert encoded("time", value) is None


@pytest.mark.parametrize("value", [None, True, "five", "1_0", Decimal("NaN"), Decimal("Infinity"), []])
def test_what_is_no_number_has_no_place_among_numbers(value: Any) -> None:
    assert encoded("number", value) is None


def test_a_time_with_a_leap_second_or_another_offset_is_the_same_moment() -> None:
    assert encoded("time", "2016-12-31T23:59:60Z") == encoded("time", "2017-01-01T00:00:00Z")
    assert encoded("time", "2026-01-31T10:30:00.50+01:30") == encoded("time", "2026-01-31t09:00:00.5z")


def test_what_is_too_long_to_be_listed_by_is_refused_and_the_longest_is_not(client: Any) -> None:
    service, longest = Service(client), LONGEST // 2 - 1

    status, problem, _ = service.call("POST", "/journeys/j/bookings", {"name": "x" * (longest + 1)})
    assert (status, problem["errors"][0]["pointer"]) == (400, "/name")
    service.create("a", name="x" * longest)
    service.create("b", name="x" * (longest - 1) + "y")
    assert service.keys(index="by_name", limit=1) == ["a", "b"]
    assert service.keys(index="by_name", asked={"at_least": "x" * 2000}) == ["b"]


def test_no_cursor_is_compared_that_is_longer_than_a_key_may_be(client: Any) -> None:
    service, sent = Service(client), []
    service.create("a", name="x")

    with before_each_call(lambda call: sent.append(call.arguments)):
        status, page, _ = service.call("GET", "/bookings", None, index="by_name", limit="5", nextToken="0" * 2000)

    compared = [each["S"] for call in sent for each in call["ExpressionAttributeValues"].values()]
    assert (status, len(page["items"])) == (200, 1)
    assert compared and max(map(len, compared)) <= 1024


def filled(client: Any, name: str, values: list[Any]) -> Service:
    """A booking of each value, whose range key is where it is in the list."""
    service = Service(client)
    for number in sorted(range(len(values)), key=lambda each: (each * 7) % len(values)):
        service.create(f"{number:03}", **{name: values[number]})
    return service


@pytest.mark.parametrize(
    ("index", "name", "values"),
    [
        ("by_name", "name", TEXTS),
        ("cheapest", "price", [each for each in NUMBERS if abs(each) < 1e20] + [10**30]),
        ("departures", "departsAt", TIMES),
    ],
)
def test_a_list_and_its_parts_are_in_the_order_of_a_property(client: Any, index: str, name: str, values: Any) -> None:
    service = filled(client, name, values)
    every = [f"{number:03}" for number in range(len(values))]

    for limit in (1, 3, 100):
        assert service.keys(index=index, limit=limit) == every
    for number in range(0, len(values), 3):
        for limit in (2, 100):
            value = values[number]

            def part(limit: int = limit, **asked: Any) -> list[Any]:
                return service.keys(index=index, limit=limit, asked=asked)

            assert part(at_least=value) == every[number:]
            assert part(above=value) == every[number + 1 :]
            assert part(below=value) == every[:number]
            assert part(at_most=value) == every[: number + 1]
            assert part(exactly=value) == [every[number]]
            assert part(at_least=values[1], below=value) == every[1:number]
            assert part(above=values[1], at_most=value) == every[2 : number + 1]
            assert part(at_least=value, below=value) == []


def test_equal_values_are_listed_once_each_in_one_order(client: Any) -> None:
    service = Service(client)
    keys = {service.create(f"{number}", price=number % 3)["bookingId"] for number in range(20)}

    [whole] = [service.keys(index="cheapest", limit=100)]
    assert set(whole) == keys and len(whole) == 20
    assert [int(each) % 3 for each in whole] == sorted(int(each) % 3 for each in whole)
    for limit in (1, 2, 7):
        assert service.keys(index="cheapest", limit=limit) == whole
    assert service.keys(index="cheapest", limit=1, asked={"exactly": 1}) == [
        each for each in whole if int(each) % 3 == 1
    ]


def test_an_item_is_listed_while_it_has_what_the_list_is_in_the_order_of(client: Any) -> None:
    service = Service(client)
    service.create("a")
    service.create("b", price=None)
    service.create("c", price=1)
    service.create("d", price=2)

    def change(booking: str, **fields: Any) -> None:
        assert service.call("PATCH", path_of(booking), fields)[0] == 200

    assert service.keys(index="cheapest") == ["c", "d"]
    change("a", price=1.5)
    assert service.keys(index="cheapest") == ["c", "a", "d"]
    change("c", price=3)
    assert service.keys(index="cheapest") == ["a", "d", "c"]
    change("d", price=None)
    change("a", name="Ada")
    assert service.keys(index="cheapest") == ["a", "c"]
    assert all("pricePosition" not in each for each in service.stored() if each["bookingId"]["S"] in "bd")
    assert service.keys(index="newest") == ["d", "c", "b", "a"]


def test_a_list_of_several_groups_has_what_is_in_all_of_them(client: Any) -> None:
    service = Service(client)
    kinds = [("open", True), ("open", False), ("paid", True), ("a:b", False), ("1", True)]
    for number, (state, first) in enumerate(kinds):
        service.create(f"{number}", state=state, isFirstClass=first, price=number)
        service.create(f"{number}-dear", state=state, isFirstClass=first, price=10)
    service.create("half", state="open", price=1)
    service.create("free", state="open", isFirstClass=True)

    for number, kind in enumerate(kinds):
        assert service.keys(index="by_kind", limit=1, asked={"group": kind}) == [f"{number}-dear", f"{number}"]
        assert service.keys(index="by_kind", asked={"group": kind, "below": 10}) == [f"{number}"]
    assert service.call("PATCH", path_of("half"), {"isFirstClass": True})[0] == 200
    assert service.call("PATCH", path_of("0"), {"state": "paid"})[0] == 200
    assert service.keys(index="by_kind", asked={"group": ("open", True)}) == ["0-dear", "half"]
    assert service.keys(index="by_kind", asked={"group": ("paid", True)}) == ["2-dear", "2", "0"]
    assert service.call("PATCH", path_of("2"), {"isFirstClass": None})[0] == 200
    assert service.keys(index="by_kind", asked={"group": ("paid", True)}) == ["2-dear", "0"]
    for odd in (("open",), "open", None, ("open", None), ("open", True, True), ("open", [])):
        assert service.keys(index="by_kind", asked={"group": odd}) == []


def test_a_list_is_grouped_by_a_number_and_is_ascending_if_it_says_so(client: Any) -> None:
    service = Service(client)
    for key, seats in (("a", 1), ("b", 2), ("c", 1), ("d", -1)):
        service.create(key, seats=seats)

    assert service.keys(index="by_seats", limit=1, asked={"group": 1}) == ["a", "c"]
    assert service.keys(index="by_seats", asked={"group": 1.0}) == ["a", "c"]
    assert service.keys(index="by_seats", asked={"group": -1}) == ["d"]
    assert service.keys(index="by_seats", asked={"group": 3}) == []


@pytest.mark.parametrize("number", ["price", "seats"])
def test_what_a_list_depends_on_is_not_adjusted_but_changed(client: Any, number: str) -> None:
    service = Service(client)
    service.create("a", price=1, seats=1)
    request: Any = Request("adjust", {}, {}, None)

    with pytest.raises(LookupError, match=f"bookings: a list depends on {number}: change it, an adjustment can't move"):
        service.resource.adjust(request, ("j", "a"), 1, Bounds(number, 0, 9, lambda *_: Conflict()))
    assert service.keys(index="cheapest", asked={"exactly": 1}) == ["a"]


def test_an_adjustment_moves_an_item_in_the_list_of_the_last_changed(client: Any) -> None:
    service = Service(client)
    for key in "ab":
        service.create(key, stock=1)
    request: Any = Request("adjust", {}, {}, None)

    service.resource.adjust(request, ("j", "a"), 1, Bounds("stock", 0, 9, lambda *_: Conflict()))

    assert service.resource.find(("j", "a"))["stock"] == 2
    assert service.keys(index="changed", limit=1) == ["a", "b"]


def test_the_last_changed_is_first_in_a_list_by_updated_at(client: Any) -> None:
    service = Service(client)
    for key in "abc":
        service.create(key)

    service.call("PATCH", path_of("a"), {"name": "Ada"})

    assert service.keys(index="changed", limit=1) == ["a", "c", "b"]


def test_a_list_by_created_at_has_parts_as_well(client: Any) -> None:
    service = Service(client)
    times = [service.create(key)["createdAt"] for key in "abc"]

    def part(**asked: str) -> list[Any]:
        return service.keys(index="newest", limit=1, asked=asked)

    assert part(at_least=times[1]) == ["c", "b"]
    assert part(above=times[1]) == ["c"]
    assert part(below=times[1]) == ["a"]
    assert part(at_most=times[1]) == ["b", "a"]
    assert part(exactly=times[1]) == ["b"]
    # Between the microsecond of the second and the next.
    between = times[1].replace("Z", "5Z")
    assert (part(at_least=between), part(above=between)) == (["c"], ["c"])
    assert (part(below=between), part(at_most=between)) == (["b", "a"], ["b", "a"])
    assert part(exactly=between) == []
    assert (part(below="1900-01-01T00:00:00Z"), part(above="9999-01-01T00:00:00Z")) == ([], [])
    assert part(at_least="1900-01-01T00:00:00Z") == part(below="9999-01-01T00:00:00Z") == ["c", "b", "a"]
    assert part(below="soon") == []


def with_index(**changes: Any) -> Document:
    document = bookings()
    document["x-dynamodb"]["bookings"]["global_secondary_indexes"]["departures"] |= changes
    return document


AN_INDEX = "x-dynamodb bookings/departures: "
ORDER = AN_INDEX + "order_by must name a property of its items"
GROUPS = AN_INDEX + "groups_by must name a property of its items"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order_by": "colour"}, ORDER + " that is a string, a date, a time or a number; colour is none"),
        ({"order_by": "isFirstClass"}, ORDER),
        ({"order_by": "version"}, ORDER),
        ({"order_by": 5}, ORDER),
        ({"order_by": None}, ORDER),
        ({"order_by": ["price"]}, ORDER),
        (
            {"range_key": "namePosition"},
            AN_INDEX + "its range_key must be an attribute of its own: others are in another order",
        ),
        ({"ascending": "yes"}, AN_INDEX + "ascending is true for the least first"),
        ({"ascending": None}, AN_INDEX + "ascending is true for the least first"),
        ({"groups_by": []}, GROUPS),
        ({"groups_by": ["state", "state"]}, GROUPS),
        ({"groups_by": ["state", 5]}, GROUPS),
        ({"groups_by": ["state", "version"]}, GROUPS),
        (
            {"groups_by": ["state", "colour"]},
            GROUPS + " that is a string, a number or a boolean, or several such; colour",
        ),
        ({"groups_by": {"a": 1}}, GROUPS),
    ],
)
def test_an_order_that_the_engine_could_not_keep_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(with_index(**changes))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_limit_beyond_all_numbers_that_are_stored_is_beyond_them_in_a_list(sign: int) -> None:
    least, greatest = Decimal("1E-130"), Decimal("9.9E+125")
    ascending = [Decimal(0), Decimal("1E-200"), least, greatest, Decimal("1E+200")]

    found = [str(encoded("number", sign * each)) for each in ascending]

    assert found == sorted(found, reverse=sign < 0) and len(set(found)) == len(found)
    assert encoded("number", "1.50") == encoded("number", Decimal("1.5"))
