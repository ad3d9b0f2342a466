"""How an import runs: within the throttle, in little memory, and for all to see."""

import os
import pty
import sys
import termios
from time import monotonic

import pytest

from tests.importing.commands import COMMAND, products, run, start
from tests.importing.relay import created, relay

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]
# A process counts what it was before it became another program, so a small one starts the importer.
MEASURED = f"""
import resource, subprocess, sys
status = subprocess.call({[str(part) for part in COMMAND]})
print("  peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


def test_requests_keep_to_the_contracts_throttle(tmp_path):
    file, times = tmp_path / "products.jsonl", []
    products(file, "throttled", 300)

    def answer(path, key, body):
        times.append(monotonic())
        return created(path, key, body)

    with relay(answer, rate=20) as gateway:
        run(file, gateway.url)

    assert len(times) == 31
    assert times[-1] - times[1] > 28 / 20


def test_a_terminal_shows_a_bar_and_a_log_shows_lines(tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "shown", 30)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))

    with relay(created) as gateway:
        start(file, gateway.url, stderr=theirs).wait(30)
        terminal = os.read(ours, 100_000).decode()
        (tmp_path / "products.jsonl.progress").unlink()
        _, _, log = run(file, gateway.url)

    assert "\r" in terminal and "█" in terminal
    assert "30 of 30 rows" in terminal and "rows/s" in terminal and "left" in terminal
    assert log.splitlines()[-1].startswith("products.jsonl 100% 30 of 30 rows, ")
    assert "\r" not in log


def test_a_hundred_thousand_rows_take_hardly_more_memory_than_a_thousand(tmp_path):
    peaks = []

    with relay(created, most_items=250, rate=1000) as gateway:
        for count in (1_000, 100_000):
            file = tmp_path / f"{count}.csv"
            file.write_text("name,price,category\n" + "".join(f"Thing {n},{n}.99,many\n" for n in range(count)))
            status, figures, _ = run(file, gateway.url, command=[sys.executable, "-c", MEASURED])
            assert (status, figures["created"]) == (0, count)
            peaks.append(figures["peak"])

    assert peaks[1] < peaks[0] * 1.25
