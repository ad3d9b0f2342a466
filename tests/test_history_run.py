"""Histories of the service: small runs of what `make histories` and `make endurance` play find nothing."""

import os
import subprocess
import sys
from pathlib import Path
from random import randrange

import pytest

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ROOT = Path(__file__).parents[1]


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "specbound"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr[-3000:]}"
    return done.stdout


def test_what_many_clients_are_told_while_calls_are_lost_and_processes_die_is_true_together():
    seed = str(randrange(1_000_000, 1_000_000_000))

    said = run("tests.histories", "--operations", "400", "--seed", seed, "--size", "200")

    assert " requests, " in said


def test_what_clients_are_told_is_true_while_processes_are_killed_and_the_database_stands_still():
    said = run("tests.histories.endurance", "--seconds", "15")

    assert "- 1 stops of the database" in said
    assert "| 10." in said
