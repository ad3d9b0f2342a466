"""The function in a process of its own, with an environment of its own: as it starts, and what it answers."""

import json
import os
import subprocess
import sys

from specbound.compiler.document import ROOT
from specbound.local import embedded

ANSWER = """
import json, sys
from specbound.local import embedded
if "tables" in sys.argv:
    embedded.start()
from handlers.router import lambda_handler
for event in json.load(sys.stdin):
    print(json.dumps(lambda_handler(event, None)))
"""


def answers(events, *needs, **environment):
    """What the function answers to each event, over empty `tables` if it needs them."""
    process = _run(ANSWER, needs, environment, json.dumps(events))
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def complaint(folder=ROOT, **environment):
    """The last line that the function of a project leaves when it does not start; None takes a variable away."""
    process = _run("import handlers.router", [], environment, "", folder)
    assert process.returncode != 0, "It started."
    return process.stderr.splitlines()[-1]


def _run(program, arguments, environment, given, folder=ROOT):
    found = {"PATH": os.environ["PATH"], **embedded.environment(), "LOG_LEVEL": "CRITICAL", **environment}
    kept = {name: value for name, value in found.items() if value is not None}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=folder, env=kept, input=given, capture_output=True, text=True, check=False)
