"""Standard operations: what is plain create, get, list, change or removal of a table's items is served without code."""

from pathlib import Path
from typing import Any

import pytest
from plain import Plain

from specbound import Request, Response
from specbound.compiler.bundle import bundled
from specbound.compiler.document import Document, declarations, load
from specbound.compiler.explanation import explained
from specbound.compiler.standard import standard
from specbound.compiler.translation import compile_contract
from specbound.settings import Misconfigured

SHELF = Path(__file__).parent / "contracts" / "shelf.yaml"
BOOK = {"title": "Emma", "genre": "novel"}


@pytest.fixture
def shelf() -> Plain:
    return Plain(load(SHELF))


def test_an_item_is_created_shown_listed_changed_and_removed_without_a_function(shelf: Plain) -> None:
    status, made, headers = shelf.call("POST", "/v2/books", BOOK)
    place = headers["location"]

    assert status == 201
    assert made.items() > (BOOK | {"state": "in", "copies": 1}).items()
    assert place == f"/v2/books/{made['bookId']}"
    assert shelf.call("GET", place)[:2] == (200, made)
    assert shelf.call("GET", "/v2/books")[:2] == (200, {"items": [made], "count": 1})

    status, changed, _ = shelf.call("PATCH", place, {"pages": 400})

    assert (status, changed) == (200, made | {"pages": 400})
    assert shelf.call("DELETE", place)[:2] == (204, None)
    assert shelf.call("GET", place)[0] == 404


def test_a_list_is_in_pages_and_filtered_by_what_an_index_groups_by(shelf: Plain) -> None:
    made = [shelf.call("POST", "/v2/books", BOOK | {"title": str(number)})[1] for number in range(3)]
    poems = shelf.call("POST", "/v2/books", {"title": "Odes", "genre": "poems"})[1]

    _, first, _ = shelf.call("GET", "/v2/books", query="limit=3")
    _, second, _ = shelf.call("GET", "/v2/books", query=f"limit=3&nextToken={first['nextToken']}")

    assert [*first["items"], *second["items"]] == [poems, *reversed(made)]
    assert shelf.call("GET", "/v2/books", query="genre=poems")[1] == {"items": [poems], "count": 1}


def test_preconditions_and_idempotency_keys_are_kept(shelf: Plain) -> None:
    first = shelf.call("POST", "/v2/books", BOOK, idempotency_key="1")
    again = shelf.call("POST", "/v2/books", BOOK, idempotency_key="1")
    place, tag = first[2]["location"], first[2]["etag"]

    assert again[:2] == first[:2]
    assert shelf.call("GET", place, if_none_match=tag)[0] == 304
    assert shelf.call("PATCH", place, {"pages": 1}, if_match='"9"')[0] == 412
    assert shelf.call("PATCH", place, {"pages": 1}, if_match=tag)[2]["etag"] == '"2"'


def test_problems_are_told_in_the_shape_of_the_contract(shelf: Plain) -> None:
    status, body, _ = shelf.call("GET", "/v2/books/nothing")

    assert (status, body.keys()) == (404, {"code", "message"})


def test_what_is_read_only_is_refused_and_what_is_not_declared_is_no_part_of_the_item(shelf: Plain) -> None:
    assert shelf.call("POST", "/v2/books", BOOK | {"state": "out"})[0] == 400

    _, made, headers = shelf.call("POST", "/v2/books", BOOK)
    # Its schema is open, and has no copies and no state.
    status, changed, _ = shelf.call("PATCH", headers["location"], {"copies": "many", "state": 5, "other": 1})

    assert (status, changed) == (200, made)


def test_a_body_that_the_contract_lets_be_left_out_is_asked_for() -> None:
    document = load(SHELF)
    del document["paths"]["/books"]["post"]["requestBody"]["required"]
    shelf = Plain(document)

    assert shelf.call("POST", "/v2/books", BOOK)[0] == 201
    assert shelf.call("POST", "/v2/books")[0] == 400


