"""What the engine's tests stand on: a service of their own, in whose folder they run, and fixtures for any service."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.tools import SERVICE, node

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["browser", "node"]

# The engine works on the service in whose folder it is imported.
os.chdir(SERVICE)
pytest_plugins = ["specbound.testing"]
# Other services, with tests of their own.
collect_ignore = ["notes", "orders"]


def pytest_configure(config: pytest.Config) -> None:
    """Paths that pytest is given, and the processes of pytest-xdist, begin where it was started."""
    os.chdir(config.invocation_params.dir)


def pytest_collection_finish() -> None:
    """The tests run where the service is."""
    os.chdir(SERVICE)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Chrome]":
    """Headless Chromium, whose driver must be installed."""
    from tests.docs_page import headless  # noqa: PLC0415  # Selenium is slow to import

    with headless() as browser:
        yield browser
