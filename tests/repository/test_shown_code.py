"""Python that pages show: typed by the strict checker in a service, and imported there, as the function would do it."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.compilation import compile_to
from specbound.compiler.document import load
from specbound.local import embedded
from tests.repository.project import ENGINE
from tests.repository.snippets import CODE, ROOT, Snippet, snippets

ALL = snippets(CODE)
# What stands in a module of this service, word for word.
QUOTED = [each for each in ALL if each.page == "README.md"]
WHOLE = [each for each in ALL if each not in QUOTED]


def of(snippet: Snippet) -> str:
    """In which service it is tried: by what it speaks of."""
    if "authenticate=" in snippet.text:
        return "keys"
    return "catalogue" if "users" in snippet.text else "orders"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Services with what is shown of each: in the module that its first line names, or one of its own."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("orders", "keys", "catalogue")}
    orders = ENGINE / "tests" / "orders"
    keys = load(orders / "openapi.yaml")
    # Without what Meta does, and with a key that only the function knows.
    keys["paths"] = {path: each for path, each in keys["paths"].items() if path.startswith("/orders")}
    keys["components"]["securitySchemes"]["partnerKey"] = {"type": "apiKey", "in": "header", "name": "x-key"}
    keys["paths"]["/orders"]["get"]["security"] = [{"partnerKey": []}]
    contracts = {"orders": load(orders / "openapi.yaml"), "keys": keys, "catalogue": load(ROOT / "openapi.yaml")}
    for name, folder in folders.items():
        code = ROOT if name == "catalogue" else orders
        shutil.copytree(code / "handlers", folder / "handlers", ignore=shutil.ignore_patterns("compiled", "__py*"))
        (folder / "openapi.yaml").write_text(json.dumps(contracts[name]), encoding="utf-8")
    for number, each in enumerate(WHOLE):
        (folders[of(each)] / "handlers" / module(each, number)).write_text(each.text, encoding="utf-8")
    for folder in folders.values():
        compile_to(folder / "handlers" / "compiled", folder / "openapi.yaml")
    return folders


def module(snippet: Snippet, number: int) -> str:
    named = snippet.text.startswith("# handlers/") and snippet.page.endswith("reference.md")
    return snippet.text.split()[1].removeprefix("handlers/") if named else f"shown_{number}.py"


@pytest.mark.parametrize("name", ["orders", "keys", "catalogue"])
def test_what_is_shown_is_typed_as_its_service_is(name: str, services: dict[str, Path]) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache"), "handlers"]

    done = subprocess.run(command, cwd=services[name], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("snippet", WHOLE, ids=str)
def test_what_is_shown_is_imported_by_the_function(snippet: Snippet, services: dict[str, Path]) -> None:
    folder = services[of(snippet)]
    tables = load(folder / "openapi.yaml")["x-dynamodb"]
    environment = {
        "PATH": os.environ["PATH"],
        **embedded.environment(),
        **{f"TABLE_{table.upper()}": table for table in tables},
    }
    name = module(snippet, WHOLE.index(snippet)).removesuffix(".py")

    done = subprocess.run(
        [sys.executable, "-c", f"import handlers.{name}"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("snippet", QUOTED, ids=str)
def test_what_is_quoted_of_this_service_is_its_code(snippet: Snippet) -> None:
    if not (ROOT / "tests" / "service.py").exists():
        pytest.skip("This page is of another service.")
    [function] = ast.parse(snippet.text).body
    code = "".join(each.read_text(encoding="utf-8") for each in (ROOT / "handlers").glob("*.py"))

    assert isinstance(function, ast.FunctionDef)
    assert snippet.text in code