def test_a_merge_patch_takes_away_what_may_be_missing_and_nothing_else(shelf: Plain) -> None:
    _, made, headers = shelf.call("POST", "/v2/books", BOOK | {"pages": 3})
    patch = {"content_type": "application/merge-patch+json"}

    status, changed, _ = shelf.call("PATCH", headers["location"], {"pages": None}, **patch)

    assert (status, changed) == (200, {name: each for name, each in made.items() if name != "pages"})
    assert shelf.call("PATCH", headers["location"], {"title": None}, **patch)[0] == 400
    assert shelf.call("GET", headers["location"])[1] == changed


def test_a_put_of_all_that_is_required_takes_away_what_it_does_not_give() -> None:
    document = load(SHELF)
    one = document["paths"]["/books/{id}"]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}
    one["put"] = one.pop("patch") | {"requestBody": {"required": True, "content": content}}
    shelf = Plain(document)

    _, made, headers = shelf.call("POST", "/v2/books", BOOK | {"pages": 3, "copies": 2})
    status, replaced, _ = shelf.call("PUT", headers["location"], {"title": "Persuasion"})

    kept = {name: each for name, each in made.items() if name not in ("pages", "genre")}
    assert (status, replaced) == (200, kept | {"title": "Persuasion", "copies": 1})
    assert shelf.call("GET", headers["location"])[1] == replaced
    assert shelf.call("GET", "/v2/books", query="genre=novel")[1]["items"] == []


def test_a_put_that_may_answer_201_makes_what_is_not_there() -> None:
    document = load(SHELF)
    slug = {"type": "string", "pattern": "^[a-z]+$"}
    properties = document["components"]["schemas"]["Book"]["allOf"][1]["properties"]
    properties |= {"bookId": slug, "state": {"type": "string"}}
    document["components"]["schemas"]["Book"]["allOf"][1]["required"] = ["state"]
    del document["x-dynamodb"]["books"]["defaults"]
    one, post = document["paths"]["/books/{id}"], document["paths"]["/books"].pop("post")
    one["parameters"][0]["schema"] = slug
    responses = post["responses"] | {"200": one["patch"]["responses"]["200"]}
    one["put"] = one.pop("patch") | {"requestBody": post["requestBody"], "responses": responses}
    shelf = Plain(document)

    made = shelf.call("PUT", "/v2/books/emma", {"title": "Emma", "state": "in", "pages": 3})
    again = shelf.call("PUT", "/v2/books/emma", {"title": "Emma", "state": "out"})

    assert (made[0], again[0]) == (201, 200)
    assert made[2]["location"] == "/v2/books/emma"
    assert again[1] == {name: each for name, each in made[1].items() if name != "pages"} | {"state": "out"}
    assert shelf.call("PUT", "/v2/books/odes", {"title": "Odes", "state": "in"}, if_match='"1"')[0] == 412


def test_a_function_of_its_name_takes_over() -> None:
    class Books:
        def add_book(self, request: Request[Any, Any]) -> Response[Any, Any]:
            return Response(201, BOOK | {"bookId": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "state": "out", "copies": 0})

    shelf = Plain(load(SHELF), [Books()])

    assert shelf.call("POST", "/v2/books", BOOK)[1]["state"] == "out"
    assert shelf.call("GET", "/v2/books")[1]["items"] == []


def test_what_is_not_plain_still_needs_its_function() -> None:
    document = load(SHELF)
    document["paths"]["/books/{id}"]["post"] = document["paths"]["/books/{id}"].pop("patch")

    with pytest.raises(Misconfigured, match=r"Books\.change has no function: write `def books_change"):
        Plain(document)
    assert compile_contract(document)["standard"].keys() >= {"list_books", "add_book", "get_books_by_id", "remove_book"}


KEYS: list[tuple[Document, str, Any, str]] = [
    ({"type": "string", "pattern": "^[a-z-]+$"}, "S", "a-slug", "a-slug"),
    ({"type": "string", "format": "date"}, "S", "2026-01-31", "2026-01-31"),
    ({"type": "integer"}, "N", 12, "12"),
    ({"type": "string", "maxLength": 60}, "S", "ä/ö", "%C3%A4%2F%C3%B6"),
]


