"""What holds in process holds over HTTP as well: the same tests and the same fuzzing, against what is deployed."""

import os
import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT

pytestmark = pytest.mark.slow


def test_the_behaviour_tests_pass_against_the_deployed_api(cloud):
    tables = {f"TABLE_{name.upper()}": table for name, table in cloud.outputs["tables"].items()}
    where = {"API_URL": cloud.url, "TOKEN": cloud.token(), "ISSUER_URL": cloud.issuer.url}

    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "tests", "--ignore=tests/cloud", "-W", "ignore"],
        cwd=ROOT,
        env={**os.environ, **where, **tables, **cloud.aws.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    assert tests.returncode == 0, tests.stdout[-60_000:] + tests.stderr


def test_schemathesis_finds_nothing_against_the_deployed_api(cloud):
    fuzzing = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", "openapi.yaml", f"--url={cloud.url}", "--max-examples=10"],
        cwd=ROOT,
        env={**os.environ, "API_TOKEN": cloud.token()},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    assert fuzzing.returncode == 0, fuzzing.stdout[-10_000:] + fuzzing.stderr
