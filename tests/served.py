"""A running API: deployed, where API_URL says so, or else as `make run` serves it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from specbound.compiler.document import ROOT


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Where the API is."""
    if "API_URL" in os.environ:
        yield os.environ["API_URL"]
        return
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--empty"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(line.split()[-1] for line in process.stdout if "answers on" in line)
        process.terminate()


@pytest.fixture(scope="session")
def token() -> str:
    """A token that may do everything: where the API is deployed, TOKEN."""
    return os.environ.get("TOKEN", "local")
