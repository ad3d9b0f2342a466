"""A key of two parts: parent and child are made, found, changed and removed, and the children listed in their order."""

from decimal import Decimal
from typing import Any

import boto3
import pytest

from specbound import Misconfigured, NotFound, Request
from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from specbound.store.items import get_many
from specbound.testing import empty
from tests.bookings import Service, bookings, path_of

INTEGER = {"type": "integer"}
KEYS: dict[str, tuple[Document, list[Any]]] = {
    "text": (bookings(), ["a", "a b", "aa", "x" * 1024, "ä/ö", "\U0001f600"]),
    "dates": (bookings({"type": "string", "format": "date"}), ["1999-12-31", "2026-01-31", "2026-02-01"]),
    "whole numbers": (bookings(INTEGER, "N"), [-int("9" * 38), -7, 0, 5, 10, int("9" * 38)]),
    "numbers": (bookings({"type": "number"}, "N"), [-1.5, -0.25, 0, 0.001, 3, 1000.5]),
}


@pytest.fixture
def client() -> Any:
    empty()
    return boto3.client("dynamodb")


@pytest.mark.parametrize("name", KEYS)
def test_a_child_of_any_key_is_made_found_changed_listed_and_removed(client: Any, name: str) -> None:
    document, keys = KEYS[name]
    service = Service(client, document)

    for key in reversed(keys):
        status, made, headers = service.call("POST", "/journeys/j/bookings", {"bookingId": key})
        assert (status, made["bookingId"], made["journeyId"]) == (201, key, "j")
        assert headers["location"] == path_of(key)
        assert service.call("GET", headers["location"])[:2] == (200, made)
        service.create(key, journey="another")
    for limit in (1, 2, 100):
        assert service.keys("/journeys/j/bookings", limit) == keys
    assert len(service.keys(index="newest", limit=3)) == 2 * len(keys)
    for key in keys:
        status, changed, _ = service.call("PATCH", path_of(key), {"name": "Ada"})
        assert (status, changed["bookingId"], changed["version"]) == (200, key, 2)
        assert service.call("POST", "/journeys/j/bookings", {"bookingId": key})[0] == 409
    for key in keys[1:]:
        assert service.call("DELETE", path_of(key))[0] == 204
        assert service.call("GET", path_of(key))[0] == 404
    assert service.keys("/journeys/j/bookings") == keys[:1]
    assert service.keys("/journeys/another/bookings") == keys


@pytest.mark.parametrize("key", ["1e999", "9" * 39, "x", "", None])
def test_what_is_no_number_that_can_be_kept_is_no_key_where_keys_are_numbers(client: Any, key: Any) -> None:
    table = Service(client, bookings(INTEGER, "N")).table

    assert table.key_of(("j", key)) is None
    assert table.key_of(("j", "5")) == ("j", 5)


def test_children_are_limited_by_their_range_key(client: Any) -> None:
    service = Service(client)
    for key in "abcdef":
        service.create(key)

    def asked(limit: int, **limits: str) -> list[Any]:
        return service.keys("/journeys/j/bookings", limit, **limits)

    for limit in (1, 2, 100):
        assert asked(limit, **{"from": "c"}) == list("cdef")
        assert asked(limit, before="c") == list("ab")
        assert asked(limit, **{"from": "b", "before": "e"}) == list("bcd")
        assert asked(limit, **{"from": "e", "before": "b"}) == []
    assert asked(2, **{"from": ""}) == []


def test_the_engine_makes_a_range_key_that_may_be_a_uuid_and_asks_for_any_other(client: Any) -> None:
    made, number = Service(client), Service(client, bookings(INTEGER, "N"))

    assert len(made.create()["bookingId"]) == 36
    status, problem, _ = number.call("POST", "/journeys/j/bookings", {})
    assert (status, [each["pointer"] for each in problem["errors"]]) == (400, ["/bookingId"])


