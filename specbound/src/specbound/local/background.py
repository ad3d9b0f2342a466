"""The local server in a process of its own, for whoever calls the API over HTTP as others do."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from specbound.compiler.files import ROOT
from specbound.failures import Failed

ANSWERS = re.compile(rb"^The (?:API|mock|proxy) answers on +(\S+)\n", re.MULTILINE)


@contextmanager
def served(log: Path, *options: str, command: str = "run", folder: Path = ROOT) -> Iterator[str]:
    """`specbound run`, or another command that serves, with these options, on a free port, for the service in a folder.

    Yields where it answers, and stops it in the end. All that it says is in `log`. Raises Failed, with that, if it does
    not start.
    """
    arguments = [sys.executable, "-m", "specbound", command, "--port", "0", *options]
    # Not a pipe: nobody would read on, and a full one holds whoever writes into it.
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, cwd=folder, stdout=output, stderr=output)
    with process:
        try:
            yield _url(process, log)
        finally:
            process.terminate()


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    is_running = True
    while is_running:
        is_running = process.poll() is None
        if found := ANSWERS.search(log.read_bytes()):
            return found[1].decode()
        time.sleep(0.05)
    raise Failed(f"The local server did not start:\n{log.read_text(encoding='utf-8', errors='replace').strip()}")
