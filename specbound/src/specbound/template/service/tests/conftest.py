"""What every test stands on: empty tables, and a caller of the API in this process."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from specbound.compiler import compilation
from specbound.local import embedded, gateway

compilation.run_if_changed()
embedded.start()
app = gateway.Gateway(gateway.find("handlers.router.lambda_handler"))


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A caller with every scope; the tables are empty."""
    embedded.empty()
    yield TestClient(app, headers={"authorization": "Bearer local"})
