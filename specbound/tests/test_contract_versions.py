"""Two major versions of a contract, two documents, served beside each other over one set of tables (`x-versions`)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from plain import Plain

from specbound import Request, Resource, Response
from specbound.clients.naming import methods
from specbound.compiled import read
from specbound.compiler.answers import complete
from specbound.compiler.bundle import bundled
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Refused, load
from specbound.compiler.explanation import explained
from specbound.compiler.published import published
from specbound.compiler.report import described
from specbound.compiler.rules import check as lint
from specbound.compiler.translation import compile_contract
from specbound.evolution import clients

SHELF = (Path(__file__).parent / "contracts" / "shelf.yaml").read_text(encoding="utf-8")
BEFORE = "x-versions: { v1: v1/openapi.yaml }\n"
ENDING = """
x-versions:
  v1: { contract: v1/openapi.yaml, x-deprecated-at: '2026-01-31', x-sunset: '2027-01-31' }
"""
# A book had a name, and nothing else.
V1 = """
openapi: 3.1.0
info: { title: Shelf, version: '1' }
servers: [{ url: /v1 }]
security: []
tags: [{ name: books, description: What can be read. }]
paths:
  /books:
    get:
      operationId: listBooks
      tags: [books]
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50, default: 10 } }
        - { name: nextToken, in: query, schema: { type: string, maxLength: 256 } }
      responses:
        '200': { description: Books., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } }
        default: { $ref: '#/components/responses/Failure' }
    post:
      operationId: addBook
      tags: [books]
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
      responses:
        '201':
          description: The book.
          headers: { Location: { schema: { type: string, format: uri-reference } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } }
          links: { list: { operationId: listBooks } }
        default: { $ref: '#/components/responses/Failure' }
  /books/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getBook
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
        default: { $ref: '#/components/responses/Failure' }
components:
  responses:
    Failure: { description: No., content: { application/json: { schema: { $ref: '#/components/schemas/Failure' } } } }
  schemas:
    Failure:
      type: object
      required: [code, message]
      properties: { code: { type: string }, message: { type: string } }
    Book:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        bookId: { type: string, format: uuid, readOnly: true }
        name: { type: string, maxLength: 100 }
    Page:
      type: object
      properties:
        items: { type: array, items: { $ref: '#/components/schemas/Book' } }
        count: { type: integer }
        nextToken: { type: string }
"""
NAMES = ["v1_list_books", "v1_add_book", "v1_get_book"]


class Earlier:
    """The first version's functions, over the tables of the second."""

    def __init__(self, contract: Any) -> None:
        self._books = Resource(contract.tables.books, "book", "/v1/books")

    def v1_list_books(self, request: Request) -> Response:
        page = self._books.page(request, "newest")
        return Response(page.status, {**page.body, "items": [older(each) for each in page.body["items"]]})

    def v1_add_book(self, request: Request) -> Response:
        made = self._books.create(request, lambda given: {"title": given["name"], "copies": 1, "state": "in"})
        return Response(made.status, older(made.body), {"location": made.headers["location"]})

    def v1_get_book(self, request: Request) -> Response:
        return Response(200, older(self._books.find(request.parameters["id"])))  # type: ignore[arg-type]


