"""pytest plugin: fixtures for the tests of any service, whose conftest says `pytest_plugins = ["specbound.testing"]`.

    client                    a caller with every scope; the tables are empty, and every reply is checked against the
                              contract by openapi-core
    dynamodb                  an SDK client that sees the same tables
    url, token                the API over HTTP, as `make run` serves it, and a token that may do everything
    caller("local-read")      another caller
    empty()                   removes all items

The service is the one in the folder that pytest starts in; the ini option `specbound_handler` says where its Api is,
if not in `handlers.router.lambda_handler`. With API_URL in the environment tests call what is deployed there, and only
those run that ask for `client` or `url` and are not marked `in_process`.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from specbound.local import HANDLER
from specbound.local.background import served
from specbound.testing import aws_limits, callers
from specbound.testing.callers import DEPLOYED, caller, empty

__all__ = ["DEPLOYED", "caller", "empty"]

OPTION = "specbound_handler"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """This comes as soon as the plugin is there: modules of tests, and other conftests, may import the function."""
    parser.addini(OPTION, "Where the service's Api is.", default=HANDLER)
    config: Any = pluginmanager.getplugin("pytestconfig")
    callers.prepare(config.getini(OPTION))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "in_process: needs the function in this process, so it skips a deployed API")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the API is deployed, only tests that ask for a way to it run, unless they need this process as well."""
    if DEPLOYED:
        items[:] = [item for item in items if _reaches_the_api(item)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hypothesis's own plugin imports all of Hypothesis for its last word, also where no test has used it."""
    plugins = session.config.pluginmanager
    if "hypothesis" not in sys.modules and plugins.has_plugin("hypothesispytest"):
        plugins.unregister(name="hypothesispytest")


def _reaches_the_api(item: pytest.Item) -> bool:
    ways = {"client", "url"}.intersection(getattr(item, "fixturenames", ()))
    return bool(ways) and item.get_closest_marker("in_process") is None


@pytest.fixture(scope="session")
def refused_by_aws() -> Iterator[list[str]]:
    """What AWS would refuse of the calls that this process makes to DynamoDB."""
    with aws_limits.watched() as broken:
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


@pytest.fixture(scope="session")
def url(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the API is: deployed, where API_URL says so, or else as `make run` serves it, empty."""
    if DEPLOYED:
        yield os.environ["API_URL"]
        return
    log = tmp_path_factory.mktemp("server") / "log"
    with served(log, "--empty", "--handler", str(pytestconfig.getini(OPTION))) as local:
        yield local


@pytest.fixture(scope="session")
def token() -> str:
    """A token that may do everything: where the API is deployed, TOKEN."""
    return os.environ.get("TOKEN", "local")
