"""What make does around Terraform, in a copy of the project with a state of its own."""

import json
import os
import shutil
import subprocess

import pytest

from specbound.compiler.document import ROOT
from tests.repository.project import copy_to


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    copy = tmp_path_factory.mktemp("project")
    copy_to(copy)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def make(project, *targets):
    environment = os.environ | {"TF_PLUGIN_CACHE_DIR": str(ROOT / "build" / "terraform-plugins")}
    command = ["make", "--no-print-directory", "--old-file=.venv/ready", *targets]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def deployed(project, **outputs):
    """Leave the state of a deployment with these outputs."""
    found = {name: {"value": value, "type": "bool"} for name, value in outputs.items()}
    state = {
        "version": 4,
        "terraform_version": "1.10.0",
        "serial": 1,
        "lineage": "a",
        "outputs": found,
        "resources": [],
    }
    (project / "terraform" / "terraform.tfstate").write_text(json.dumps(state), encoding="utf-8")


def test_make_destroy_removes_nothing_while_data_is_protected(project):
    deployed(project, deletion_protection=True)

    done = make(project, "destroy")

    assert done.returncode != 0
    assert "Nothing was removed: the deployment has deletion_protection. Set it to false, make deploy," in done.stdout
    assert not (project / "build").exists() or not (project / "build" / "lambda.zip").exists()


@pytest.mark.parametrize("outputs", [{"deletion_protection": False}, {}])
def test_make_destroy_goes_on_where_nothing_is_protected(project, outputs):
    deployed(project, **outputs)

    assert make(project, "unprotected").returncode == 0


def test_there_is_nothing_to_prune_where_nothing_is_deployed(project):
    deployed(project)

    done = make(project, "prune")

    assert done.returncode != 0
    assert "Nothing is deployed from here: `make deploy` deploys." in done.stderr


def test_only_a_number_of_versions_can_be_kept(project):
    assert "'0' is not a count: write a whole number from 1 on" in make(project, "prune", "KEEP=0").stderr


def test_a_canary_is_asked_for_by_its_share_and_its_minutes(project):
    at_once = make(project, "--dry-run", "deploy").stdout
    carefully = make(project, "--dry-run", "deploy", "CANARY=10", "WATCH=15").stdout

    assert "specbound deploy --canary 10 --watch 15 -- " in " ".join(carefully.split())
    assert "--canary" not in at_once
