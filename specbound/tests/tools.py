"""Tools that the repository installs once, lent to the service of the engine's tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent / "service"
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def node() -> str:
    """Where Node is, with its tools installed. Skips where it is missing, except in CI."""
    found = _installed("node", "Node")
    subprocess.run(["make", "--silent", "build/node/ready"], cwd=REPOSITORY, check=True)
    lend("build/node")
    return found


@pytest.fixture(scope="session")
def go() -> str:
    """Where Go is. Skips where it is missing, except in CI."""
    return _installed("go", "Go")


def lend(folder: str) -> None:
    """Let the service find a folder of the repository where it would have its own."""
    place = SERVICE / folder
    place.parent.mkdir(exist_ok=True)
    if not place.is_symlink():
        place.symlink_to(REPOSITORY / folder)


def _installed(program: str, name: str) -> str:
    found = shutil.which(program)
    if found is None and os.environ.get("CI") != "true":
        pytest.skip(f"{name} is not installed.")
    assert found, f"CI has no {name}."
    return found
