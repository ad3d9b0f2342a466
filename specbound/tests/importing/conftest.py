"""An API to import into, and the importer as `make import` installs it."""

import signal
import subprocess
import sys

import httpx
import pytest

from specbound.clients import importing
from tests.tools import SERVICE


@pytest.fixture(scope="session", autouse=True)
def importer():
    # What is started in the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    importing.install()


@pytest.fixture(scope="session")
def url():
    """An API with nothing in it, as `make run` serves it."""
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--empty"]
    with subprocess.Popen(command, cwd=SERVICE, stdout=subprocess.PIPE, text=True) as server:
        yield next(line.split()[-1] for line in server.stdout if "answers on" in line)
        server.terminate()


@pytest.fixture
def api(url):
    with httpx.Client(base_url=url, headers={"authorization": "Bearer local"}, timeout=60) as client:
        yield client
