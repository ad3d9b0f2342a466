"""Items that show nothing of what the engine writes, and whose schema is put together of others."""

import pytest
from keyed import Service, keyed

from specbound.compiler.document import Document

UUID = {"type": "string", "format": "uuid"}
BARE = {"partId": UUID, "kind": {"type": "string", "nullable": True}, "serial": {"type": "integer"}}


def bare(item: Document) -> Document:
    contract = keyed(UUID)
    contract["components"]["schemas"] |= {"Part": item, "Bare": {"type": "object", "properties": BARE}}
    return contract


@pytest.mark.parametrize(
    "item",
    [
        {"type": "object", "required": ["partId"], "properties": BARE},
        {"allOf": [{"$ref": "#/components/schemas/Bare"}, {"required": ["partId"]}]},
        {"allOf": [{"$ref": "#/components/schemas/Given"}, {"type": "object", "properties": {"partId": UUID}}]},
    ],
)
def test_an_item_need_not_show_its_version_or_its_times(item: Document) -> None:
    service = Service(bare(item))

    made = [service.create({"kind": "bolt", "serial": number}) for number in range(3)]
    path = f"/parts/{made[0]['partId']}"
    status, changed, headers = service.call("PATCH", path, {"serial": 7})

    assert [each.keys() for each in made] == [{"partId", "kind", "serial"}] * 3
    assert (status, changed, headers["etag"]) == (200, made[0] | {"serial": 7}, '"2"')
    assert service.call("GET", path)[1:] == (changed, service.call("GET", path)[2])
    assert service.call("GET", path)[2]["etag"] == '"2"'
    assert service.keys() == [each["partId"] for each in reversed(made)]


def test_a_body_does_not_change_what_an_item_does_not_show() -> None:
    service = Service(bare({"type": "object", "required": ["partId"], "properties": BARE}))

    made = service.create({"kind": "bolt", "version": 7, "createdAt": "1999-01-01T00:00:00Z"})
    status, _, headers = service.call("PATCH", f"/parts/{made['partId']}", {"version": 7, "createdAt": "now"})

    assert (status, headers["etag"]) == (200, '"2"')
    assert service.keys() == [made["partId"]]


def test_what_is_made_without_a_version_shows_it_once_the_contract_does() -> None:
    before = Service(bare({"type": "object", "required": ["partId"], "properties": BARE}))
    made = before.create({"kind": "bolt"})
    contract = keyed(UUID)

    after = Service(contract, before.stored_as)
    _, part, _ = after.call("GET", f"/parts/{made['partId']}")

    assert part["version"] == 1
    assert part["createdAt"].endswith("Z")
