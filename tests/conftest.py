"""What every test stands on: empty tables, and a client that refuses answers the contract never promised."""

from collections.abc import Iterator

import httpx
import pytest

from tests.callers import caller, embedded


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A caller with every scope; the tables are empty."""
    embedded.empty()
    with caller() as client:
        yield client
