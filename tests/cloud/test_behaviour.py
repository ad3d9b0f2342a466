"""What holds in process holds over HTTP as well: the same tests and the same fuzzing, against what is deployed."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT
from specbound.local.cloud import variables
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import deploy

ENGINE = ROOT / "specbound"
COMPILED = "handlers/compiled/openapi.json"

pytestmark = pytest.mark.slow


def test_the_behaviour_tests_pass_against_the_deployed_api(cloud):
    run_tests(ROOT, cloud, cloud.token(), "--ignore=tests/cloud", "--ignore=tests/repository")


@pytest.fixture
def service(terraform, tmp_path):
    """The service that the engine's tests stand on, compiled and packaged."""
    ignored = shutil.ignore_patterns("compiled", "build", "__pycache__", ".venv*")
    shutil.copytree(ENGINE / "tests" / "service", tmp_path / "service", ignore=ignored)
    subprocess.run([sys.executable, "-m", "specbound", "package", "--host"], cwd=tmp_path / "service", check=True)
    return tmp_path / "service"


def test_the_engines_tests_pass_against_its_own_service_deployed(service, tmp_path):
    zip_file = service / "build" / "lambda.zip"
    scopes = json.loads(zip_file.with_suffix(".json").read_bytes())["infrastructure"]["scopes"]

    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        given = variables(tokens.url, zip_file, service / "openapi.yaml")
        deployed = deploy(tmp_path / "terraform", aws, tokens, given)

        run_tests(ENGINE, deployed, deployed.token(scopes), "--ignore=tests/ministack")


def run_tests(folder, cloud, token, *options):
    tables = {f"TABLE_{name.upper()}": table for name, table in cloud.outputs["tables"].items()}
    where = {"API_URL": cloud.url, "TOKEN": token, "ISSUER_URL": cloud.issuer.url}

    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-W", "ignore"],
        cwd=folder,
        env={**os.environ, **where, **tables, **cloud.aws.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    assert tests.returncode == 0, tests.stdout[-60_000:] + tests.stderr


def test_schemathesis_finds_nothing_against_the_deployed_api(cloud):
    fuzzing = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", COMPILED, f"--url={cloud.url}", "--max-examples=10"],
        cwd=ROOT,
        env={**os.environ, "API_TOKEN": cloud.token()},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    assert fuzzing.returncode == 0, fuzzing.stdout[-10_000:] + fuzzing.stderr
