"""What a cold start imports: counts, which are the same on every machine, where times are not."""

import os
import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded

# The dependencies in pyproject.toml, and what they need; boto3, which the runtime brings, is not among them.
PACKAGES = {"handlers", "jsonschema_rs", "orjson", "specbound"}
# So many there are beside Python's own: six are the service's. Each costs about a fifth of a millisecond, and its own
# code beside that.
MOST_MODULES = 54
# What the function is built and tested with, and what is slow to import: none of it belongs into a start.
NEVER = {
    "asyncio", "aws_lambda_powertools", "boto3", "botocore", "connexion", "http.server", "hypothesis", "jsonschema",
    "moto", "openapi_core", "pydantic", "specbound.compiler", "specbound.local", "specbound.proof",
    "specbound.resources.standard", "specbound.store.partitions", "specbound.testing", "starlette",
    "tests", "typing_extensions", "unittest", "yaml",
}  # fmt: skip


@pytest.fixture(scope="module")
def function():
    """The modules of a process that is ready to answer its first request."""
    return modules("import handlers.router")


def modules(statement, **environment):
    program = f"import sys; {statement}; print(*sys.modules)"
    environment = {"PATH": os.environ["PATH"], **embedded.environment(), **environment}
    command = [sys.executable, "-c", program]
    return set(subprocess.check_output(command, cwd=ROOT, env=environment, text=True).split())


def foreign(modules):
    """Those that are not Python's own."""
    return {name for name in modules if name.partition(".")[0] not in sys.stdlib_module_names}


def test_the_function_imports_only_its_own_dependencies(function):
    assert {name.partition(".")[0] for name in foreign(function - modules("pass"))} <= PACKAGES


def test_the_function_imports_few_modules(function):
    added = foreign(function - modules("pass"))

    assert len(added) <= MOST_MODULES, sorted(added)


def test_where_boto3_is_chosen_the_other_client_is_not_the_engines(function):
    chosen = modules("import handlers.router", DATABASE_CLIENT="boto3")

    assert "boto3" in chosen
    assert "specbound.store.sdk" in chosen
    assert "specbound.store.client" not in chosen
    assert "specbound.store.sdk" not in function


def test_nothing_that_it_is_built_or_tested_with_is_imported_at_start(function):
    assert function & NEVER == set()
