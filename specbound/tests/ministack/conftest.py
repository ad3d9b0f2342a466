"""The API on MiniStack's DynamoDB, which keeps its promises to many callers at once, as moto does not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from specbound.compiler.document import ROOT
from specbound.compiler.translation import compile_contract
from specbound.local import embedded
from specbound.local.emulator import Emulator, emulator
from specbound.testing import referee
from tests.hotels import service as hotels
from tests.ministack import rows
from tests.tools import REPOSITORY, lend

TIMEOUT_SECONDS = 60


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    lend(".venv-cloud")
    with emulator() as aws:
        yield aws


@pytest.fixture(scope="session", params=["specbound", "boto3"])
def function_url(aws: Emulator, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the API answers, from a process that has no moto: all that holds does so with either client."""
    with served(aws, embedded.environment() | {"DATABASE_CLIENT": request.param}) as url:
        yield url


@contextmanager
def served(aws: Emulator, environment: Mapping[str, str], *handler: str) -> Iterator[str]:
    """Where a service's API answers: the one in this folder, or that of a handler, by its dotted name."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ministack.function", str(listener.fileno()), *handler],
            cwd=ROOT,
            env=os.environ | environment | aws.environment | {"PYTHONPATH": str(REPOSITORY / "specbound")},
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


@pytest.fixture(scope="session", params=["specbound", "boto3"])
def hotels_url(aws: Emulator, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the service of hotels answers, by either client."""
    chosen = {"DATABASE_CLIENT": request.param}
    environment = embedded.ENVIRONMENT | hotels.environment(compile_contract(hotels.hotels())) | chosen
    with served(aws, environment, "tests.hotels.router.lambda_handler") as url:
        yield url


@pytest.fixture
def hotels_tables(aws: Emulator) -> Any:
    """An administrator's SDK client. The tables of hotels are there, and empty."""
    httpx.post(f"{aws.url}/_ministack/reset").raise_for_status()
    client = aws.sdk("dynamodb")
    hotels.create_tables(client, compile_contract(hotels.hotels()))
    return client


@pytest.fixture
def guest(hotels_url: str, hotels_tables: Any) -> Iterator[httpx.Client]:
    """A caller of the service of hotels, for any number of threads."""
    with httpx.Client(
        base_url=hotels_url,
        headers={"authorization": "Bearer local"},
        event_hooks={"response": [_check_limits]},
        limits=httpx.Limits(max_connections=None),
        timeout=TIMEOUT_SECONDS,
    ) as client:
        yield client


def _check_limits(response: httpx.Response) -> None:
    """Fail the test if AWS would have refused a call that MiniStack took."""
    assert response.headers["x-refused"] == "[]"
