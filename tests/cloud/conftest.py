"""One deployment for all tests, on a MiniStack that enforces tokens and policies."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.deploy import package
from specbound.local.cloud import variables
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import Cloud, deploy
from tests.cloud.database import Database
from tests.cloud.watching import Watched

HAS_TERRAFORM = shutil.which("terraform") is not None
# One line instead of hundreds of skipped tests; but CI must have Terraform, and there each of them fails.
collect_ignore_glob = [] if HAS_TERRAFORM or os.environ.get("CI") == "true" else ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore_glob:
        terminalreporter.write_line("SKIPPED tests/cloud: Terraform is not installed, so nothing was deployed.")


@pytest.fixture(scope="session")
def terraform() -> None:
    assert HAS_TERRAFORM, "Terraform is not installed, so nothing was deployed."


@pytest.fixture(scope="session")
def zip_file(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("package") / "lambda.zip"
    package.build(file, None)
    return file


@pytest.fixture(scope="session")
def cloud(zip_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        yield deploy(tmp_path_factory.mktemp("terraform"), aws, tokens, variables(tokens.url, zip_file))


@pytest.fixture(scope="session")
def watched(zip_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Another one, whose function reaches its tables by way of what can go wrong."""
    folder = tmp_path_factory.mktemp("terraform")
    with emulator(enforce_policies=True) as aws, issuer() as tokens, Database(aws.url) as database:
        yield Watched(deploy(folder, aws, tokens, variables(tokens.url, zip_file)), database, folder)


@pytest.fixture
def product(watched: Watched) -> Iterator[str]:
    """The id of a product. What happened before is over, and so is the fault afterwards."""
    product_id = watched.create()
    watched.evaluate()
    yield product_id
    watched.database.fault = None