@pytest.mark.parametrize(("key", "kind", "given", "sent"), KEYS)
def test_a_key_may_be_whatever_the_body_gives(key: Document, kind: str, given: Any, sent: str) -> None:
    document = load(SHELF)
    document["components"]["schemas"]["Book"]["allOf"][1]["properties"]["bookId"] = key
    document["paths"]["/books/{id}"]["parameters"][0]["schema"] = key
    document["x-dynamodb"]["books"]["attributes"]["bookId"] = kind
    shelf = Plain(document)

    status, made, headers = shelf.call("POST", "/v2/books", BOOK | {"bookId": given})

    assert (status, made["bookId"], headers["location"]) == (201, given, f"/v2/books/{sent}")
    assert shelf.call("GET", f"/v2/books/{sent}")[:2] == (200, made)
    assert shelf.call("POST", "/v2/books", BOOK | {"bookId": given})[0] == 409
    assert shelf.call("PATCH", f"/v2/books/{sent}", {"pages": 9})[1] == made | {"pages": 9}
    assert shelf.call("DELETE", f"/v2/books/{sent}")[0] == 204


def test_what_has_a_parent_is_kept_below_it() -> None:
    document = load(SHELF)
    for path in ("/books", "/books/{id}"):
        item = document["paths"].pop(path)
        parent = {"name": "shelf", "in": "path", "required": True, "schema": TEXT | {"maxLength": 9}}
        document["paths"][f"/shelves/{{shelf}}{path}"] = item | {"parameters": [*item.get("parameters", []), parent]}
    shelf_id = TEXT | {"maxLength": 9, "readOnly": True}
    document["components"]["schemas"]["Book"]["allOf"][1]["properties"]["shelfId"] = shelf_id
    table = document["x-dynamodb"]["books"]
    table |= {"hash_key": "shelfId", "range_key": "bookId", "attributes": table["attributes"] | {"shelfId": "S"}}
    document["paths"]["/shelves/{shelf}/books"].pop("get")
    service = Plain(document)

    _, made, headers = service.call("POST", "/v2/shelves/a%20b/books", BOOK)
    other = service.call("POST", "/v2/shelves/c/books", BOOK)[1]

    assert made["shelfId"] == "a b"
    assert headers["location"] == f"/v2/shelves/a%20b/books/{made['bookId']}"
    assert service.call("GET", headers["location"])[1] == made
    assert service.call("GET", f"/v2/shelves/c/books/{made['bookId']}")[0] == 404
    assert service.call("PATCH", headers["location"], {"pages": 1})[1] == made | {"pages": 1}
    assert service.call("DELETE", headers["location"])[0] == 204
    assert service.call("GET", f"/v2/shelves/c/books/{other['bookId']}")[1] == other


def _said(*steps: str, **values: Any) -> Any:
    def change(document: Document) -> None:
        value: Any = document
        for step in steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
        value.update(values)

    return change


