"""What the engine keeps of an item beside its fields is its own: no body reaches it, whatever its schema takes."""

from typing import Any

import boto3
import pytest

from tests.keyed import Service, keyed, path_of

OWN = ["listPartition", "kindPartition", "position", "~0", "~3", "~n" + "a" * 30, "~v" + "a" * 30, "~~x", "~", ""]
STAMPS = {"version": 7, "createdAt": "1999-01-01T00:00:00Z", "updatedAt": "1999-01-01T00:00:00Z", "partId": "another"}


@pytest.mark.parametrize("name", OWN)
def test_a_body_moves_no_item_out_of_its_lists_and_takes_no_version(name: str) -> None:
    service = Service(keyed())
    other = service.create({"kind": "round"})["partId"]
    made = service.create({"kind": "round", name: "x"})["partId"]

    changed = [service.call("PATCH", path_of(key), {name: "y"})[:2] for key in (other, made)]

    assert [(status, part["version"]) for status, part in changed] == [(200, 2), (200, 2)]
    assert service.keys() == service.keys("kind=round") == [made, other]
    # It is kept, though no schema tells of it.
    assert [each["~~" + name] for each in service.stored()] == ["y", "y"]


def test_a_member_of_an_object_may_have_any_name_however_deep(refused_by_aws: list[str]) -> None:
    document = keyed()
    for name in ("Given", "Part"):
        document["components"]["schemas"][name]["properties"]["notes"] = {"type": "object"}
    service = Service(document)
    notes = {"": 1, "~": 2, "~~": 3, "~~~a": [{"": {"": "x"}}]}

    part = service.create({"notes": notes})

    assert part["notes"] == notes
    assert service.call("GET", path_of(part["partId"]))[1] == part
    assert refused_by_aws == []


@pytest.mark.parametrize("name", STAMPS)
def test_what_the_engine_writes_of_every_item_is_not_taken_from_a_body(name: str) -> None:
    service = Service(keyed({"type": "string", "format": "uuid"}))

    made = service.create({"serial": 1, name: STAMPS[name]})
    status, changed, headers = service.call("PATCH", path_of(made["partId"]), {"serial": 2, name: STAMPS[name]})

    assert status == 200
    assert (made["version"], changed["version"], headers["etag"]) == (1, 2, '"2"')
    assert (changed["partId"], changed["createdAt"]) == (made["partId"], made["createdAt"])
    assert STAMPS[name] not in made.values()
    assert STAMPS[name] not in changed.values()


def test_a_property_may_be_called_as_an_attribute_of_the_engines() -> None:
    document = keyed()
    for name in ("Given", "Part"):
        document["components"]["schemas"][name]["properties"] |= {"~1": {"type": "string"}, "~x": {"type": "string"}}
    service = Service(document)

    part = service.create({"~1": "one", "~x": "ex"})
    status, changed, _ = service.call("PATCH", path_of(part["partId"]), {"~1": "two"})

    assert (part["~1"], part["~x"]) == ("one", "ex")
    assert (status, changed["~1"], changed["~x"]) == (200, "two", "ex")
    assert service.call("GET", path_of(part["partId"]))[1] == changed
    assert service.call("GET", "/parts")[1]["items"] == [changed]


def test_items_of_a_version_that_did_not_escape_are_shown_listed_and_changed() -> None:
    document = keyed({"type": "string", "format": "uuid"})
    document["components"]["schemas"]["Part"]["properties"]["~x"] = {"type": "string"}
    service = Service(document)
    key, position = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "0649a8e2f000007f9c24e83b124fef91e055aa3c3e1b5d"
    boto3.resource("dynamodb").Table(service.stored_as).put_item(
        Item={
            "partId": key,
            "kind": "round",
            "~x": "kept",
            "~1": "token",
            "version": 1,
            "createdAt": "2026-01-31T09:30:00.000000Z",
            "listPartition": "#1",
            "kindPartition": "round#1",
            "position": position,
        }
    )

    assert service.keys() == service.keys("kind=round") == [key]
    assert service.call("GET", path_of(key))[1]["~x"] == "kept"
    status, changed, _ = service.call("PATCH", path_of(key), {"kind": "square", "~x": "new"})
    assert (status, changed["~x"], changed["version"]) == (200, "new", 2)
    assert service.call("GET", path_of(key))[1] == changed
    assert (service.keys("kind=round"), service.keys("kind=square")) == ([], [key])


@pytest.mark.parametrize("kind", [{}, {"kind": None}])
def test_an_item_without_what_an_index_groups_by_is_in_none_of_its_lists_until_it_has_it(kind: dict[str, Any]) -> None:
    service = Service(keyed())

    key = service.create(kind)["partId"]

    assert (service.keys(), service.keys("kind=round")) == ([key], [])
    assert service.call("PATCH", path_of(key), {"kind": "round"})[0] == 200
    assert service.keys("kind=round") == [key]
    assert service.call("PATCH", path_of(key), {"kind": None})[0] == 200
    assert (service.keys(), service.keys("kind=round")) == ([key], [])


def test_what_is_too_long_to_be_listed_by_is_refused_and_lists_nothing() -> None:
    service = Service(keyed())
    fits, longer = "k" * 2045, "k" * 2046

    key = service.create({"kind": fits})["partId"]

    assert service.keys(f"kind={fits}") == [key]
    for method, path in (("POST", "/parts"), ("PATCH", path_of(key))):
        status, problem, _ = service.call(method, path, {"kind": longer})
        assert (status, problem["errors"][0]["pointer"]) == (400, "/kind")
    assert service.keys(f"kind={longer}") == []


@pytest.mark.parametrize("body", [{"name": "x" * 410_000}, {f"name{number}": 1 for number in range(400)}])
def test_more_than_can_be_stored_is_413_and_changes_nothing(body: dict[str, Any], refused_by_aws: list[str]) -> None:
    document = keyed()
    for path, method in (("/parts", "post"), ("/parts/{partId}", "patch")):
        document["paths"][path][method]["requestBody"]["x-max-bytes"] = 1_000_000
    service = Service(document)
    part = service.create({"kind": "round"})

    status, problem, _ = service.call("PATCH", path_of(part["partId"]), body)

    assert (status, problem["type"]) == (413, "urn:problem-type:content-too-large")
    assert service.call("GET", path_of(part["partId"]))[1] == part
    # Of too many bytes DynamoDB says so itself.
    assert len(refused_by_aws) == (len(body) == 1)
    refused_by_aws.clear()


@pytest.mark.parametrize("digits", ["9" * 38, "-" + "9" * 38, str(2**63), str(-(2**64)), "1" + "0" * 37])
def test_an_integer_of_38_digits_is_kept_to_the_last_one(digits: str) -> None:
    service = Service(keyed())

    key = service.create(f'{{"serial": {digits}}}')["partId"]

    assert service.call("GET", path_of(key))[1]["serial"] == int(digits)
    assert service.stored()[0]["serial"] == int(digits)


@pytest.mark.parametrize("digits", ["9" * 39, "-" + "9" * 39, "1" + "0" * 200, "1e126"])
def test_a_longer_integer_is_refused(digits: str) -> None:
    status, problem, _ = Service(keyed()).call("POST", "/parts", f'{{"serial": {digits}}}')

    assert (status, problem["type"]) == (400, "urn:problem-type:bad-request")
