"""Two versions of a contract, as their callers see them: each has a document and a docs page of its own."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from specbound import Api, Contract, Meta
from specbound.clients.naming import methods
from specbound.compiler import apart
from specbound.compiler.answers import complete
from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import bundled
from specbound.compiler.compilation import write
from specbound.compiler.document import Document, load
from specbound.compiler.published import published
from specbound.evolution import clients
from tests.editions import EDITIONS, copied

OWN = {"list_books", "add_book", "get_book"}


def compiled(folder: Path, contract: Path, *, own_paths: bool = True) -> Contract[Any]:
    bundle = bundled(contract)
    write(folder, bundle, artefact(bundle, own_paths=own_paths))
    tables = dict.fromkeys(("TABLE_BOOKS", "TABLE_IDEMPOTENCY"), "none")
    return Contract.load(folder, tables)


def served(contract: Contract[Any], path: str) -> Any:
    functions = SimpleNamespace(**dict.fromkeys({*OWN, *(f"v1_{each}" for each in OWN)}, lambda request: None))
    event = {"httpMethod": "GET", "resource": path, "headers": {}}
    return Api(contract, [functions, Meta(contract)])(event, None)


def contract_at(contract: Contract[Any], path: str) -> Document:
    document: Document = json.loads(served(contract, path)["body"])
    return document


def public_ids(document: Document) -> set[str]:
    return {each["operationId"] for item in document["paths"].values() for each in item.values() if "responses" in each}


def whole() -> Document:
    return complete(load(EDITIONS / "openapi.yaml")).document


def test_each_version_has_a_contract_of_its_own(tmp_path: Path) -> None:
    contract = compiled(tmp_path, EDITIONS / "openapi.yaml")

    latest, earlier = (contract_at(contract, path) for path in ("/openapi.json", "/v1/openapi.json"))

    assert (latest["info"]["version"], earlier["info"]["version"]) == ("2.1.0", "1.4.0")
    assert (latest["servers"], earlier["servers"]) == ([{"url": "/v2"}], [{"url": "/v1"}])
    assert [*latest["paths"]] == [*earlier["paths"]] == ["/books", "/books/{bookId}"]
    assert public_ids(latest) == public_ids(earlier) == OWN
    assert latest["tags"] == [{"name": "books", "description": "What can be read."}]
    assert "too-many-books" in latest["x-problems"]
    assert "x-problems" not in earlier


def test_an_earlier_version_is_as_its_callers_were_promised_it() -> None:
    promised, now = load(EDITIONS / "v1" / "openapi.yaml"), published(apart.of(whole(), "v1"))

    assert clients.compare(promised, now) == []
    assert now["components"]["schemas"].keys() >= promised["components"]["schemas"].keys()
    assert now["paths"]["/books"]["post"]["responses"]["201"]["links"]["it"]["operationId"] == "get_book"
    assert now["paths"]["/books"]["get"]["tags"] == ["books"]
    assert now["paths"]["/books"]["get"]["deprecated"] is True
    assert "Sunset" in now["paths"]["/books"]["get"]["responses"]["200"]["headers"]
    assert {each.full_name for each in methods(now)} == {"books.list", "books.add", "books.get"}


def test_a_part_keeps_its_longer_name_where_another_has_its_own(tmp_path: Path) -> None:
    service = copied(tmp_path)
    earlier = service / "v1" / "openapi.yaml"
    text = earlier.read_text(encoding="utf-8").replace("schemas/Book'", "schemas/Problem'")
    earlier.write_text(text.replace("    Book:\n", "    Problem:\n"), encoding="utf-8")

    now = published(apart.of(complete(load(service / "openapi.yaml")).document, "v1"))

    assert {"Problem_v1", "Problem"} <= now["components"]["schemas"].keys()
    assert now["components"]["schemas"]["Page"]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/Problem_v1"
    }


def test_each_page_leads_to_the_other(tmp_path: Path) -> None:
    contract = compiled(tmp_path, EDITIONS / "openapi.yaml")

    latest, earlier = (served(contract, path)["body"] for path in ("/docs", "/v1/docs"))

    assert '<a href="v1/docs">Version 1.4.0, until 2027-01-31</a>' in latest
    assert '<a href="../docs">Version 2.1.0</a>' in earlier
    assert 'aria-current="page">Version 1.4.0' in earlier


def test_versions_that_say_nothing_of_themselves_are_in_one_document(tmp_path: Path) -> None:
    compiled(tmp_path, EDITIONS / "openapi.yaml")
    contract = compiled(tmp_path, EDITIONS / "openapi.yaml", own_paths=False)

    assert not {"/v1/docs", "/docs"} & {route.partition(" ")[2] for route in contract.routes}
    assert not [*tmp_path.glob("*v1*"), *tmp_path.glob("openapi-*")]


def test_a_version_that_has_its_own_contract_and_page_among_its_paths_is_answered_them(tmp_path: Path) -> None:
    service = copied(tmp_path)
    earlier = service / "v1" / "openapi.yaml"
    reply = "security: [], responses: { '200': { description: It., content: { %s: { schema: {} } } } } } }\n"
    paths = {"/openapi.json": ("getContract", "application/json"), "/docs": ("getDocs", "text/html")}
    paths["/health"] = ("getHealth", "application/json")
    added = "".join(
        f"  {path}: {{ get: {{ operationId: {name}, {reply % media}" for path, (name, media) in paths.items()
    )
    text = earlier.read_text(encoding="utf-8").replace("paths:\n", f"paths:\n{added}")
    earlier.write_text(text, encoding="utf-8")

    contract = compiled(tmp_path / "compiled", service / "openapi.yaml", own_paths=False)

    assert public_ids(contract_at(contract, "/v1/openapi.json")) == {*OWN, "getContract", "getDocs", "getHealth"}
    assert served(contract, "/v1/docs")["headers"]["content-type"].startswith("text/html")
    assert contract_at(contract, "/v1/health") == {"status": "ok"}


def test_the_latest_version_is_alone_by_its_name_too() -> None:
    assert apart.of(whole(), "v2") == apart.without(whole(), ["v1"])
    with pytest.raises(LookupError):
        apart.of(whole(), "v3")


def released(folder: Path, **changes: str) -> Path:
    """The contract as it was when there was the first version alone."""
    tables = (EDITIONS / "openapi.yaml").read_text(encoding="utf-8").partition("x-dynamodb:")[2]
    text = (EDITIONS / "v1" / "openapi.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    before = folder / "before.yaml"
    before.write_text(f"{text}x-dynamodb:{tables}", encoding="utf-8")
    return before


def against(before: Path) -> list[str]:
    later = load(EDITIONS / "openapi.yaml")
    return [str(each) for each in clients.compare(apart.among(later, load(before)), later)]


def test_a_new_version_beside_the_one_before_breaks_no_client_of_it(tmp_path: Path) -> None:
    assert against(released(tmp_path)) == []
    assert against(released(tmp_path, **{"servers: [{ url: /v1 }]\n": "", "\n  /books": "\n  /v1/books"})) == []


def test_what_the_version_before_has_lost_beside_the_new_one_breaks_its_clients(tmp_path: Path) -> None:
    found = against(
        released(tmp_path, **{"name: { type: string, maxLength: 100": "name: { type: string, maxLength: 120"})
    )

    assert found == [
        "POST /v1/books requestBody/content/application/json/schema/properties/name/maxLength: 120 → 100. "
        "Accept what was accepted."
    ]


def test_a_contract_of_another_version_is_compared_as_it_is(tmp_path: Path) -> None:
    before = load(released(tmp_path, **{"url: /v1": "url: /v0"}))

    assert apart.among(load(EDITIONS / "openapi.yaml"), before) is before
