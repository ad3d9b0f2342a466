"""What every test stands on: empty tables, and a client that refuses answers the contract never promised."""

import sys
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from specbound.compiler.document import Refused
from specbound.settings import Misconfigured

try:
    from tests.callers import DEPLOYED, caller, empty
except (Misconfigured, Refused) as reason:
    sys.exit(str(reason))

from tests import aws_limits
from tests.docs_page import browser
from tests.node import node
from tests.served import token, url
from tests.wire import client as database_client

__all__ = ["browser", "client", "node", "token", "url"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the API is deployed, only tests that ask for a way to it run, unless they need this process as well."""
    if DEPLOYED:
        items[:] = [item for item in items if _reaches_the_api(item)]


def _reaches_the_api(item: pytest.Item) -> bool:
    ways = {"client", "url"}.intersection(getattr(item, "fixturenames", ()))
    return bool(ways) and item.get_closest_marker("in_process") is None


@pytest.fixture(scope="session")
def refused_by_aws() -> Iterator[list[str]]:
    """What AWS would refuse of the calls that this process makes to DynamoDB."""
    with aws_limits.watched(database_client()) as broken:
        yield broken


@pytest.fixture(autouse=True)
def calls_are_within_limits(refused_by_aws: list[str]) -> Iterator[None]:
    """The test fails if it led to a call that only an emulator takes."""
    yield
    broken = refused_by_aws.copy()
    refused_by_aws.clear()
    assert broken == []


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A caller with every scope; the tables are empty."""
    empty()
    with caller() as client:
        yield client


@pytest.fixture
def dynamodb(client: httpx.Client) -> Any:
    """An SDK client that sees the tables, emptied before, as the function does."""
    return boto3.client("dynamodb")
