"""Static types: what a service writes against its contract, the type checkers find, mistakes and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import specbound
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import load
from specbound.compiler.types import types
from tests.tools import REPOSITORY

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
TESTS = HERE.parent
CONTRACTS = {
    "catalogue": load,
    "orders": lambda: load(TESTS / "orders" / "openapi.yaml"),
    "things": lambda: load(TESTS / "contracts" / "things.yaml"),
    "modern": lambda: load(TESTS / "contracts" / "modern.yaml"),
    "listed": lambda: load(TESTS / "contracts" / "listed.yaml"),
    "unlike": lambda: load(REPOSITORY / "terraform" / "tests" / "contracts" / "things.yaml"),
}
EXPECTED = re.compile(r'# mypy: (?P<mypy>[a-z-]+)(?: "(?P<word>[^"]+)")?; pyright: (?P<pyright>[a-zA-Z]+)')
FOUND = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): error: (?P<message>.*)  \[(?P<code>[a-z-]+)\]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The snippets, beside the types of their contract and of others."""
    folder: Path = tmp_path_factory.mktemp("typing")
    compile_to(folder / "compiled", HERE / "books.yaml")
    shutil.move(folder / "compiled" / "types.py", folder / "books_types.py")
    for name in ("correct.py", "mistakes.py"):
        shutil.copy(HERE / name, folder)
    for name, contract in CONTRACTS.items():
        (folder / f"{name}_types.py").write_text(types(contract()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mypy(folder: Path) -> list[re.Match[str]]:
    """What mypy finds in the folder, by the project's own strict configuration and with its cache."""
    command = [sys.executable, "-m", "mypy", *sorted(map(str, folder.glob("*.py")))]
    environment = os.environ | {"MYPYPATH": str(folder)}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout
    return [each for each in map(FOUND.match, done.stdout.splitlines()) if each]


@pytest.fixture(scope="module")
def pyright(folder: Path, node: str) -> list[tuple[str, int, str]]:
    """The file, the line and the rule of each error that pyright finds in the folder."""
    engine = str(REPOSITORY / "specbound" / "src")
    (folder / "pyrightconfig.json").write_text(
        json.dumps({"include": ["*.py"], "extraPaths": [engine], "reportUnusedImport": False})
    )
    program = REPOSITORY / "build" / "node" / "node_modules" / "pyright" / "index.js"
    command = [node, program, "--project", folder, "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout
    return [
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1, each.get("rule", ""))
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    ]


def expected() -> Iterator[tuple[int, re.Match[str]]]:
    """What is expected of the line after each mark."""
    for line, text in enumerate((HERE / "mistakes.py").read_text().splitlines(), 1):
        if mark := EXPECTED.search(text):
            yield line + 1, mark


def test_mypy_finds_every_mistake_and_no_other(mypy):
    found = [(int(each["line"]), each["code"]) for each in mypy if each["file"].endswith("mistakes.py")]

    assert found == [(line, mark["mypy"]) for line, mark in expected()]


def test_mypy_says_what_the_mistake_is(mypy):
    messages = {int(each["line"]): each["message"] for each in mypy}

    assert [mark[0] for line, mark in expected() if (mark["word"] or "") not in messages[line]] == []


def test_pyright_finds_every_mistake_and_no_other(pyright):
    found = [(line, rule) for file, line, rule in pyright if file == "mistakes.py"]

    assert found == [(line, mark["pyright"]) for line, mark in expected()]


def test_what_is_right_is_found_right(mypy, pyright):
    assert {Path(each["file"]).name for each in mypy} == {"mistakes.py"}
    assert {file for file, _, _ in pyright} == {"mistakes.py"}


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_same_contract_has_the_same_types(name, folder):
    program = "import sys; from specbound.compiler.types import types; import json; print(types(json.load(sys.stdin)))"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", program]
    contract = json.dumps(CONTRACTS[name]())

    again = subprocess.run(command, input=contract, env=environment, stdout=subprocess.PIPE, text=True, check=True)

    assert again.stdout == (folder / f"{name}_types.py").read_text() + "\n"


def test_the_engine_tells_type_checkers_that_it_is_typed():
    assert (Path(specbound.__file__).parent / "py.typed").exists()
