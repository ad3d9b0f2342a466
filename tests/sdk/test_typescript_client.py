"""The TypeScript client, packed, installed into an empty project and used against a running API."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from compiler.document import CONTRACT, declarations, load
from sdk import typescript_client
from tests.sdk.faults import FaultyGateway

HERE = Path(__file__).parent
CLAIMS = re.findall(r"^  async (\w+)\(connect", (HERE / "claims.mts").read_text(encoding="utf-8"), re.MULTILINE)
STRICT = ["--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2023"]


@pytest.fixture(scope="module")
def project(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was empty before the tarball came, with the claims compiled in it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", tarball], cwd=folder, check=True)
    shutil.copy(HERE / "claims.mts", folder)
    compiled = compile_strictly(folder, "claims.mts")
    assert compiled.returncode == 0, compiled.stdout
    return folder


def compile_strictly(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    compiler = typescript_client.PROGRAMS / "tsc"
    command = [compiler, *STRICT, "--lib", "es2023,dom,dom.iterable", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_typescript_client_keeps_its_word(claim: str, project: Path, gateway: FaultyGateway, token: str) -> None:
    command = ["node", project / "claims.mjs", claim, gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr


def test_the_claims_use_every_operation(project: Path, gateway: FaultyGateway, token: str) -> None:
    gateway.seen.clear()

    command = ["node", project / "claims.mjs", "every_operation_answers_with_its_type", gateway.url, token]
    subprocess.run(command, check=True)

    assert gateway.operations(load()) == {each.operation_id for each in declarations(load())}


def test_wrong_calls_do_not_compile(project: Path) -> None:
    shutil.copy(HERE / "misuse.mts", project)

    compiled = compile_strictly(project, "--noEmit", "misuse.mts")

    assert compiled.returncode == 0, compiled.stdout


def test_one_contract_makes_one_tarball(tarball: Path, tmp_path: Path) -> None:
    again = typescript_client.build(CONTRACT, load(), tmp_path / "elsewhere")

    assert again.name == tarball.name
    assert again.read_bytes() == tarball.read_bytes()
