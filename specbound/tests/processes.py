"""The function in a process of its own, with an environment of its own: as it starts, and what it answers."""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from specbound.compiler.document import ROOT
from specbound.local import embedded

ANSWER = """
import json, sys
from handlers.router import lambda_handler
for event in json.load(sys.stdin):
    print(json.dumps(lambda_handler(event, None)))
"""
# Lambda's context, as far as it tells the time.
TIMED = """
import json, sys, time
from types import SimpleNamespace
from handlers.router import lambda_handler
event, seconds = json.load(sys.stdin)
start = time.monotonic()
context = SimpleNamespace(get_remaining_time_in_millis=lambda: int((start + seconds - time.monotonic()) * 1000))
print(json.dumps([lambda_handler(event, context), time.monotonic() - start]))
"""
START = "import handlers.router"
# What a process imports makes it slow to start: one that has imported all but the function forks for each job.
FORKS = """
import json, os, sys, traceback
import aws_lambda_powertools, boto3, jsonschema_rs, orjson
from specbound.local import embedded
if "tables" in sys.argv:
    embedded.start()
for line in sys.stdin:
    job = json.loads(line)
    if not (child := os.fork()):
        for number, (name, flags) in enumerate(zip(job["files"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
            os.dup2(os.open(name, flags), number)
        os.environ.clear()
        os.environ.update(job["environment"])
        try:
            exec(job["program"], {"__name__": "__main__"})
            status = 0
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def answers(events, *needs, **environment):
    """What the function answers to each event, over empty `tables` if it needs them."""
    process = _fork(ANSWER, needs, environment, json.dumps(events))
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def timed_answer(event, seconds, **environment):
    """What the function answers when Lambda gives it so many seconds, and how many it takes."""
    process = _fork(TIMED, [], environment, json.dumps([event, seconds]))
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def log(events, *needs, **environment):
    """The lines that the function writes of events, as Lambda finds them beside its answers."""
    return [line for line in answers(events, *needs, **environment) if "statusCode" not in line]


def complaint(folder=ROOT, **environment):
    """The last line that the function of a project leaves when it does not start; None takes a variable away."""
    if folder == ROOT:
        process = _fork(START, [], environment, "")
    else:
        command = [sys.executable, "-c", START]
        found = _environment(environment)
        process = subprocess.run(command, cwd=folder, env=found, capture_output=True, text=True, check=False)
    assert process.returncode != 0, "It started."
    return process.stderr.splitlines()[-1]


def _environment(changes):
    found = {"PATH": os.environ["PATH"], **embedded.environment(), "LOG_LEVEL": "CRITICAL", **changes}
    return {name: value for name, value in found.items() if value is not None}


def _fork(program, needs, changes, given):
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        for file, content in zip(files, (given, "", ""), strict=True):
            file.write_text(content, encoding="utf-8")
        own = {"DATABASE_CLIENT": "boto3"} if "tables" in needs else {}  # as embedded.start says
        environment = _environment(own | changes)
        job = {"program": program, "environment": environment, "files": [str(file) for file in files]}
        forks = _forks(*needs)
        print(json.dumps(job), file=forks.stdin, flush=True)
        status = int(forks.stdout.readline())
        return subprocess.CompletedProcess(program, status, *(file.read_text(encoding="utf-8") for file in files[1:]))


@cache
def _forks(*needs):
    """A process that runs programs in copies of itself; it ends when this one does, for want of jobs."""
    command = [sys.executable, "-c", FORKS, *needs]
    environment = {"PATH": os.environ["PATH"], **embedded.ENVIRONMENT}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
