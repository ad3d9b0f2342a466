"""What a service has of its own in Terraform, terraform/own.tf: the function is told of it, and may use it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT

OWN = """
resource "aws_sqs_queue" "orders" {
  name = "${local.name}-orders"
}

locals {
  own_environment = { ORDERS_QUEUE = aws_sqs_queue.orders.name, LOG_LEVEL = "nothing" }
  own_statements  = [{ Sid = "Orders", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "*" }]
}
"""
TEST = """
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip"
}

run "the_function_is_told_of_it_and_may_use_it" {
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["ORDERS_QUEUE"] == "things-of-all-kinds-orders"
    error_message = "The environment has the service's own."
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["LOG_LEVEL"] == var.log_level
    error_message = "The engine's own variables win."
  }
  assert {
    condition = [
      for each in jsondecode(aws_iam_role_policy.function.policy).Statement : each.Action if each.Sid == "Orders"
    ] == [["sqs:SendMessage"]]
    error_message = "The role has the service's own statements."
  }
  assert {
    condition     = length(jsondecode(aws_iam_role_policy.function.policy).Statement) > 2
    error_message = "It has the engine's, too."
  }
}
"""


@pytest.mark.slow
def test_a_service_adds_resources_variables_and_rights(tmp_path: Path) -> None:
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    folder = tmp_path / "terraform"
    shutil.copytree(ROOT / "terraform", folder, ignore=shutil.ignore_patterns(".terraform*", "*.tftest.hcl", "*state*"))
    (folder / "own.tf").write_text(OWN, encoding="utf-8")
    (folder / "tests" / "own.tftest.hcl").write_text(TEST, encoding="utf-8")
    output = tmp_path / "build" / "terraform-test" / "things.zip"
    package = [
        "-m",
        "specbound",
        "package",
        "--empty",
        "terraform/tests/contracts/things.yaml",
        "--output",
        str(output),
    ]
    subprocess.run([sys.executable, *package], cwd=ROOT, check=True)

    subprocess.run(["terraform", "init", "-backend=false", "-input=false"], cwd=folder, check=True)
    subprocess.run(["terraform", "test", "-no-color"], cwd=folder, check=True)


def test_there_is_nothing_of_its_own_at_first() -> None:
    own = (ROOT / "terraform" / "own.tf").read_text(encoding="utf-8")

    assert "own_environment = {}" in own
    assert "own_statements = []" in own
