"""House rules: a contract compiles without them, the lint asks for each, and what is left unsaid has a value."""

import json
from functools import reduce
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import pytest

from specbound.compiled import CompiledContract
from specbound.compiler.artefact import artefact
from specbound.compiler.document import Document, declarations, load
from specbound.compiler.house import house_rules
from specbound.compiler.names import function_name
from specbound.compiler.pointers import NOTHING as NOWHERE
from specbound.compiler.pointers import child
from specbound.compiler.published import published, with_whole_paths
from specbound.compiler.rules import check
from specbound.compiler.servers import base_path, path_of
from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from specbound.contract import Breach, Contract
from specbound.evolution import clients, data
from specbound.messages import Response
from tests.changed import DROP, Change, listed, said, without

NOTES = Path(__file__).parent / "notes" / "openapi.yaml"
THINGS = Path(__file__).parent / "contracts" / "things.yaml"
GET = ("paths", "/things", "get")
NOTHING = {"description": "Nothing."}
PROBLEM = NOTHING | {"content": {"application/problem+json": {"schema": {"type": "object", "required": ["title"]}}}}
LACKING = {
    "say which scope it needs": without(*GET, "security"),
    "give it an operationId": without(*GET, "operationId"),
    "write its operationId as its function is called: list_things": said(*GET, operationId="listThings"),
    "write its operationId as its function is called: import_": said(*GET, operationId="import"),
    "say with x-max-bytes how large its body may be, instead of 1048576 bytes": without(
        "paths", "/things/{thingId}", "put", "requestBody", "x-max-bytes"
    ),
    "default: name each status": said(*GET, "responses", default=NOTHING),
    "4XX: name each status": said(*GET, "responses", **{"4XX": NOTHING}),
    "there is only nextToken": lambda c: c["paths"]["/things"]["get"]["parameters"].pop(0),
    "there is only limit": lambda c: c["paths"]["/things"]["get"]["parameters"].pop(1),
    "say the table of its keys in x-dynamodb": without("x-dynamodb", "idempotency"),
    "write /v1 into the paths": lambda c: c.update(servers=[{"url": "https://example.com/v1"}]),
    "write /v2 into the paths": said("paths", "/things", servers=[{"url": "v2/"}]),
    "write /v3 into the paths": said(*GET, servers=[{"url": "/v3"}]),
    "its base path is not the first server's": lambda c: c.update(servers=[{"url": "/"}, {"url": "/test"}]),
}  # fmt: skip


def compiled(document: Document) -> CompiledContract:
    return cast(CompiledContract, json.loads(json.dumps(compile_contract(document))))


def contract(document: Document) -> Contract[Any]:
    made = compiled(document)
    return Contract(made, environment={f"TABLE_{name.upper()}": "local" for name in made["tables"]})


def test_a_contract_that_keeps_them_all_has_no_finding() -> None:
    assert list(house_rules(listed(lambda _: None))) == []


@pytest.mark.parametrize("complaint", LACKING)
def test_each_is_found_by_the_lint_and_not_needed_to_compile(complaint: str) -> None:
    document = listed(LACKING[complaint])

    found = list(check(document))
    contract(document)
    types(document)

    assert [place for place, said in found if complaint in said]
    assert all(reduce(child, place, document) is not NOWHERE for place, _ in found)


MADE = "post_users_by_user_id_log_in"


@pytest.mark.parametrize(
    ("public_id", "name"),
    [
        ("get_user", "get_user"), ("a1__b_", "a1__b_"), ("getUser", "get_user"), ("GetUserByID", "get_user_by_id"),
        ("listURLs", "list_urls"), ("HTTPServer2Go", "http_server2_go"), ("get-user", "get_user"),
        ("users/get.all", "users_get_all"), ("_getUser_", "get_user"), ("get user", "get_user"), ("größe", "groe"),
        ("import", "import_"), ("Import", "import_"), ("None", "none"), ("2fa", "post_2fa"),
        ("", MADE), ("取得", MADE), ("__", MADE),
    ],
)  # fmt: skip
def test_a_function_is_named_after_the_operation_id(public_id: str, name: str) -> None:
    assert function_name(public_id, "POST", "/users/{userId}/log-in") == name
    assert function_name(name, "POST", "/") == name


