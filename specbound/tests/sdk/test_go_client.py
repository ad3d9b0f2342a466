"""The Go client, compiled into an empty project and used against a running API over real HTTP."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.clients import go_client
from specbound.compiler.document import declarations, load
from tests.sdk.faults import FaultyGateway
from tests.sdk.modules import project, run
from tests.tools import SERVICE

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "golang"
SOURCE = "".join(each.read_text(encoding="utf-8") for each in sorted(HERE.glob("*_test.go")))
CLAIMS = re.findall(r"^func Test_(\w+)\(", SOURCE, re.MULTILINE)


@pytest.fixture(scope="module")
def claiming(go: str, go_module: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that keeps the claims, compiled in a project that was empty before the module came."""
    folder = tmp_path_factory.mktemp("claims")
    project(folder, go_module, "example.com/catalogueapi", str(load()["info"]["version"]))
    for each in HERE.glob("*_test.go"):
        shutil.copy(each, folder)
    compiled = run(folder, go, "test", "-c", "-o", "claims")
    assert compiled.returncode == 0, compiled.stdout + compiled.stderr
    return folder


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_go_client_keeps_its_word(claim: str, claiming: Path, gateway: FaultyGateway, token: str) -> None:
    environment = {"GATEWAY": gateway.url, "TOKEN": token}

    command = [claiming / "claims", "-test.timeout", "60s", "-test.run", f"^Test_{claim}$"]
    done = run(claiming, *command, environment=environment)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no tests to run" not in done.stdout + done.stderr


def test_the_go_claims_use_every_operation(claiming: Path, gateway: FaultyGateway, token: str) -> None:
    gateway.seen.clear()

    environment = {"GATEWAY": gateway.url, "TOKEN": token}
    run(claiming, claiming / "claims", "-test.run", "^Test_every_operation_is_a_method$", environment=environment)

    assert gateway.operations(load()) == {each.operation_id for each in declarations(load())}


def test_the_go_module_is_written_as_gofmt_and_vet_want_it(go: str, go_module: Path) -> None:
    formatted = run(go_module, Path(go).with_name("gofmt"), "-l", ".", HERE)
    vetted = run(go_module, go, "vet", "./...")

    assert (formatted.returncode, formatted.stdout) == (0, ""), formatted.stderr
    assert vetted.returncode == 0, vetted.stderr


def test_the_go_module_takes_nothing_but_the_standard_library(go_module: Path) -> None:
    declared = (go_module / "go.mod").read_text(encoding="utf-8")
    imported = {
        name
        for each in go_module.glob("*.go")
        for block in re.findall(r"^import \(?(.*?)(?:\)|$)", each.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        for name in re.findall('"([^"]+)"', block)
    }

    assert declared == "module example.com/catalogueapi\n\ngo 1.19\n"
    assert not {name for name in imported if "." in name.partition("/")[0]}


def test_the_command_builds_the_go_module_alone_and_publishes_none(go_module: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "specbound", "clients", "--only", "go", "--out", tmp_path]

    built = subprocess.run(command, cwd=SERVICE, capture_output=True, text=True, check=False)
    published = subprocess.run([*command, "--publish"], cwd=SERVICE, capture_output=True, text=True, check=False)

    assert (built.returncode, built.stdout) == (0, f"{tmp_path / 'go'}\n"), built.stderr
    assert {each.name for each in (tmp_path / "go").iterdir()} == {each.name for each in go_module.iterdir()}
    assert (published.returncode, "whoever tags its files" in published.stderr) == (1, True)


def test_one_contract_makes_one_go_module(go_module: Path, tmp_path: Path) -> None:
    again = go_client.build(load(), tmp_path / "elsewhere")

    assert {each.name: each.read_bytes() for each in again.iterdir()} == {
        each.name: each.read_bytes() for each in go_module.iterdir()
    }
