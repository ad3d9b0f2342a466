"""YAML, TOML and JSON that pages show, read by what reads them: parts of a contract are compiled in one."""

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specbound.cli import main, parser
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import load
from specbound.compiler.source import parse
from specbound.evolution import accepted
from tests.repository.project import ENGINE
from tests.repository.snippets import CONTRACTS, ROOT, Snippet, snippets

ORDERS = ENGINE / "tests" / "orders" / "openapi.yaml"
SHOWN = {each.page + " " + each.text.split()[0] + str(each.line): each for each in snippets(CONTRACTS)}
Document = dict[str, Any]


def merged(document: Any, part: Any) -> Any:
    """A document with a part of one in its place."""
    if isinstance(document, dict) and isinstance(part, dict):
        return document | {name: merged(document.get(name), value) for name, value in part.items()}
    return part


def compiled(document: Document, folder: Path) -> None:
    (folder / "openapi.yaml").write_text(json.dumps(document), encoding="utf-8")
    compile_to(folder / "compiled", folder / "openapi.yaml")


def of_an_operation(part: Document, folder: Path) -> None:
    """Members of an operation, whose own problems have a status that it declares."""
    [(method, members)] = part.items()
    conflict = {"responses": {"409": {"$ref": "#/components/responses/BadRequest"}}}
    place = {"paths": {"/orders": {method: merged(conflict, members)}}}
    compiled(merged(load(ORDERS), place), folder)


def of_the_root(part: Document, folder: Path) -> None:
    text = {"type": "string"}
    problem = {"type": "object", "properties": {"code": text, "message": text, "errors": {"type": "array"}}}
    others = {"components": {"schemas": {"Error": problem}}}
    of_its_own = {"paths": {"/orders": {"post": {"x-problems": dict.fromkeys(part.get("x-problems", {}), 400)}}}}
    document = merged(load(ORDERS), merged(others, of_its_own if "x-problems" in part else {}))
    if "x-dynamodb" in part:
        del document["x-dynamodb"]
    compiled(merged(document, part), folder)


def of_versions(part: Document, folder: Path) -> None:
    earlier = load(ORDERS)
    del earlier["x-dynamodb"]
    (folder / "v1").mkdir()
    (folder / "v1" / "openapi.yaml").write_text(json.dumps(earlier), encoding="utf-8")
    compiled(load(ORDERS) | part, folder)


def of_users(part: Document, folder: Path) -> None:
    """Members of a table, in this repository's own contract."""
    compiled(merged(load(ROOT / "openapi.yaml"), {"x-dynamodb": {"users": part}}), folder)


def of_a_table(part: Document, folder: Path) -> None:
    """Members of the table of orders, which has the properties that they name, and the tables that it belongs to."""
    document = load(ORDERS)
    text = {"type": "string", "maxLength": 50}
    properties = dict.fromkeys(("email", "shopId", "name", "journeyId"), text)
    journey = {"type": "object", "required": ["journeyId"], "properties": {"journeyId": text, "state": text}}
    table = {"item": "#/components/schemas/Journey", "hash_key": "journeyId", "attributes": {"journeyId": "S"},
             "actions": ["GetItem", "ConditionCheckItem", "UpdateItem"]}  # fmt: skip
    others = {
        "components": {"schemas": {"Order": {"properties": properties}, "Journey": journey}},
        "x-dynamodb": {"journeys": table},
    }
    compiled(merged(merged(document, others), {"x-dynamodb": {"orders": part}}), folder)


def of_a_new_service(part: Document, folder: Path) -> None:
    """What a new service's contract says in the very words."""
    assert main(["new", "orders", "--into", str(folder / "orders")]) == 0
    paths = load(folder / "orders" / "openapi.yaml")["paths"]
    for path, methods in part.items():
        for method, members in methods.items():
            assert members.items() <= paths[path][method].items()


READERS: dict[str, Callable[[Document, Path], None]] = {
    "global_secondary_indexes:": of_users,
    "/orders/{orderId}:": of_a_new_service,
    "post:": of_an_operation,
    "get:": of_an_operation,
    "x-problems:": of_the_root,
    "x-problem:": of_the_root,
    "x-dynamodb:": of_the_root,
    "servers:": of_versions,
    "unique:": of_a_table,
    "belongs_to:": of_a_table,
}
YAML = [each for each in SHOWN.values() if each.language == "yaml" and not each.text.startswith("#")]


@pytest.mark.parametrize("snippet", YAML, ids=str)
def test_a_part_of_a_contract_compiles_in_one(snippet: Snippet, tmp_path: Path) -> None:
    READERS[snippet.text.split()[0]](parse(snippet.text), tmp_path)


def shown(begins: str) -> str:
    [found] = [each.text for each in SHOWN.values() if each.text.startswith(begins)]
    return found


def test_the_schema_that_an_editor_is_told_of_is_there(tmp_path: Path) -> None:
    assert main(["new", "shop", "--into", str(tmp_path / "shop")]) == 0
    _, _, schema = shown("# yaml-language-server").strip().partition("$schema=")

    assert (tmp_path / "shop" / schema).exists()


def test_what_is_accepted_is_read(tmp_path: Path) -> None:
    shutil.copy(ORDERS, tmp_path)
    (tmp_path / "accepted.toml").write_text(shown("[[accepted]]"), encoding="utf-8")

    assert len(accepted.read(tmp_path / "openapi.yaml", "1.4.0")) == 2


def test_a_part_of_the_proof_has_the_form_of_those_that_are_tried() -> None:
    [part] = tomllib.loads(shown("[sums]")).values()
    tried = tomllib.loads((ROOT / "proof.toml").read_text(encoding="utf-8"))

    assert part.keys() <= set.union(*(set(each) for each in tried.values()))


def test_the_command_that_an_assistant_is_given_is_one() -> None:
    [server] = json.loads(shown('{\n  "mcpServers"'))["mcpServers"].values()

    assert server["command"] == "specbound"
    assert parser().parse_args(server["args"]).read_only


def test_a_seed_is_of_paths_and_lists_of_what_is_sent_there() -> None:
    seed = json.loads(shown('{"/fields"'))

    assert all(path.startswith("/") and isinstance(bodies, list) for path, bodies in seed.items())
