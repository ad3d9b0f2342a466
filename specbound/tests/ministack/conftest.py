"""The API on MiniStack's DynamoDB, which keeps its promises to many callers at once, as moto does not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from specbound.local.emulator import Emulator, emulator
from specbound.testing import referee
from tests.ministack import rows
from tests.tools import REPOSITORY, lend

TIMEOUT_SECONDS = 60


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    lend(".venv-cloud")
    with emulator() as aws:
        yield aws


@pytest.fixture(scope="session")
def function_url(aws: Emulator) -> Iterator[str]:
    """Where the API answers, from a process that has no moto."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ministack.function", str(listener.fileno())],
            cwd=ROOT,
            env=os.environ | embedded.environment() | aws.environment | {"PYTHONPATH": str(REPOSITORY / "specbound")},
            pass_fds=[listener.fileno()],
        )
        port = listener.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def database(aws: Emulator) -> Iterator[Any]:
    """An administrator's SDK client. The tables are empty at first, and whole at the end."""
    httpx.post(f"{aws.url}/_ministack/reset").raise_for_status()
    client = aws.sdk("dynamodb")
    embedded.create_tables(client)
    yield client
    rows.check(rows.read(client))


@pytest.fixture
def client(function_url: str, database: Any) -> Iterator[httpx.Client]:
    """A caller with every scope, for any number of threads; the tables are empty."""
    with httpx.Client(
        base_url=function_url,
        headers={"authorization": "Bearer local"},
        event_hooks={"response": [referee.check, _check_limits]},
        limits=httpx.Limits(max_connections=None),
        timeout=TIMEOUT_SECONDS,
    ) as client:
        # The referee reads the contract once, and not once in each of many threads.
        client.get("/health")
        yield client


def _check_limits(response: httpx.Response) -> None:
    """Fail the test if AWS would have refused a call that MiniStack took."""
    assert response.headers["x-refused"] == "[]"
