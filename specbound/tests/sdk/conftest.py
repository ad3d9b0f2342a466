"""A running API with a faulty gateway before it, and each client as its user gets it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.clients import go_client, python_client, typescript_client
from specbound.compiler.document import load
from tests.environments import environment
from tests.sdk.faults import FaultyGateway
from tests.tools import go, node

__all__ = ["gateway", "go", "go_module", "importing_python", "node", "oldest_python", "python", "tarball", "wheel"]


@pytest.fixture(scope="session")
def gateway(url: str) -> Iterator[FaultyGateway]:
    with FaultyGateway(url) as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        yield gateway
        gateway.shutdown()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_client.build(load(), tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that was empty before the wheel came."""
    return environment(tmp_path_factory.mktemp("environment"), wheel)


@pytest.fixture(scope="session")
def oldest_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the oldest packages that the wheel takes."""
    return environment(tmp_path_factory.mktemp("oldest"), wheel, "--resolution", "lowest-direct")


@pytest.fixture(scope="session")
def importing_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with what the import takes."""
    return environment(tmp_path_factory.mktemp("importing"), f"{wheel}[import]")


@pytest.fixture(scope="session")
def tarball(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typescript_client.build(load(), tmp_path_factory.mktemp("tarball"))


@pytest.fixture(scope="session")
def go_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_client.build(load(), tmp_path_factory.mktemp("module"))
