"""`specbound doctor` on machines that have more and less installed."""

import os
import subprocess
import sys
from pathlib import Path

from pytest import MonkeyPatch

from specbound.local.doctor import TOOLS, missing

SECRET = "wJalrXUtnFEMIK7MDENG"


def said(path: Path, **environment: str) -> list[str]:
    """The lines that it prints where the programs in a folder are all that there is."""
    home = {"PATH": str(path), "HOME": str(path), "AWS_EC2_METADATA_DISABLED": "true", **environment}
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
    command = [sys.executable, "-m", "specbound", "doctor"]
    done = subprocess.run(command, env={**kept, **home}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_each_tool_that_is_missing_is_named_with_what_waits_for_it(tmp_path: Path) -> None:
    lines = said(tmp_path)

    assert lines[0].startswith("ok ")
    for tool in TOOLS:
        at = lines.index(f"missing  {tool.name} {tool.least} or newer")
        assert lines[at + 1] == f"         for {tool.waiting}: {tool.source}"
    assert "missing  credentials of AWS" in lines


def test_one_that_is_there_is_only_named_and_one_that_is_too_old_is_said_to_be(tmp_path: Path) -> None:
    program(tmp_path, "terraform", "echo Terraform v1.9.8")
    program(tmp_path, "node", "echo v22.11.0")
    program(tmp_path, "git", "exit 1")

    lines = said(tmp_path)

    assert "too old  Terraform 1.9.8, where 1.10 is needed" in lines
    assert "ok       Node 22.11.0" in lines
    assert "missing  git 2.0 or newer" in lines


def lacking(path: Path, **environment: str) -> list[str]:
    """What a deployment lacks there, by the lines of its refusal."""
    home = {"PATH": str(path), "HOME": str(path), "AWS_EC2_METADATA_DISABLED": "true", **environment}
    command = [sys.executable, "-m", "specbound", "doctor", "--deploy"]
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (int(bool(done.stderr)), "")
    return done.stderr.splitlines()


def test_a_deployment_is_refused_before_anything_is_built_for_it(tmp_path: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET}

    terraform, credentials = lacking(tmp_path)
    program(tmp_path, "terraform", "echo Terraform v1.9.8")
    [too_old] = lacking(tmp_path, **keys)
    program(tmp_path, "terraform", "echo Terraform v1.10.0")

    assert terraform == "This needs Terraform 1.10 or newer, which is not installed."
    assert credentials.startswith("This needs credentials of your AWS account: set AWS_PROFILE, or ")
    assert too_old == "This needs Terraform 1.10 or newer, and Terraform 1.9.8 is installed."
    assert lacking(tmp_path, AWS_PROFILE="nobody's") == [credentials]
    assert lacking(tmp_path, **keys) == []


def test_who_starts_the_api_reads_in_a_line_what_the_rest_needs(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    [line] = missing()
    program(tmp_path, "terraform", "")
    [other] = missing()
    program(tmp_path, "node", "")

    assert line.startswith("Not installed, and not needed to run it: Node (")
    assert "Terraform (`make cloud`, `make plan` and `make deploy`)" in line
    assert "Terraform" not in other
    assert missing() == []


def test_credentials_are_found_and_not_shown(tmp_path: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET}

    without_region, with_region = said(tmp_path, **keys), said(tmp_path, AWS_REGION="eu-central-1", **keys)

    assert "missing  a region of AWS (AWS_REGION)" in without_region
    assert "ok       credentials and a region of AWS" in with_region
    assert SECRET not in "".join(without_region + with_region)