def test_the_artefact_has_an_operation_by_the_name_of_its_function_with_its_public_name_and_its_line() -> None:
    made = artefact(NOTES)

    assert {name: each["public_id"] for name, each in made["operations"].items()} == {
        "list_notes": "listNotes",
        "post_notes": "post_notes",
        "notes_get_by_id": "Notes.getByID",
        "import_": "import",
    }
    lines = NOTES.read_text(encoding="utf-8").splitlines()
    places = {name: lines[int(place.partition(":")[2]) - 1].strip() for name, place in made["places"].items()}
    assert places["post_notes"] == "post:"
    assert places["notes_get_by_id"] == "operationId: Notes.getByID"


def test_callers_are_told_every_name_and_how_large_a_body_may_be() -> None:
    document = load(NOTES)
    shown = published(document)

    paths = shown["paths"]
    assert [paths["/notes"][method]["operationId"] for method in ("get", "post")] == ["listNotes", "post_notes"]
    assert paths["/notes"]["post"]["requestBody"]["x-max-bytes"] == 2**20
    assert shown["components"]["requestBodies"]["Text"]["x-max-bytes"] == 2**20
    assert document == load(NOTES)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/", ""), ("", ""), ("https://example.com", ""), ("https://example.com/", ""), ("/v1", "/v1"), ("v1/", "/v1"),
        ("./v1", "/v1"), ("//example.com/a/b/", "/a/b"), ("https://example.com:8080/v1?a=b#c", "/v1"), ("../v1", "/v1"),
        ("https://{host}/v1", "/v1"), ("{base}/x", "/api/x"), ("/{version}", "/2"), ("/{other}", None),
        ("https://[::1", None),
    ],
)  # fmt: skip
def test_a_base_path_is_that_of_the_url_with_its_variables(url: str, path: str | None) -> None:
    variables = {"version": {"default": "2"}, "base": {"default": "https://example.com/api"}}

    assert path_of({"url": url, "variables": variables}) == path


def test_the_first_server_of_the_innermost_that_names_any_counts() -> None:
    outer, inner = {"servers": [{"url": "/a"}, {"url": "/b"}]}, {"servers": [{"url": "/c"}]}

    assert [base_path(*each) for each in ((inner, outer), ({}, outer), ({"servers": []}, outer), ({},))] == [
        "/c",
        "/a",
        "/a",
        "",
    ]


def test_base_paths_are_in_the_routes_of_the_function_and_of_the_deployment() -> None:
    made = artefact(NOTES)

    assert made["routes"] == {
        "GET /v1/notes": "list_notes",
        "POST /v1/notes": "post_notes",
        "GET /v1/notes/{noteId}": "notes_get_by_id",
        "PUT /admin/notes/{noteId}": "import_",
    }
    assert made["infrastructure"]["routes"].keys() == made["routes"].keys() | {
        "HEAD /v1/notes",
        "HEAD /v1/notes/{noteId}",
    }
    assert {route["id"] for route in made["infrastructure"]["routes"].values()} == made["operations"].keys()


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/notes/5", "/v1/notes/5"), ("/notes?a=/b#c", "/v1/notes?a=/b#c"), ("/v1/notes/5", "/v1/notes/5"),
        ("/other", "/other"), ("/notes/a%2Fb", "/v1/notes/a%2Fb"),
    ],
)  # fmt: skip
def test_a_path_of_the_contract_is_found_below_its_base_path(path: str, whole: str) -> None:
    assert contract(load(NOTES)).whole_path(path) == whole


def test_tools_that_know_of_one_address_get_whole_paths() -> None:
    document = with_whole_paths(published(load(NOTES)))

    operations = {each.place: each for each in declarations(document)}
    assert operations.keys() == compiled(load(NOTES))["routes"].keys()
    assert document["servers"] == [{"url": "/"}]
    assert [each["name"] for each in operations["GET /v1/notes/{noteId}"].parameters] == ["noteId"]
    assert compiled(document)["routes"] == compiled(load(NOTES))["routes"]


