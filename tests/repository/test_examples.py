"""The gallery: each of its services passes its own tests, the fuzzing among them, is typed, and runs."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from specbound.compiler.document import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/openapi.yaml"))
# What somebody without a credential sees.
OPEN = {"blog": "/articles", "museum": "/days", "rail": None}


@pytest.fixture(params=EXAMPLES, ids=lambda each: each.name)
def example(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


def test_there_are_three() -> None:
    assert [each.name for each in EXAMPLES] == sorted(OPEN)


def test_its_tests_pass(example: Path) -> None:
    run(example, "pytest", "-p", "no:cacheprovider")


def test_its_code_is_typed(example: Path) -> None:
    run(example, "specbound", "compile")
    run(example, "mypy", "--strict", "handlers")


def test_its_terraform_is_this_projects(example: Path) -> None:
    own, links = ((folder / "terraform").glob("*.tf") for folder in (ROOT, example))

    assert {each.name: each.resolve() for each in links} == {
        each.name: each for each in own if each.name != "backend.tf"
    }


def test_it_is_served(example: Path) -> None:
    command = [sys.executable, "-m", "specbound", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=example, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = next(line.split()[-1] for line in server.stdout if line.startswith("The API answers on"))
        path = OPEN[example.name]
        status = httpx.get(url + (path or "/rail/v2/journeys")).status_code
        server.terminate()

    assert status == (200 if path else 401)


def run(folder: Path, *command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
