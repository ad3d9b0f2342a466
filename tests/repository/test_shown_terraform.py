"""Terraform that pages show: settings are those of the variables, and resources and a backend are valid."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.repository.snippets import ROOT, TERRAFORM, Snippet, snippets

ALL = snippets(TERRAFORM)
SETTINGS = [each for each in ALL if re.match(r"\w+ += ", each.text)]
# What `own.tf` finds beside it.
BESIDE = 'locals {\n  name = "shop"\n}\n\noutput "own" {\n  value = [local.own_environment, local.own_statements]\n}\n'


@pytest.fixture(autouse=True)
def terraform() -> None:
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")


@pytest.mark.parametrize("snippet", SETTINGS, ids=str)
def test_a_setting_is_one_that_the_variables_take(snippet: Snippet, tmp_path: Path) -> None:
    shutil.copy(ROOT / "terraform" / "variables.tf", tmp_path)
    (tmp_path / "terraform.tfvars").write_text(snippet.text, encoding="utf-8")
    name = snippet.text.split()[0]

    command = ["terraform", "console", "-no-color"]
    said = subprocess.run(command, cwd=tmp_path, input=f"var.{name}\n", capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    assert "undeclared variable" not in said.stdout + said.stderr
    assert said.stdout.strip() not in ("null", "[]", "{}", "tomap(null)")


@pytest.mark.parametrize("snippet", [each for each in ALL if each not in SETTINGS], ids=str)
def test_a_configuration_is_valid(snippet: Snippet, tmp_path: Path) -> None:
    if "aws_" in snippet.text:
        versions = (ROOT / "terraform" / "versions.tf").read_text(encoding="utf-8").partition("\nprovider ")[0]
        (tmp_path / "versions.tf").write_text(versions, encoding="utf-8")
        (tmp_path / "beside.tf").write_text(BESIDE, encoding="utf-8")
    (tmp_path / "shown.tf").write_text(snippet.text, encoding="utf-8")

    for arguments in (["init", "-backend=false", "-input=false"], ["validate", "-no-color"]):
        done = subprocess.run(["terraform", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