def older(book: Any) -> Any:
    return {"bookId": book["bookId"], "name": book["title"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, said: str = BEFORE, earlier: str = V1) -> Path:
    (folder / "v1").mkdir(parents=True, exist_ok=True)
    (folder / "openapi.yaml").write_text(SHELF.replace("security: []\n", f"security: []\n{said}", 1), encoding="utf-8")
    (folder / "v1" / "openapi.yaml").write_text(earlier, encoding="utf-8")
    return folder


def contract_in(folder: Path) -> Path:
    return folder / "openapi.yaml"


def test_what_one_version_makes_the_other_shows_in_its_own_shape(folder: Path) -> None:
    service = Plain(load(contract_in(folder)), of_contract=[Earlier])

    status, first, headers = service.call("POST", "/v1/books", {"name": "Emma"}, idempotency_key="once")
    _, again, _ = service.call("POST", "/v1/books", {"name": "Emma"}, idempotency_key="once")
    _, second, _ = service.call("POST", "/v2/books", {"title": "Odes", "genre": "poems", "copies": 3})

    assert (status, first, headers["location"]) == (201, again, f"/v1/books/{first['bookId']}")
    assert service.call("GET", f"/v2/books/{first['bookId']}")[1]["copies"] == 1
    assert service.call("GET", f"/v1/books/{second['bookId']}")[:2] == (
        200,
        {"bookId": second["bookId"], "name": "Odes"},
    )
    older_page, newer_page = (service.call("GET", f"/{version}/books")[1]["items"] for version in ("v1", "v2"))
    assert [each["name"] for each in older_page] == [each["title"] for each in newer_page] == ["Odes", "Emma"]


def test_each_version_keeps_its_own_contract(folder: Path) -> None:
    service = Plain(load(contract_in(folder)), of_contract=[Earlier])

    assert service.call("POST", "/v1/books", {"title": "Emma"})[0] == 400
    assert service.call("POST", "/v2/books", {"name": "Emma"})[0] == 400
    assert service.call("GET", "/v1/books", query="genre=poems")[0] == 400
    assert service.call("GET", "/v2/books", query="genre=poems")[0] == 200
    assert service.call("GET", "/books")[0] == 404
    assert service.call("DELETE", "/v1/books/a")[0] == 405


def test_a_version_asks_for_its_own_credentials(folder: Path) -> None:
    document = load(contract_in(folder))
    written(folder, earlier=V1.replace("security: []", "security: [{ key: [] }]"))
    contract = contract_in(folder)
    scheme = "components:\n  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }\n"
    contract.write_text(contract.read_text(encoding="utf-8").replace("components:\n", scheme), encoding="utf-8")

    operations = compile_contract(load(contract))["operations"]

    assert all(operations[each]["security"] for each in NAMES)
    assert not operations["list_books"]["security"]
    assert not any(compile_contract(document)["operations"][each]["security"] for each in NAMES)


def test_a_version_that_ends_says_so_in_each_reply_and_the_other_does_not(tmp_path: Path) -> None:
    service = Plain(load(contract_in(written(tmp_path, ENDING))), of_contract=[Earlier])

    _, _, older_headers = service.call("GET", "/v1/books")
    _, _, newer_headers = service.call("GET", "/v2/books")

    assert older_headers["deprecation"] == "@1769817600"
    assert older_headers["sunset"] == "Sun, 31 Jan 2027 00:00:00 GMT"
    assert not {"deprecation", "sunset"} & newer_headers.keys()
    assert service.contract.deprecated.keys() == {*NAMES}


def test_each_call_of_a_version_that_ends_is_counted_by_its_operation_and_none_of_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A journal of its own: others in this process have written to another standard output.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "versions")
    service = Plain(load(contract_in(written(tmp_path, ENDING))), of_contract=[Earlier])
    for version in ("v1", "v2", "v1"):
        service.call("GET", f"/{version}/books")

    lines = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line]

    assert [(line["operation"], line.get("deprecated")) for line in lines] == [
        ("v1_list_books", 1), ("list_books", None), ("v1_list_books", 1),
    ]  # fmt: skip
    counted = [each for each in lines[0]["_aws"]["CloudWatchMetrics"] if each["Metrics"][0]["Name"] == "deprecated"]
    assert [each["Dimensions"] for each in counted] == [[["service", "operation"]]]


def test_one_deployment_has_the_routes_of_both_and_the_tables_of_one(folder: Path) -> None:
    compiled = compile_contract(load(contract_in(folder)))

    assert {"GET /v1/books", "POST /v1/books", "GET /v1/books/{id}", "GET /v2/books"} <= compiled["routes"].keys()
    assert {*NAMES, "list_books"} <= compiled["operations"].keys()
    assert compiled["tables"].keys() == {"books", "idempotency"}
    assert {"GET /v1/books", "GET /v2/books"} <= compiled["infrastructure"]["routes"].keys()


def test_paths_may_say_their_version_themselves(tmp_path: Path) -> None:
    earlier = V1.replace("servers: [{ url: /v1 }]\n", "").replace("\n  /books", "\n  /v1/books")

    document = load(contract_in(written(tmp_path, earlier=earlier)))

    assert compile_contract(document) == compile_contract(load(contract_in(written(tmp_path / "other"))))


def test_what_is_published_is_one_document_that_tells_them_apart(folder: Path) -> None:
    document = published(complete(load(contract_in(folder))).document)

    compile_contract(document)
    (folder / "openapi.json").write_text(json.dumps(document))
    assert compile_contract(load(folder / "openapi.json")) == compile_contract(document)
    added = document["paths"]["/v1/books"]["post"]
    assert (added["operationId"], added["tags"]) == ("v1_addBook", ["v1/books"])
    assert added["responses"]["201"]["links"] == {"list": {"operationId": "v1_listBooks"}}
    assert document["paths"]["/v1/books/{id}"]["get"]["tags"] == ["v1"]
    assert {"name": "v1/books", "description": "What can be read."} in document["tags"]
    assert document["components"]["schemas"]["Book_v1"]["required"] == ["name"]
    assert {each.full_name for each in methods(document)} >= {
        "books.list",
        "v1.books.list",
        "v1.books.add",
        "v1.get_book",
    }


def test_a_change_of_either_document_is_noticed_and_judged(folder: Path) -> None:
    compile_to(folder / "compiled", contract_in(folder))
    before = load(contract_in(folder))
    written(folder, earlier=V1.replace("maxLength: 100", "maxLength: 9"))

    found = clients.compare(before, load(contract_in(folder)))

    assert read(folder / "compiled")["parts"].keys() == {"v1/openapi.yaml"}
    assert found
    assert all("/v1/books" in str(each) for each in found), found
    assert clients.compare(before, before) == []


def test_a_version_that_is_taken_away_is_missed_by_its_callers(folder: Path) -> None:
    before = load(contract_in(folder))
    written(folder, said="")

    found = clients.compare(before, load(contract_in(folder)))

    assert len({str(each).partition(":")[0] for each in found}) >= len(NAMES)


