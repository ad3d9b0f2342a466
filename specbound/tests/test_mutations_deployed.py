"""What compiles can be deployed: Terraform plans each of a number of contracts that were spoilt at random."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.document import Refused
from specbound.deploy.package import stand_in
from tests.mutating import mutated
from tests.test_mutations import source
from tests.tools import REPOSITORY

pytestmark = pytest.mark.slow

# Of each contract so many; to find one that compiles takes many that don't.
PLANS = {"things": 8, "listed": 8, "orders": 5, "catalogue": 3}
HEAD = """
mock_provider "aws" {
  source = "./mocks"
}
variables {
  jwt = { issuer = "https://issuer.example.com", audience = ["api"] }
}
"""
RUN = """
run "{name}" {{
  command = plan
  variables {{
    contract = "contracts/{name}.yaml"
    package  = "contracts/{name}.zip"
  }}
  assert {{
    condition     = toset(keys(aws_dynamodb_table.this)) == toset({tables})
    error_message = "The plan has other tables than the contract."
  }}
}}
"""


@pytest.fixture
def terraform(tmp_path: Path) -> Path:
    """A copy of the configuration, initialised. Skips where Terraform is missing, except in CI."""
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    for file in (REPOSITORY / "terraform").glob("*.tf"):
        shutil.copy(file, tmp_path)
    shutil.copytree(REPOSITORY / "terraform" / "tests" / "mocks", tmp_path / "mocks")
    run(tmp_path, "init", "-backend=false", "-input=false")
    return tmp_path


def test_a_spoilt_contract_that_compiles_can_be_planned(terraform: Path) -> None:
    (terraform / "contracts").mkdir()
    runs = [plan for name, count in PLANS.items() for plan in plans(name, count, terraform / "contracts")]
    (terraform / "spoilt.tftest.hcl").write_text(HEAD + "".join(runs))

    said = run(terraform, "test", "-no-color")

    assert f"{sum(PLANS.values())} passed, 0 failed" in said


def plans(name: str, count: int, folder: Path) -> list[str]:
    random, found = Random(name), []
    while len(found) < count:
        file = folder / f"{name}_{len(found)}.yaml"
        spoilt = mutated(source(name), random)
        file.write_text(json.dumps(spoilt))
        try:
            compiled = artefact(file)
        except Refused:
            continue
        if spoilt != source(name):
            stand_in(file.with_suffix(".zip"), compiled)
            found.append(RUN.format(name=file.stem, tables=json.dumps(list(compiled["tables"]))))
    return found


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
