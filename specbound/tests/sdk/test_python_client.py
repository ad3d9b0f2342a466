"""The Python client, built, installed into an empty environment and used against a running API."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.clients import python_client
from specbound.compiler.document import declarations, load
from tests.sdk.faults import FaultyGateway

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
KEEP, MISUSE = HERE / "keep.py", HERE / "misuse.py"


def claims() -> list[str]:
    sources = [file.read_text(encoding="utf-8") for file in sorted(HERE.glob("claims*.py"))]
    functions = [each for text in sources for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]
    return [each.name for each in functions if [argument.arg for argument in each.args.args] == ["connect"]]


@pytest.mark.parametrize("claim", claims())
def test_the_python_client_keeps_its_word(claim: str, python: Path, gateway: FaultyGateway, token: str) -> None:
    command = [python, KEEP, claim, gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr


def test_every_claim_holds_with_the_oldest_packages(oldest_python: Path, gateway: FaultyGateway, token: str) -> None:
    command = [oldest_python, KEEP, "all", gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


def test_the_claims_use_every_operation(python: Path, gateway: FaultyGateway, token: str) -> None:
    gateway.seen.clear()

    subprocess.run([python, KEEP, "every_operation_answers_with_its_type", gateway.url, token], check=True)

    assert gateway.operations(load()) == {each.operation_id for each in declarations(load())}


def test_its_types_are_strict_and_refuse_wrong_calls(python: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", python]

    done = subprocess.run([*command, KEEP, MISUSE], cwd=HERE, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_every_part_of_the_package_passes_the_strict_checker(wheel: Path, importing_python: Path) -> None:
    package = next(wheel.parent.glob("python/*/client.py")).parent
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", importing_python]

    done = subprocess.run([*command, package], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert (package / "importer" / "command.py").exists()


def test_one_contract_makes_one_wheel(wheel: Path, tmp_path: Path) -> None:
    again = python_client.build(load(), tmp_path / "elsewhere")

    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()
