"""What editors, containers and commits are given, here and in a new service: it names what is there, as CI has it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from specbound.cli import main
from specbound.clients.go_client import OLDEST
from specbound.local import editors

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["here", "new"])
def folder(request, tmp_path_factory):
    if request.param == "here":
        return ROOT
    service = tmp_path_factory.mktemp("new") / "shop"
    assert main(["new", "shop", "--into", str(service)]) == 0
    return service


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def targets(folder):
    return set(re.findall("^([a-z-]+):", (folder / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_editor_completes_the_contract_by_the_schema_of_this_version(folder):
    [[schema, contracts]] = read(folder / ".vscode" / "settings.json")["yaml.schemas"].items()

    assert (folder / schema).read_text(encoding="utf-8") == editors.text()
    for each in [contracts] if isinstance(contracts, str) else contracts:
        assert [*folder.glob(each)], each


def test_tasks_and_hooks_call_what_make_has(folder):
    tasks = [each["command"] for each in read(folder / ".vscode" / "tasks.json")["tasks"]]
    [local] = [each for each in hooks(folder) if each["repo"] == "local"]
    entries = [each["entry"] for each in local["hooks"]]
    container = read(folder / ".devcontainer" / "devcontainer.json")["postCreateCommand"]

    called = [each.replace("--no-print-directory ", "").split() for each in [*tasks, *entries, container]]
    assert {make for make, *_ in called} == {"make"}
    assert {target for _, target, *_ in called} <= targets(folder)


def hooks(folder):
    return yaml.safe_load((folder / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


def test_a_mistake_and_a_finding_are_shown_at_their_lines(folder, tmp_path):
    text = (folder / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "earlier.yaml").write_text(text, encoding="utf-8")
    patterns = {
        each["label"]: each["problemMatcher"]["pattern"]
        for each in read(folder / ".vscode" / "tasks.json")["tasks"]
        if each["problemMatcher"]
    }
    for label, changed, command in (
        ("contract", text.replace("hash_key:", "hash_kee:"), ["compile", "--out", str(tmp_path / "compiled")]),
        ("breaking changes", re.sub(r"operationId: (\w+)", r"operationId: \1_x", text), ["check", "earlier.yaml"]),
    ):
        (tmp_path / "openapi.yaml").write_text(changed, encoding="utf-8")

        said = subprocess.run(
            [sys.executable, "-m", "specbound", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )

        lines = (said.stdout + said.stderr).splitlines()
        found = [match for line in lines if (match := re.match(patterns[label]["regexp"], line))]
        assert found, lines
        assert {match[patterns[label]["file"]] for match in found} == {"openapi.yaml"}
        assert all(int(match[patterns[label]["line"]]) > 0 for match in found)


def test_the_container_has_the_versions_that_ci_has(folder):
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    container = read(folder / ".devcontainer" / "devcontainer.json")
    features = {name.rpartition("/")[2].partition(":")[0]: each for name, each in container["features"].items()}

    assert f'python-version: "{container["image"].split("-")[1]}"' in workflow
    assert f'node-version: "{features["node"]["version"]}"' in workflow
    assert f'terraform_version: "{features["terraform"]["version"]}"' in workflow


def test_the_container_has_a_go_for_the_go_clients_tests():
    version = read(ROOT / ".devcontainer" / "devcontainer.json")["features"]["ghcr.io/devcontainers/features/go:1"]

    newest, oldest = (tuple(map(int, each.split("."))) for each in (version["version"], OLDEST))
    assert newest >= oldest


def test_commits_are_checked_by_the_linter_of_this_project(folder):
    pinned = re.search("^ruff==([0-9.]+)", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE)
    others = [each["rev"] for each in hooks(folder) if each["repo"] != "local"]

    assert others == ([] if folder == ROOT else [f"v{pinned[1]}"])


def test_no_two_files_have_one_name_where_case_makes_no_difference():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [each.lower() for each in listed.splitlines()]

    assert len(names) == len(set(names)) > 0
