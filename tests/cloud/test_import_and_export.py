"""A file imported into what is deployed, and exported from it: stopped in the middle, each goes on to its end."""

import json
import os
import signal
import subprocess
import sys
from time import sleep

import pytest

from specbound.compiler.document import ROOT

pytestmark = pytest.mark.slow

NAMES = sorted(f"Crate {number:03}" for number in range(450))


@pytest.fixture
def command(cloud):
    """Starts a command of the service, as its users do, with a token of the deployment."""
    # What is started in the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(name, file, *options):
        return subprocess.Popen(
            [sys.executable, "-m", "specbound", name, str(file), cloud.url, "products", *options],
            cwd=ROOT,
            env={**os.environ, "API_TOKEN": cloud.token()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def stopped(process, is_in_the_middle):
    """Interrupt a command once it is in the middle of its work. Returns its status, and what it complained of."""
    while process.poll() is None and not is_in_the_middle():
        sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def ended(process):
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, said + errors
    return said


def test_an_import_and_an_export_that_are_interrupted_are_completed_by_the_same_commands(command, tmp_path):
    file, out = tmp_path / "products.jsonl", tmp_path / "out" / "products.jsonl"
    rows = [{"name": name, "price": 19.9, "category": "shipped"} for name in NAMES]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out.parent.mkdir()
    progress, kept = file.with_suffix(".jsonl.progress"), out.with_suffix(".jsonl.export")
    export = ("export", out, "--filter", "category=shipped", "--limit", "20")

    interrupted_import = stopped(command("import", file), lambda: '"created": 0' not in _text(progress))
    ended(command("import", file))
    interrupted_export = stopped(command(*export), kept.exists)
    was_whole = out.exists()
    ended(command(*export))

    for status, errors in (interrupted_import, interrupted_export):
        assert (status, "the same command goes on from here" in errors) == (1, True), errors
    exported = [json.loads(line) for line in out.read_text().splitlines()]
    assert not was_whole
    assert sorted(each["name"] for each in exported) == NAMES
    assert len({each["productId"] for each in exported}) == len(NAMES)


def _text(progress):
    return progress.read_text() if progress.exists() else '"created": 0'
