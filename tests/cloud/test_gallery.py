"""The gallery, deployed: each of its services passes tests of its own through API Gateway, Lambda and DynamoDB."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT
from specbound.local.cloud import variables
from specbound.local.emulator import Emulator, emulator
from specbound.local.issuer import Issuer, issuer
from tests.cloud.clouds import deploy
from tests.cloud.test_behaviour import run_tests

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"
# Of each the tests of what differs most where it is deployed: credentials, bodies, base paths, lists.
TESTS = {
    "blog": "signs_in or theirs or numbers",
    "museum": "date or form or photo or keys",
    "rail": "base_path or paid or their_journey or patch",
}


@pytest.fixture(scope="module")
def aws(terraform: None) -> Iterator[Emulator]:
    with emulator(enforce_policies=True) as running:
        yield running


@pytest.fixture(scope="module")
def tokens() -> Iterator[Issuer]:
    with issuer() as running:
        yield running


@pytest.mark.parametrize("name", sorted(TESTS))
def test_the_tests_of_an_example_pass_where_it_is_deployed(
    name: str, aws: Emulator, tokens: Issuer, tmp_path: Path
) -> None:
    folder, zip_file = EXAMPLES / name, tmp_path / "lambda.zip"
    command = [sys.executable, "-m", "specbound", "package", "--host", "--output", str(zip_file)]
    subprocess.run(command, cwd=folder, check=True)
    scopes = json.loads(zip_file.with_suffix(".json").read_bytes())["infrastructure"]["scopes"]

    given = variables(tokens.url, zip_file, folder / "openapi.yaml")
    deployed = deploy(tmp_path / "terraform", aws, tokens, given, folder / "terraform")

    run_tests(folder, deployed, deployed.token(scopes), "-k", TESTS[name])