def test_a_mistake_in_it_is_told_with_its_own_file_and_line(tmp_path: Path) -> None:
    earlier = V1.replace("name: { type: string, maxLength: 100 }", "name: { type: string, maxLength: none }")
    contract = contract_in(written(tmp_path, earlier=earlier))

    with pytest.raises(Refused) as refused:
        compile_contract(load(contract))

    line = 1 + earlier[: earlier.index("maxLength: none")].count("\n")
    assert any(each.startswith(f"v1/openapi.yaml:{line}: ") for each in described(refused.value, contract).splitlines())


def test_explanation_and_lint_name_the_file_that_a_part_is_in(folder: Path) -> None:
    bundle = bundled(contract_in(folder))

    told = explained(bundle)

    assert any(each.startswith("v1/openapi.yaml:") and "paths /v1/books post: kept" in each for each in told)
    assert any(bundle.where(place)[0] == "v1/openapi.yaml" for place, _ in lint(bundle.document))


ID = "parameters: [{ name: id, in: path, required: true, schema: { type: string } }]"
WRONG = [
    ("x-versions: [v1]", V1, "x-versions has earlier versions by their names, as in x-versions: { v1: v1/openapi.yaml"),
    ("x-versions: { first: v1/openapi.yaml }", V1, "x-versions first: a version is called v and a number"),
    ("x-versions: { v1: 5 }", V1, "x-versions v1: say its file, or contract, x-deprecated-at and x-sunset"),
    ("x-versions: { v1: { contract: v1/openapi.yaml, end: never } }", V1, "x-versions v1: say its file, or contract"),
    ("x-versions: { v1: v1/nowhere.yaml }", V1, "x-versions v1: v1/nowhere.yaml can't be read: No such file"),
    ("x-versions: { v1: 'https://a.example/v1.yaml' }", V1, "$ref https://a.example/v1.yaml: what is elsewhere is"),
    ("x-versions: { v1: ../../v1.yaml }", V1, "$ref ../../v1.yaml leads out of"),
    ("x-versions: { v1: openapi.yaml }", V1, "x-versions v1: openapi.yaml is the contract itself"),
    (BEFORE, "[]", "x-versions v1: v1/openapi.yaml is no OpenAPI document with paths."),
    (BEFORE, V1.replace("3.1.0", "3.0.3"), "x-versions v1: v1/openapi.yaml is OpenAPI 3.0.3, and the contract 3.1.0."),
    (BEFORE, V1.replace("url: /v1", "url: /v3"), "x-versions v1: v1/openapi.yaml has servers elsewhere than at /v1"),
    (BEFORE, V1 + "x-dynamodb: {}\n", "x-versions v1: v1/openapi.yaml has another x-dynamodb than the contract"),
    (BEFORE, V1.replace("    get:\n", "    servers: [{ url: / }]\n    get:\n", 1), "has servers within its paths"),
    (BEFORE, V1.replace("  /books/{id}", "  /v1/books").replace(ID, "description: One."), "/v1/books is there twice."),
    (ENDING.replace("2027-01-31", "2025-01-31"), V1, "GET /v1/books: x-deprecated-at is after x-sunset"),
    (ENDING.replace("2026-01-31", "soon"), V1, "GET /v1/books: x-deprecated-at is the day since which it is"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "earlier", "message"), WRONG, ids=[each[2][:60] for each in WRONG])
def test_what_is_no_version_of_it_is_refused_with_file_and_line(
    said: str, earlier: str, message: str, tmp_path: Path
) -> None:
    contract = contract_in(written(tmp_path, f"{said.strip()}\n", earlier))

    with pytest.raises(Refused) as refused:
        compile_contract(load(contract))

    told = described(refused.value, contract).splitlines()
    assert any(message in each for each in told), told
    assert all(each.split(":")[1].isdecimal() for each in told), told


@pytest.mark.slow
def test_commands_compile_and_package_both_as_one(folder: Path) -> None:
    handlers = folder / "handlers"
    handlers.mkdir()
    (handlers / "router.py").write_text(
        "from pathlib import Path\nfrom specbound import Api, Contract\n"
        "lambda_handler = Api(Contract.load(Path(__file__).parent / 'compiled'), [])\n"
    )
    command = [sys.executable, "-m", "specbound"]
    missing = subprocess.run([*command, "compile"], cwd=folder, capture_output=True, text=True, check=False)
    out = str(folder / "build" / "empty.zip")
    subprocess.run([*command, "package", "--empty", "openapi.yaml", "--output", out], cwd=folder, check=True)
    manifest = json.loads((folder / "build" / "empty.json").read_text())

    assert missing.returncode == 1
    assert missing.stderr.startswith(
        "v1/openapi.yaml:10: operation v1_listBooks has no function: write `def v1_list_books"
    )
    assert {"GET /v1/books", "GET /v2/books"} <= manifest["infrastructure"]["routes"].keys()
    assert manifest["parts"].keys() == {"v1/openapi.yaml"}
