"""What every test stands on: the engine's fixtures for anybody's service, and what few tests need besides."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.node import node

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["browser", "node"]

pytest_plugins = ["specbound.testing"]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Chrome]":
    """Headless Chromium, whose driver must be installed."""
    from tests.docs_page import headless  # noqa: PLC0415  # Selenium is slow to import

    with headless() as browser:
        yield browser