def test_a_document_without_base_paths_is_whole() -> None:
    document = load(THINGS)

    assert with_whole_paths(document) is document


def test_a_server_that_is_a_host_alone_is_where_the_api_is() -> None:
    document = load(THINGS)

    elsewhere = with_whole_paths(document | {"servers": [{"url": "https://api.example.com"}]})

    assert elsewhere["servers"] == [{"url": "/"}]
    assert elsewhere["paths"].keys() == document["paths"].keys()


REPLIES = {"200": NOTHING, "2XX": PROBLEM, "404": NOTHING, "4XX": PROBLEM}


@pytest.mark.parametrize(
    ("responses", "status", "body", "is_promised"),
    [
        (REPLIES, 200, None, True), (REPLIES, 200, {"title": "a"}, False), (REPLIES, 202, {"title": "a"}, True),
        (REPLIES, 202, {}, False), (REPLIES, 202, None, False), (REPLIES, 204, None, True),
        (REPLIES, 204, {"title": "a"}, False), (REPLIES, 404, {"title": "a"}, False), (REPLIES, 404, None, True),
        (REPLIES, 409, {"title": "a"}, True), (REPLIES, 409, {"name": "a"}, False), (REPLIES, 500, None, False),
        (REPLIES | {"default": NOTHING}, 500, None, True), (REPLIES | {"default": NOTHING}, 409, None, False),
        ({"default": PROBLEM}, 304, None, True), ({"default": PROBLEM}, 303, None, False),
    ],
)  # fmt: skip
def test_a_reply_is_checked_against_the_nearest_that_is_declared(
    responses: Document, status: int, body: Any, is_promised: bool
) -> None:
    document = listed(said(*GET, responses=responses, parameters=[]))
    operation = contract(document).operations["list_things"]
    response = Response(HTTPStatus(status), body, {}, "application/problem+json")

    if is_promised:
        operation.check_reply(response)
    else:
        with pytest.raises(Breach):
            operation.check_reply(response)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({"200": NOTHING, "default": NOTHING}, "Response[Literal[HTTPStatus.OK], None]"),
        ({"3XX": NOTHING, "301": PROBLEM, "200": NOTHING}, "HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.FOUND"),
        ({"4XX": NOTHING, "5XX": NOTHING}, "ListThingsResponse: TypeAlias = Never"),
        ({"default": PROBLEM}, "Response[Literal[HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED], None]"),
    ],
)  # fmt: skip
def test_a_function_may_answer_what_a_range_promises_and_the_default_where_nothing_else_is_a_success(
    responses: Document, expected: str
) -> None:
    made = types(listed(said(*GET, responses=responses, parameters=[])))

    assert expected in made
    exec(compile(made, "types.py", "exec"), {"__name__": "types"})


def test_an_extension_among_the_replies_is_none_of_them() -> None:
    document = listed(said(*GET, "responses", **{"x-note": {"colour": "red"}}))

    assert compiled(document) == compiled(listed(lambda _: None))
    assert not [said for _, said in house_rules(document)]
    assert types(document) == types(listed(lambda _: None))
    assert clients.compare(document, listed(lambda _: None)) == []


def test_the_page_of_a_list_may_be_promised_by_a_range() -> None:
    def range_of(contract: Document) -> None:
        replies = contract["paths"]["/things"]["get"]["responses"]
        replies["2XX"] = replies.pop("200")

    compile_contract(listed(range_of))


@pytest.mark.parametrize("tables", [DROP, {}])
def test_a_contract_without_tables_compiles_and_its_parameters_are_its_own(tables: Any) -> None:
    document = load(NOTES)
    said(**{"x-dynamodb": tables})(document)
    document["paths"]["/notes"]["get"]["parameters"].append(
        {"name": "nextToken", "in": "query", "schema": {"type": "integer"}}
    )
    document["paths"]["/notes"]["post"].pop("parameters")

    assert compiled(document)["tables"] == {}
    assert "class Tables:" in types(document)


