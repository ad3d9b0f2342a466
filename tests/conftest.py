"""What every test stands on: empty tables, and a client that refuses answers the contract never promised."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from compiler.document import ROOT
from tests.callers import DEPLOYED, caller, empty


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the API is deployed, only tests that ask for a client reach it, unless they need this process as well."""
    if DEPLOYED:
        items[:] = [item for item in items if _goes_through_a_client(item)]


def _goes_through_a_client(item: pytest.Item) -> bool:
    return "client" in getattr(item, "fixturenames", ()) and item.get_closest_marker("in_process") is None


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A caller with every scope; the tables are empty."""
    empty()
    with caller() as client:
        yield client


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the tools of sdk/typescript installed. Skips where it is missing, except in CI."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("Node is not installed.")
    assert found, "CI has no Node."
    subprocess.run(["make", "--silent", "sdk/typescript/node_modules/ready"], cwd=ROOT, check=True)
    return found
