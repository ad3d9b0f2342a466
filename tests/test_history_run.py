"""Histories of the service: a small run of what `make histories` plays, on processes that die, finds nothing."""

import os
import subprocess
import sys
from pathlib import Path
from random import randrange

import pytest

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ROOT = Path(__file__).parents[1]
OPERATIONS = 1500


def test_what_many_clients_are_told_while_calls_are_lost_and_processes_die_is_true_together():
    seed = randrange(1_000_000, 1_000_000_000)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.histories",
            "--operations",
            str(OPERATIONS),
            "--seed",
            str(seed),
            "--size",
            "500",
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "specbound"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert done.returncode == 0, (
        f"make histories OPERATIONS={OPERATIONS} SEED={seed}\n{done.stdout}{done.stderr[-3000:]}"
    )
    assert " requests, " in done.stdout