def test_the_table_of_idempotency_keys_is_made_with_its_rights_where_nobody_says_it() -> None:
    spoken, silent = compiled(listed(lambda _: None)), compiled(listed(without("x-dynamodb", "idempotency")))

    assert silent["tables"]["idempotency"] == spoken["tables"]["idempotency"]
    assert silent["infrastructure"]["tables"]["idempotency"] == spoken["infrastructure"]["tables"]["idempotency"]
    assert "idempotency: IdempotencyTable" in types(listed(without("x-dynamodb", "idempotency")))
    assert data.compare(spoken, silent) == data.compare(silent, spoken) == []


def test_what_is_left_open_is_known_and_what_is_said_to_be_public_is_not_among_it() -> None:
    made = compiled(load(NOTES))

    assert made["infrastructure"]["left_open"] == ["list_notes", "post_notes", "notes_get_by_id"]
    assert all(each["security"] == [] for each in made["operations"].values())
    assert compiled(load(NOTES) | {"security": []})["infrastructure"]["left_open"] == []


OWN = ("paths", "/notes/{noteId}", "put")
COMPARED: dict[str, tuple[Change, str | None]] = {
    "an operation is called otherwise": (
        said("paths", "/notes", "get", operationId="list_notes"),
        'GET /notes operationId: "listNotes" → "list_notes"',
    ),
    "an operation has a name": (said("paths", "/notes", "post", operationId="note"), None),
    "a body may be larger": (said("paths", "/notes", "post", "requestBody", **{"x-max-bytes": 2**21}), None),
    "a body may not be as large": (
        said("paths", "/notes", "post", "requestBody", **{"x-max-bytes": 100}),
        "requestBody/x-max-bytes: 1048576 → 100",
    ),
    "an error of the default is said": (
        said("paths", "/notes/{noteId}", "get", "responses", **{"404": {"$ref": "#/components/responses/Problem"}}),
        None,
    ),
    "an error of the default is another": (
        said("paths", "/notes/{noteId}", "get", "responses", **{"404": NOTHING}),
        "GET /notes/{noteId} responses/404/content/application/problem+json: was",
    ),
    "a range is gone, and the default has its errors": (
        without("paths", "/notes", "post", "responses", "4XX"),
        None,
    ),
    "the default is gone": (
        without("paths", "/notes", "post", "responses", "default"),
        "POST /notes responses/default: was",
    ),
    "errors are promised": (said("paths", "/notes", "get", "responses", default=NOTHING), None),
    "routes begin otherwise": (lambda c: c["servers"].reverse(), 'servers: "/v1" → "/"'),
    "an operation's route begins otherwise": (
        said(*OWN, servers=[{"url": "/root"}]),
        'PUT /notes/{noteId} servers: "/admin" → "/root"',
    ),
    "an operation begins as all do": (said(*OWN, servers=DROP), 'PUT /notes/{noteId} servers: was "/admin"'),
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_change_of_what_is_left_unsaid_breaks_clients_if_it_is_one_to_them(name: str) -> None:
    change, expected = COMPARED[name]
    later = load(NOTES)
    change(later)

    found = [str(each) for each in clients.compare(load(NOTES), later)]

    assert any(expected in each for each in found) if expected else found == []


def test_a_status_that_a_range_or_the_default_still_promises_is_none_that_a_rollback_would_answer_again() -> None:
    earlier, later = load(NOTES), load(NOTES)
    del later["paths"]["/notes"]["post"]["responses"]["4XX"]
    assert data.compare(compiled(earlier), compiled(later)) == []

    del later["paths"]["/notes"]["post"]["responses"]["default"]
    found = data.compare(compiled(earlier), compiled(later))
    assert [each.place for each in found] == ["POST /v1/notes responses/4XX", "POST /v1/notes responses/default"]
    assert {each.steps for each in found} == {("#", "paths", "/notes", "post", "responses")}
