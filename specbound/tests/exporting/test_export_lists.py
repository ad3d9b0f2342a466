"""What of a contract can be exported: every list that ends, whatever it calls its things."""

from specbound.clients.python.exporter.lists import listings

CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
SIZE = {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 50}}
STOP = {"name": "stopId", "in": "path", "required": True, "schema": {"type": "string"}}
AFTER = {"name": "after", "in": "query", "required": True, "schema": {"type": "array", "items": {"type": "string"}}}
TRAIN = {"allOf": [{"properties": {"id": {"type": "string"}}}, {"properties": {"leaves": {"type": "string"}}}]}


def contract(parameters, page, **more):
    reply = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
    operation = {"operationId": "listTrains", "responses": {"200": reply}, "parameters": parameters, **more}
    return {
        "paths": {"/stops/{stopId}/trains": {"parameters": [STOP], "get": operation}},
        "components": {"schemas": {"Page": {"type": "object", "properties": page}, "Train": TRAIN}},
    }


def listed(name="Train"):
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def test_a_list_with_names_of_its_own_and_steps_in_its_path_is_one():
    names = {"token": "cursor", "limit": "size", "items": "trains", "next": "more"}
    page = {"trains": listed(), "more": {"type": "string"}}

    [found] = listings(contract([CURSOR, SIZE, AFTER], page, **{"x-page": names}))

    assert (found.name, found.operation_id, found.route) == ("trains", "listTrains", "/stops/{stopId}/trains")
    assert (found.token, found.limit, found.items, found.next, found.longest) == (
        "cursor",
        "size",
        "trains",
        "more",
        50,
    )
    assert (found.path, found.query, found.arrays) == (("stopId",), {"after": True}, {"after"})
    assert found.columns == ("id", "leaves")


def test_what_is_answered_at_once_is_a_list_and_what_has_numbered_pages_is_none():
    numbered = {"name": "page", "in": "query", "schema": {"type": "integer"}}

    [whole] = listings(contract([], {"items": listed()}))

    assert (whole.token, whole.limit) == ("", "")
    assert listings(contract([numbered], {"items": listed()})) == []
    assert listings(contract([], {"item": {"type": "object"}})) == []


def test_lists_of_one_name_are_told_apart_by_their_operations():
    both = contract([], {"items": listed()})
    other = both["paths"]["/stops/{stopId}/trains"]["get"] | {"operationId": "listAll"}
    both["paths"]["/trains"] = {"get": other}

    assert [each.name for each in listings(both)] == ["listTrains", "listAll"]


def test_an_earlier_version_has_lists_below_its_name_as_its_client_has():
    both = contract([], {"items": listed()})
    own = both["paths"]["/stops/{stopId}/trains"]["get"]
    both["paths"]["/v1/trains"] = {"get": own | {"operationId": "v1_listTrains", "tags": ["v1/trains"]}}
    both["paths"]["/v1/stops"] = {"get": own | {"operationId": "v1_listStops", "tags": ["v1"]}}

    assert [each.name for each in listings(both)] == ["trains", "v1.trains", "v1.stops"]
