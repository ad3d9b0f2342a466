"""Closed by default: what nobody said is public is neither packaged nor deployed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiled import CompiledContract
from specbound.compiler.artefact import artefact
from specbound.deploy import closed
from specbound.failures import Failed

NOTES = Path(__file__).parent / "notes"


@pytest.fixture(scope="module")
def notes() -> CompiledContract:
    return artefact(NOTES / "openapi.yaml")


@pytest.mark.parametrize("command", ["package", "deploy"])
def test_a_command_names_every_operation_that_is_left_open_and_what_to_write(tmp_path: Path, command: str) -> None:
    service = shutil.copytree(NOTES, tmp_path / "notes", ignore=shutil.ignore_patterns("compiled", "__pycache__"))
    lines = (service / "openapi.yaml").read_text(encoding="utf-8").splitlines()

    done = subprocess.run(
        [sys.executable, "-m", "specbound", command], cwd=service, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The contract does not say who may call listNotes (openapi.yaml:11), post_notes (")
    assert f"Notes.getByID (openapi.yaml:{lines.index('      operationId: Notes.getByID') + 1}), so" in done.stderr
    assert "import" not in done.stderr
    assert "`closed = false` under [tool.specbound] in pyproject.toml" in done.stderr
    assert not (service / "build").exists()


@pytest.mark.parametrize("text", ["", "[project]\nname = 'a'\n", "[tool.specbound]\nclosed = true\n"])
def test_a_project_is_closed_unless_it_says_otherwise(notes: CompiledContract, tmp_path: Path, text: str) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text(text, encoding="utf-8")

    with pytest.raises(Failed, match=r"^The contract does not say who may call listNotes "):
        closed.check(notes, project)


def test_a_project_may_be_open(notes: CompiledContract, tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.specbound]\nclosed = false\n", encoding="utf-8")

    closed.check(notes, project)


def test_what_is_said_to_be_public_may_be_deployed_anywhere(tmp_path: Path) -> None:
    contract = tmp_path / "openapi.yaml"
    text = (NOTES / "openapi.yaml").read_text(encoding="utf-8")
    contract.write_text(f"{text}security: []\n", encoding="utf-8")

    closed.check(artefact(contract), tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.specbound]\nclosed = 'no'\n",
            r"^pyproject\.toml: tool\.specbound\.closed is true or false, not 'no'\.",
        ),
        ("[tool", r"^pyproject\.toml can't be read: "),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    notes: CompiledContract, tmp_path: Path, text: str, message: str
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text(text, encoding="utf-8")

    with pytest.raises(Failed, match=message):
        closed.check(notes, project)
