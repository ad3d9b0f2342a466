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
    found = shutil.which("node")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("Node is not installed.")
    assert found, "CI has no Node."
    subprocess.run(["make", "--silent", "build/node/ready"], cwd=REPOSITORY, check=True)
    lend("build/node")
    return found


@pytest.fixture(scope="session")
def go() -> str:
    """Where Go is. Skips where it is missing, except in CI."""
    found = shutil.which("go")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("Go is not installed.")
    assert found, "CI has no Go."
    return found


def lend(folder: str) -> None:
    """Let the service find a folder of the repository where it would have its own."""
    place = SERVICE / folder
    place.parent.mkdir(exist_ok=True)
    if not place.is_symlink():
        place.symlink_to(REPOSITORY / folder)
