"""What a cold start imports: counts, which are the same on every machine, where times are not."""

import os
import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded

# boto3 comes with the runtime; the others are the dependencies in pyproject.toml and what they need.
PACKAGES = {
    "boto3", "handlers", "jsonschema_rs", "orjson", "specbound", "typing_extensions"
}  # fmt: skip
# So many there are: six are the service's own. Each costs about a fifth of a millisecond, and its own code beside that.
MOST_MODULES = 48
# What the function is built and tested with, and what is slow to import: none of it belongs into a start.
NEVER = {
    "asyncio", "aws_lambda_powertools", "connexion", "http.server", "hypothesis", "jsonschema", "moto", "openapi_core",
    "pydantic", "specbound.compiler", "specbound.local", "specbound.resources.standard", "specbound.testing",
    "starlette", "tests",
    "unittest", "yaml",
}  # fmt: skip


@pytest.fixture(scope="module")
def boto3():
    """The modules of a process that has a DynamoDB client, and nothing else."""
    return modules("import boto3; boto3.client('dynamodb')")


@pytest.fixture(scope="module")
def function():
    """The modules of a process that is ready to answer its first request."""
    return modules("import handlers.router")


def modules(statement):
    program = f"import sys; {statement}; print(*sys.modules)"
    environment = {"PATH": os.environ["PATH"], **embedded.environment()}
    command = [sys.executable, "-c", program]
    return set(subprocess.check_output(command, cwd=ROOT, env=environment, text=True).split())


def test_the_function_imports_only_its_own_dependencies_beside_the_sdk(function, boto3):
    added = {name.partition(".")[0] for name in function - boto3}

    assert added - set(sys.stdlib_module_names) <= PACKAGES


def test_the_function_imports_few_modules_beside_the_sdk(function, boto3):
    added = function - boto3

    assert len(added) <= MOST_MODULES, sorted(added)


def test_nothing_that_it_is_built_or_tested_with_is_imported_at_start(function):
    assert function & NEVER == set()
