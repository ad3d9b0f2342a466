"""One deployment for all tests, on a MiniStack that enforces tokens and policies."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler import package
from local.cloud import variables
from local.emulator import emulator
from local.issuer import issuer
from tests.cloud.clouds import Cloud, deploy


@pytest.fixture(scope="session")
def terraform() -> None:
    reason = "Terraform is not installed, so nothing was deployed and no deployed API was tested."
    if shutil.which("terraform") is None and os.environ.get("CI") == "true":
        pytest.fail(reason)
    elif shutil.which("terraform") is None:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def zip_file(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("package") / "lambda.zip"
    package.build(file, None)
    return file


@pytest.fixture(scope="session")
def cloud(zip_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        yield deploy(tmp_path_factory.mktemp("terraform"), aws, tokens, variables(tokens.url, zip_file))
