"""Any string and any number is a key: made, found, changed, listed page by page and removed."""

from typing import Any

import pytest

from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from tests.keyed import Service, keyed, path_of

SLUG = {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 60}
DATE = {"type": "string", "format": "date"}
INTEGER = {"type": "integer", "format": "int64"}
ODD = ["a b", "ä/ö", "#1", "x" * 2048, "100%", "a?b=c", "..", "7F9C24E8-3B12-4FEF-91E0-55AA3C3E1B5D"]
KEYS: dict[str, tuple[Document, list[Any]]] = {
    "slugs": (keyed(SLUG), ["red-mouse", "blue-mouse", "0", "-"]),
    "dates": (keyed(DATE), ["2026-01-31", "2026-02-01", "1999-12-31"]),
    "any text": (keyed({"type": "string"}), [each for each in ODD if each != ".."]),
    "whole numbers": (keyed(INTEGER, key_type="N"), [5, 0, -7, 2**63 - 1, -(2**63)]),
    "long numbers": (keyed({"type": "integer"}, key_type="N"), [int("9" * 38), -int("9" * 38), 1]),
    "numbers": (keyed({"type": "number"}, key_type="N"), [1.5, -0.25, 3, 1e-9]),
    # As it is often written: a number of which the path makes text, or the other way round.
    "numbers by text": (keyed(INTEGER, {"type": "string"}, "N"), [5, 10]),
    "text by numbers": (keyed({"type": "string"}, INTEGER), ["5", "10"]),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_part_of_any_key_is_made_found_changed_listed_and_removed(name: str) -> None:
    document, keys = KEYS[name]
    service = Service(document)

    for key in keys:
        status, part, headers = service.call("POST", "/parts", {"partId": key, "kind": "round"})
        assert (status, part["partId"]) == (201, key)
        assert service.call("GET", headers["location"])[:2] == (200, part)
    assert service.keys("limit=1") == service.keys("limit=100") == keys[::-1]
    assert service.keys("limit=2&kind=round") == keys[::-1]
    for key in keys:
        status, part, _ = service.call("PATCH", path_of(key), {"kind": "square"})
        assert (status, part["partId"], part["version"]) == (200, key, 2)
        assert service.call("POST", "/parts", {"partId": key})[0] == 409
    assert service.keys("kind=round") == []
    assert service.keys("limit=1&kind=square") == keys[::-1]
    for key in keys:
        assert service.call("DELETE", path_of(key))[0] == 204
        assert service.call("GET", path_of(key))[0] == 404
    assert service.keys() == []


@pytest.mark.parametrize("key", ["", "x" * 2049, "é" * 1025])
def test_what_can_be_no_key_is_refused_and_found_nowhere(key: str) -> None:
    service = Service(keyed({"type": "string"}))

    status, problem, _ = service.call("POST", "/parts", {"partId": key})

    assert (status, problem["errors"][0]["pointer"]) == (400, "/partId")
    if key:
        assert [service.call(method, path_of(key), body)[0] for method, body in CALLS] == [404] * len(CALLS)


CALLS = [("GET", None), ("PATCH", {"serial": 1}), ("DELETE", None)]


def test_a_number_is_asked_for_and_a_text_is_made() -> None:
    numbers, texts = Service(keyed(INTEGER, {"type": "string"}, "N")), Service(keyed({"type": "string"}))

    status, problem, _ = numbers.call("POST", "/parts", {"kind": "round"})

    assert (status, problem["errors"][0]["pointer"]) == (400, "/partId")
    assert numbers.call("GET", "/parts/five")[0] == 404
    assert len(texts.create({"kind": "round"})["partId"]) == 36


def test_a_uuid_is_always_the_engines_whatever_the_body_says() -> None:
    service = Service(keyed({"type": "string", "format": "uuid"}))

    part = service.create({"partId": "00000000-0000-4000-8000-000000000000"})

    assert part["partId"] != "00000000-0000-4000-8000-000000000000"
    assert service.keys() == [part["partId"]]


def test_parts_of_the_same_moment_are_each_on_one_page() -> None:
    service = Service(keyed(SLUG))
    for number in range(20):
        service.create({"partId": f"part-{number}"})
    positions = [each["position"] for each in service.stored()]

    assert len(set(positions)) == 20
    assert all(len(each) == 46 for each in positions)
    assert sorted(service.keys("limit=3")) == sorted(f"part-{number}" for number in range(20))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (keyed(INTEGER), "x-dynamodb parts/item/partId: it is the table's key, of type S, and must be a string."),
        (keyed(SLUG, key_type="N"), "partId: it is the table's key, of type N, and must be a number."),
        (keyed(SLUG, key_type="B"), "x-dynamodb parts: hash_key must be one of its table's attributes, of type S or N"),
        (keyed({"type": "object"}), "must be a string"),
    ],
)
def test_a_key_of_another_type_than_its_attribute_is_refused(document: Document, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(document)

    assert message in str(refused.value)


def test_who_gives_keys_is_told_by_the_type_checker_and_may_be_answered_409() -> None:
    uuid, number = keyed({"type": "string", "format": "uuid"}), keyed(INTEGER, key_type="N")

    [made, given, may_be_given] = (
        types(each).split("class PartsInsert(")[1].split("class ")[0] for each in (uuid, number, keyed(SLUG))
    )
    assert "partId" not in made
    assert "    partId: ReadOnly[PartId]\n" in given
    assert "    partId: NotRequired[ReadOnly[PartId]]\n" in may_be_given
    assert "409" in compile_contract(keyed(SLUG))["operations"]["create_part"]["replies"]
    assert "409" not in compile_contract(uuid)["operations"]["create_part"]["replies"]
