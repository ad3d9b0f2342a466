"""A running API with a faulty gateway before it, and each client as its user gets it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.clients import python_client, typescript_client
from specbound.compiler.document import CONTRACT, load
from tests.sdk.faults import FaultyGateway
from tests.tools import node

__all__ = ["gateway", "node", "oldest_python", "python", "tarball", "wheel"]
PROGRAMS = Path(sys.executable).parent


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


def environment(folder: Path, wheel: Path, *options: str) -> Path:
    uv, interpreter = PROGRAMS / "uv", folder / "venv" / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", interpreter, *options, wheel], check=True)
    return interpreter


@pytest.fixture(scope="session")
def tarball(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typescript_client.build(CONTRACT, load(), tmp_path_factory.mktemp("tarball"))
