"""What compiles can be deployed: Terraform plans what each contract of `test_mutations` says, if it was not refused.

Of a contract Terraform knows its `infrastructure` only (`terraform/contract.tf`): where that is the same, the plan is.
So each distinct one is planned, once, a second for each, of those that are read here without the compiler.
A title that no name can be made of is refused by Terraform, and planned as the refusal says: with `name` set.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.deploy.package import stand_in
from tests.mutating import SEEDS, SOURCES, mutations
from tests.tools import REPOSITORY

pytestmark = pytest.mark.slow

HEAD = """
mock_provider "aws" {
  source = "./mocks"
}
"""
RUN = """
run "{name}" {{
  command = plan
  variables {{
    contract = "contracts/{name}.yaml"
    package  = "contracts/{name}.zip"
    name     = {called}
  }}
  assert {{
    condition = jsonencode({{
      for key, each in aws_apigatewayv2_route.operation : key =>
      [each.operation_name, each.authorization_type, coalesce(each.authorization_scopes, [])]
    }}) == jsonencode(jsondecode(file("contracts/{name}.expected.json")).routes)
    error_message = "The plan has other routes than the contract."
  }}
  assert {{
    condition = jsonencode({{
      for each in aws_apigatewayv2_stage.this.route_settings : each.route_key =>
      [each.throttling_rate_limit, each.throttling_burst_limit]
    }}) == jsonencode(jsondecode(file("contracts/{name}.expected.json")).throttles)
    error_message = "The plan has other throttles than the contract."
  }}
  assert {{
    condition = jsonencode({{
      for name, each in aws_dynamodb_table.this : name => {{
        hash_key = each.hash_key
        attributes = {{ for attribute in each.attribute : attribute.name => attribute.type }}
        indexes = {{
          for index in each.global_secondary_index :
          index.name => [index.hash_key, index.range_key, index.projection_type]
        }}
        ttl = each.ttl[*].attribute_name
      }}
    }}) == jsonencode(jsondecode(file("contracts/{name}.expected.json")).tables)
    error_message = "The plan has other tables than the contract."
  }}
  assert {{
    condition     = jsonencode(sort(flatten([
      for name, each in aws_cognito_resource_server.this : [for scope in each.scope : "${{name}}/${{scope.scope_name}}"]
    ]))) == jsonencode(jsondecode(file("contracts/{name}.expected.json")).scopes)
    error_message = "The plan has other scopes than the contract."
  }}
}}
"""
REFUSED = """
run "{name}_without_a_name" {{
  command = plan
  variables {{
    contract = "contracts/{name}.yaml"
    package  = "contracts/{name}.zip"
  }}
  expect_failures = [var.name]
}}
"""
METHODS = {"get", "put", "post", "delete", "patch"}
ALL_METHODS = METHODS | {"head", "options", "trace"}


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


def test_whatever_compiles_is_planned_as_it_says(terraform: Path) -> None:
    (terraform / "contracts").mkdir()
    spoilt = unlike_each_other()
    for name, contract in spoilt.items():
        write(terraform / "contracts" / name, contract)
    runs = [each for name, contract in spoilt.items() for each in runs_of(name, contract)]
    (terraform / "spoilt.tftest.hcl").write_text(HEAD + "".join(runs))

    said = run(terraform, "test", "-no-color")

    assert len(spoilt) > 20
    assert f"{len(runs)} passed, 0 failed" in said


def unlike_each_other() -> dict[str, Document]:
    """One contract for each infrastructure that any of them has, by its source, its seed and its number."""
    found: dict[str, tuple[str, Document]] = {}
    for source in SOURCES:
        for seed in SEEDS:
            for number, contract in enumerate(mutations(source, seed)):
                try:
                    compiled = compile_contract(contract)
                except Refused:
                    continue
                deployed = json.dumps(compiled["infrastructure"], sort_keys=True)
                if is_plain(contract):
                    found.setdefault(deployed, (f"{source}_{seed}_{number}", contract))
    return dict(found.values())


def is_plain(contract: Document) -> bool:
    """Whether `expected` can read it: it says what need not be said, and callers come in by one scope of one scheme."""
    items = [(path, item) for path, item in contract["paths"].items() if path.startswith("/")]
    operations = [each for _, item in items for name, each in item.items() if name in ALL_METHODS]
    steps = [step for path, _ in items for step in path.split("/") if "{" in step]
    schemes = contract.get("components", {}).get("securitySchemes", {})
    security = [each.get("security", contract.get("security", [])) for each in operations]
    return (
        all(re.fullmatch("[a-z][a-z0-9_]*", each.get("operationId", "")) for each in operations)
        and not any(name in ALL_METHODS - METHODS for _, item in items for name in item)
        and all(re.fullmatch(r"\{[A-Za-z0-9_.-]+\}", step) for step in steps)
        and ("Idempotency-Key" not in json.dumps(contract) or "idempotency" in contract.get("x-dynamodb", {}))
        and not any("servers" in each for each in (contract, *(item for _, item in items), *operations))
        and all(
            not ways or ([len(way) for way in ways] == [1] and is_of_one_scope(schemes, *ways[0].items()))
            for ways in security
        )
    )


def is_of_one_scope(schemes: Document, need: tuple[str, list[str]]) -> bool:
    return schemes[need[0]].get("type") == "oauth2" and len(need[1]) == 1 and need[1][0].count("/") == 1


def runs_of(name: str, contract: Document) -> list[str]:
    if re.search("[a-z]", contract["info"]["title"].lower()):
        return [RUN.format(name=name, called="null")]
    return [REFUSED.format(name=name), RUN.format(name=name, called='"spoilt"')]


def write(place: Path, contract: Document) -> None:
    """The contract, its package, and what is expected of its plan."""
    file = place.with_suffix(".yaml")
    file.write_text(json.dumps(contract))
    stand_in(place.with_suffix(".zip"), artefact(file))
    place.with_suffix(".expected.json").write_text(json.dumps(expected(contract)))


def expected(contract: Document) -> dict[str, Any]:
    """What the contract itself says, read without the compiler."""
    operations = {
        f"{method} {path}": operation
        for path, item in contract["paths"].items()
        if path.startswith("/")  # or it is an extension
        for name, operation in item.items()
        if name in METHODS
        for method in ([name.upper(), "HEAD"] if name == "get" else [name.upper()])
    }
    granted = {key: scopes(contract, operation) for key, operation in operations.items()}
    return {
        "routes": {
            key: [operation["operationId"], "JWT" if granted[key] else "NONE", granted[key]]
            for key, operation in operations.items()
        },
        "throttles": {
            key: [operation["x-throttle"]["rate"], operation["x-throttle"]["burst"]]
            for key, operation in operations.items()
            if "x-throttle" in operation
        },
        "tables": {name: table(declared) for name, declared in contract.get("x-dynamodb", {}).items()},
        "scopes": sorted({scope for each in granted.values() for scope in each}),
    }


def scopes(contract: Document, operation: Document) -> list[str]:
    security = operation.get("security", contract.get("security", []))
    return [scope for requirement in security for each in requirement.values() for scope in each]


def table(declared: Document) -> dict[str, Any]:
    indexes = declared.get("global_secondary_indexes", {})
    return {
        "hash_key": declared["hash_key"],
        "attributes": declared["attributes"],
        "indexes": {name: [each["hash_key"], each["range_key"], each["projection"]] for name, each in indexes.items()},
        "ttl": [declared["ttl_attribute"]] if "ttl_attribute" in declared else [],
    }


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
