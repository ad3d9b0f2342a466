"""`ENV=… make deploy`: deployments side by side, each with its settings, its name and its state."""

import os
import subprocess

import pytest

from specbound.compiler.document import ROOT
from specbound.local.deployment import LEFT_OUT
from specbound.local.emulator import emulator
from tests.repository.project import copy_to

pytestmark = pytest.mark.slow


@pytest.fixture
def project(terraform, tmp_path):
    copy_to(tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    for name in LEFT_OUT:  # what MiniStack cannot
        (tmp_path / "terraform" / name).unlink(missing_ok=True)
    return tmp_path


def make(project, aws, *targets):
    """Run targets in a project whose AWS is MiniStack's, with a yes to what Terraform asks."""
    command = ["make", "--no-print-directory", "--old-file=.venv/ready", *targets]
    environment = os.environ | aws.environment
    return subprocess.run(
        command, cwd=project, env=environment, input="yes\n", capture_output=True, text=True, check=False
    )


def outputs(project, environment):
    command = ["terraform", "-chdir=terraform", "output", "-raw", "function"]
    return subprocess.check_output(command, cwd=project, env=os.environ | {"TF_WORKSPACE": environment}, text=True)


def test_environments_stand_side_by_side_each_as_its_file_says(project):
    with emulator() as aws:
        for environment in ("staging", "production"):
            deployed = make(project, aws, "deploy", f"ENV={environment}")
            assert deployed.returncode == 0, deployed.stdout + deployed.stderr

        names = [outputs(project, environment) for environment in ("staging", "production")]
        plan = make(project, aws, "plan", "ENV=staging")
        kept = make(project, aws, "destroy", "ENV=production")
        gone = make(project, aws, "destroy", "ENV=staging")

    [one, other] = names
    assert one.removesuffix("-staging") == other.removesuffix("-production") not in names
    assert "No changes." in plan.stdout
    assert kept.returncode != 0
    assert "Nothing was removed: the deployment has deletion_protection." in kept.stdout
    assert gone.returncode == 0
    assert "Destroy complete!" in gone.stdout


def test_an_environment_without_a_file_or_beside_settings_for_all_is_refused(project):
    with emulator() as aws:
        unknown = make(project, aws, "plan", "ENV=nowhere")
        (project / "terraform" / "terraform.tfvars").write_text('name = "mine"\n', encoding="utf-8")
        mixed = make(project, aws, "plan", "ENV=staging")

    assert (unknown.returncode, mixed.returncode) == (2, 2)
    assert "There is no terraform/environments/nowhere.tfvars: write the settings of nowhere into it." in unknown.stdout
    assert "terraform/terraform.tfvars would hold for every environment: move its settings." in mixed.stdout