@pytest.mark.parametrize("key", ["", "x" * 1025])
def test_what_can_be_no_range_key_is_refused_and_found_nowhere(client: Any, key: str) -> None:
    service = Service(client)

    status, problem, _ = service.call("POST", "/journeys/j/bookings", {"bookingId": key})

    assert (status, problem["errors"][0]["detail"]) == (400, "must be a key, of 1 to 1024 bytes")
    if key:
        assert service.call("GET", path_of(key))[0] == 404
    assert service.keys("/journeys/j/bookings") == []


@pytest.mark.parametrize("token", ["6261", "626", "ff00", "6200" * 300])
def test_hex_digits_that_nobody_was_given_as_a_cursor_lead_somewhere(client: Any, token: str) -> None:
    """A contract can say no more of a cursor: a request that it describes is answered."""
    service = Service(client)
    service.create("a")

    status, body, _ = service.call("GET", "/journeys/j/bookings", nextToken=token)

    assert status == 200, body


@pytest.mark.parametrize("token", ["00", "0", "b4" * 1023])
def test_a_cursor_that_could_be_no_keys_is_a_400(client: Any, token: str) -> None:
    status, body, _ = Service(client).call("GET", "/journeys/j/bookings", nextToken=token)

    assert status == 400 and body["errors"][0]["pointer"] == "/nextToken", body


def test_a_key_is_a_tuple_wherever_a_key_is_taken(client: Any) -> None:
    service = Service(client)
    service.create("a", name="Ada")

    assert service.resource.find(("j", "a"))["name"] == "Ada"
    assert [each["bookingId"] for each in get_many(service.table, [("j", "b"), ("j", "a"), ("k", "a")])] == ["a"]
    for wrong in ("a", ("a", "j"), ("j",), ("j", "a", "b"), ("j", None), (True, "a")):
        with pytest.raises(NotFound):
            service.resource.find(wrong)  # type: ignore[arg-type]
    assert service.table.key_of((Decimal(5), "a")) == ("5", "a")


def test_children_need_the_right_to_query(client: Any) -> None:
    service = Service(client, with_table(actions=["GetItem", "PutItem", "UpdateItem", "DeleteItem"]))
    request: Any = Request("list", {"limit": 10}, None, None)

    with pytest.raises(Misconfigured, match="x-dynamodb bookings: children are found by Query, which is not among"):
        service.resource.children(request, "j")
    assert service.keys(index="newest") == []


def with_table(**changes: Any) -> Document:
    document = bookings()
    document["x-dynamodb"]["bookings"] |= changes
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (with_table(range_key="journeyId"), "x-dynamodb bookings: its range_key must be another attribute than its"),
        (with_table(range_key="seats"), "x-dynamodb bookings: range_key must be one of its table's attributes, of"),
        (with_table(range_key=["seats"]), "x-dynamodb bookings: range_key must be one of its table's attributes, of"),
        (with_table(range_key=None), "x-dynamodb bookings: range_key must be one of its table's attributes, of type"),
        (with_table(ttl_attribute="bookingId"), "ttl_attribute names the attribute, not the key"),
        (bookings(INTEGER), "item/bookingId: it is the table's key, of type S, and must be a string"),
        (bookings({"type": "object"}), "item/bookingId: it is the table's key, of type S, and must be a string"),
    ],
)
def test_a_range_key_that_the_engine_could_not_use_is_refused(document: Document, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(document)

    assert message in str(refused.value)


def test_the_type_of_a_new_item_asks_for_the_parent_and_perhaps_for_the_child() -> None:
    [made, given] = (
        types(each).split("class BookingsInsert(")[1].split("class ")[0]
        for each in (bookings(), bookings(INTEGER, "N"))
    )

    assert "    journeyId: ReadOnly[str]\n" in made
    assert "    bookingId: NotRequired[ReadOnly[BookingId]]\n" in made
    assert "    bookingId: ReadOnly[BookingId]\n" in given
