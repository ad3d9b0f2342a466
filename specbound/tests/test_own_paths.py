"""What the engine answers of an API itself, where its contract says nothing of it: /health, /openapi.json, /docs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from specbound import Api, Contract, Request, Response
from specbound.compiled import OWN, read, read_document
from specbound.compiler.artefact import artefact
from specbound.compiler.compilation import compile_to

CONTRACT = """
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: 'https://example.com/v1' }]
paths:
  /notes:
    get:
      operationId: list_notes
      security: [{ oauth: [notes/read] }]
      responses:
        '200': { description: Notes. }
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows: { clientCredentials: { tokenUrl: 'https://example.com', scopes: { notes/read: '' } } }
"""


class Notes:
    def list_notes(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return Response(200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "openapi.yaml").write_text(CONTRACT)
    compile_to(tmp_path / "compiled", tmp_path / "openapi.yaml")
    return tmp_path / "compiled"


def get(api: Api, path: str) -> dict[str, Any]:
    http = {"method": "GET", "path": path}
    event = {"version": "2.0", "routeKey": "$default", "rawPath": path, "headers": {}, "requestContext": {"http": http}}
    return api(event, None)


def made(folder: Path, **environment: str) -> Api:
    return Api(Contract.load(folder, environment), [Notes()])


def test_they_are_answered_without_a_function_or_a_token(folder: Path) -> None:
    api = made(folder)

    assert orjson.loads(get(api, "/health")["body"]) == {"status": "ok"}
    assert orjson.loads(get(api, "/openapi.json")["body"])["info"]["title"] == "Notes"
    assert "content-security-policy" in get(api, "/docs")["headers"]
    assert get(api, "/v1/docs")["statusCode"] == 404
    assert get(api, "/v1/notes")["statusCode"] == 401


def test_they_are_deployed_and_no_part_of_what_is_published(folder: Path) -> None:
    routes = read(folder)["infrastructure"]["routes"]

    assert {name: route["id"] for name, route in routes.items() if not route["scopes"]} == {
        f"{method} {path}": name for name, path in OWN.items() for method in ("GET", "HEAD")
    }
    assert read(folder)["infrastructure"]["left_open"] == []
    assert read_document(folder)["paths"].keys() == {"/notes"}


def test_the_docs_page_is_switched_off_by_itself(folder: Path) -> None:
    assert get(made(folder, DOCS="false"), "/docs")["statusCode"] == 404


OTHERS = [
    ("/health", "list_notes", {"get_contract", "get_docs"}),
    ("/{name}", "list_notes", set()),
    ("/{name}.json", "list_notes", {"get_health", "get_docs"}),
    ("/notes", "getDocs", {"get_health", "get_contract"}),
]


@pytest.mark.parametrize(("path", "name", "own"), OTHERS)
def test_what_the_contract_has_is_its_own(tmp_path: Path, path: str, name: str, own: set[str]) -> None:
    text = CONTRACT.replace("/v1'", "'").replace("/notes:", f"{path}:").replace("list_notes", name)
    if "{name}" in path:
        named = "parameters: [{ name: name, in: path, required: true, schema: { type: string } }]"
        text = text.replace("    get:", f"    {named}\n    get:")
    (tmp_path / "openapi.yaml").write_text(text)

    assert artefact(tmp_path / "openapi.yaml", own_paths=True).get("own", {}).keys() == own


def test_a_function_of_the_service_takes_over(folder: Path) -> None:
    class Health:
        def get_health(self, request: Request[Any, Any]) -> Response[Any, Any]:
            return Response(200, {"status": "so-so"})

    api = Api(Contract.load(folder, {}), [Notes(), Health()])

    assert orjson.loads(get(api, "/health")["body"]) == {"status": "so-so"}


@pytest.mark.parametrize(("setting", "own"), [("own_paths = false", None), ("", {*OWN}), ("own_paths = true", {*OWN})])
def test_a_project_does_without_if_it_says_so(tmp_path: Path, setting: str, own: set[str] | None) -> None:
    (tmp_path / "openapi.yaml").write_text(CONTRACT)
    (tmp_path / "pyproject.toml").write_text(f"[tool.specbound]\n{setting}\n")
    command = [sys.executable, "-m", "specbound", "compile", "--out", "compiled"]

    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    found = read(tmp_path / "compiled").get("own")
    assert (found if found is None else {*found}) == own


def test_a_setting_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(CONTRACT)
    (tmp_path / "pyproject.toml").write_text("[tool.specbound]\nown_paths = 'no'\n")
    command = [sys.executable, "-m", "specbound", "compile", "--out", "compiled"]

    ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == "pyproject.toml: tool.specbound.own_paths is true or false, not 'no'.\n"