POST = ("paths", "/books", "post")
ONE = ("paths", "/books/{id}")
FAR = {"description": "It is.", "content": {"application/json": {"schema": {"type": "string"}}}}
TEXT = {"type": "string"}
ODD: list[tuple[str, Any, str]] = [
    (
        "add_book",
        lambda c: c["x-dynamodb"]["books"].pop("defaults"),
        "its items require state, which the body need not",
    ),
    ("add_book", _said(*POST, "responses", **{"201": FAR}), "its 201 is not the item"),
    (
        "add_book",
        _said(*POST, "requestBody", content={"application/xml": {}}),
        "its body may be application/xml, of which the engine makes no properties",
    ),
    (
        "add_book",
        _said(*POST, parameters=[{"name": "dryRun", "in": "query", "schema": TEXT}]),
        "the engine does not know what its query parameter dryRun is for",
    ),
    (
        "add_book",
        _said(*POST, "responses", "201", "headers", Location={"schema": {"type": "string", "format": "uri"}}),
        "its 201 has another Location than the engine's",
    ),
    (
        "add_book",
        _said(*POST, "responses", "201", "headers", **{"X-Shelf": {"required": True, "schema": TEXT}}),
        "its 201 requires the header X-Shelf",
    ),
    (
        "books_change",
        _said("components", "schemas", "Book", **{"if": {"required": ["pages"]}, "then": {"required": ["genre"]}}),
        "the schema of its items says more than what each property is (if, then)",
    ),
    (
        "books_change",
        _said("components", "schemas", "BookChanges", "properties", title=TEXT),
        "the title of its body may be what its items do not show",
    ),
    (
        "books_change",
        _said("components", "schemas", "BookChanges", "properties", shelf=TEXT),
        "its body has shelf, which its items do not show",
    ),
    (
        "books_change",
        _said("components", "schemas", "BookChanges", "properties", pin=TEXT | {"writeOnly": True}),
        "its body has pin, which its items do not show",
    ),
    (
        "books_change",
        _said(*ONE, "patch", parameters=[{"name": "Idempotency-Key", "in": "header", "schema": TEXT}]),
        "it takes an Idempotency-Key, whose record only what is created keeps",
    ),
    (
        "put_books_by_id",
        lambda c: c["paths"]["/books/{id}"].update(
            put={
                "requestBody": c["paths"]["/books"]["post"]["requestBody"],
                "responses": c["paths"]["/books"]["post"]["responses"] | {"200": FAR},
            }
        ),
        "the bookId of its path may be what its items do not show",
    ),
    ("remove_book", _said("x-dynamodb", "books", actions=["GetItem", "PutItem"]), "its table lack DeleteItem"),
    ("remove_book", _said(*ONE, "delete", responses={"200": FAR}), "its 200 is not the item"),
    (
        "list_books",
        lambda c: (
            c["x-dynamodb"]["books"]["global_secondary_indexes"].pop("by_genre")
            and c["x-dynamodb"]["books"]["attributes"].pop("genrePartition")
        ),
        "no index of books serves the filter genre, and without one",
    ),
    (
        "list_books",
        lambda c: c["paths"]["/books"]["get"]["parameters"].pop(1),
        "it is no list in pages: it needs limit and nextToken",
    ),
]


@pytest.mark.parametrize(("name", "change", "why"), ODD)
def test_what_is_nearly_plain_is_told_with_its_reason(name: str, change: Any, why: str) -> None:
    document = load(SHELF)
    change(document)

    found = standard(document, list(declarations(document)), compile_contract(document)["tables"])

    assert found[name].compiled is None
    assert why in found[name].why


def test_it_is_explained_which_operations_need_a_function(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text(SHELF.read_text().replace("'204': { description: It is gone. }", "'206': { description: Half. }"))

    found = [each for each in explained(bundled(file)) if "a route of its own" in each]

    assert [each.rpartition(": ")[2] if "needs" in each else each.rpartition("own, ")[2] for each in found] == [
        "served by the engine, which lists the items of books, unless there is a function list_books.",
        "served by the engine, which creates an item of books, unless there is a function add_book.",
        "served by the engine, which shows an item of books, unless there is a function get_books_by_id.",
        "served by the engine, which sets what is given of an item of books, unless there is a function books_change.",
        "it declares none of 204, 200, 202.",
    ]


def test_items_of_one_schema_in_two_tables_are_told_apart_by_the_name_of_the_path() -> None:
    document = load(SHELF)
    table = document["x-dynamodb"]["books"]
    document["x-dynamodb"] = {"archive": table, "books": table}

    found = compile_contract(document)["standard"]

    assert {each["table"] for each in found.values()} == {"books"}
    document["x-dynamodb"] = {"archive": table, "attic": table}
    assert compile_contract(document)["standard"] == {}


def test_what_a_path_says_beside_the_key_is_not_overlooked() -> None:
    document = load(SHELF)
    for path in ("/books", "/books/{id}"):
        item = document["paths"].pop(path)
        shop = {"name": "shopId", "in": "path", "required": True, "schema": TEXT}
        document["paths"][f"/shops/{{shopId}}{path}"] = item | {"parameters": [shop, *item.get("parameters", [])]}

    found = standard(document, list(declarations(document)), compile_contract(document)["tables"])

    assert not any(each.compiled for each in found.values())
    assert "its path names shopId, which is no part of the key of its items" in found["add_book"].why
