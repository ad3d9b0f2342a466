"""Warm processes: pytest in a copy, by a process that has imported already what does not change from copy to copy."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

# It forks for each run: most of the time of a few tests goes by for what they import.
WARM = """
import json, os, sys, warnings
with warnings.catch_warnings(action="ignore"):
    import aws_lambda_powertools, boto3, connexion, httpx, hypothesis, jsonschema, jsonschema_rs, moto
    import moto.dynamodb.models, openapi_core, openapi_spec_validator, orjson, pytest, uvicorn, werkzeug, yaml
for line in sys.stdin:
    job = json.loads(line)
    if not (child := os.fork()):
        os.setsid()
        os.chdir(job["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(job["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1), os.dup2(said, 2)
        sys.executable = job["python"]
        sys.path[:0] = [job["folder"], *job["path"]]
        status = pytest.main(job["arguments"])
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("done", flush=True)
"""


class Warm:
    """One such process, for one run at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WARM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def pytest(self, folder: Path, python: str, path: Sequence[str], arguments: Sequence[str], seconds: float) -> str:
        """What pytest says in a folder, `path` before all else that is imported from. Raises TimeoutError."""
        said = folder / f".said-{os.getpid()}-{id(self)}"
        job = {"folder": str(folder), "python": python, "path": path, "arguments": arguments, "said": str(said)}
        assert self._process.stdin and self._process.stdout  # both are pipes
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        # A session of its own: with all that it started.
        end = Timer(seconds, os.killpg, (child, signal.SIGKILL))
        end.start()
        self._process.stdout.readline()
        if end.finished.is_set():
            raise TimeoutError
        end.cancel()
        return said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
