"""Node, for the tests of what it does for this project."""

import os
import shutil
import subprocess

import pytest

from specbound.compiler.document import ROOT


@pytest.fixture(scope="session")
def node() -> str:
    """Where Node is, with its tools installed. Skips where it is missing, except in CI."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("Node is not installed.")
    assert found, "CI has no Node."
    subprocess.run(["make", "--silent", "build/node/ready"], cwd=ROOT, check=True)
    return found
