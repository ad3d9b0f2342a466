"""The walk-through of a newcomer: from an empty folder to a deployment, by the commands of its page, as it says."""

import os
import shutil

import pytest

from tests.repository import walk

pytestmark = pytest.mark.slow


def test_every_command_of_the_page_says_what_it_says_there(node, tmp_path):
    if not (shutil.which("terraform") and shutil.which("npm")) and os.environ.get("CI") != "true":
        pytest.skip("Terraform or npm is not installed.")
    page = walk.PAGE.read_text(encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()

    assert walk.walked(page, empty) == page, "`make walk` writes it anew."


def test_a_command_that_fails_is_told(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(RuntimeError, match="no-such-command"):
        walk.walked("```console\n$ no-such-command\n```\n", empty)
