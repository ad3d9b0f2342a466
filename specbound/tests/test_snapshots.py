"""Instances that start from one snapshot, as with SnapStart: a process that has started, copied, each copy going on."""

import json
import os
import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from tests.events import event_1_0

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

# A snapshot is taken once the function has been imported; nothing of it is asked before.
COPIES = """
import json, os, random, sys
from specbound.local import embedded
embedded.start()
from handlers.router import lambda_handler
event = json.load(sys.stdin)
state = random.getstate()
for _ in range(2):
    if not (copy := os.fork()):
        random.setstate(state)  # Python draws anew in whatever forks, but knows nothing of snapshots.
        status = lambda_handler(event, None)["statusCode"]
        print(json.dumps([status, random.random()]), flush=True)
        os._exit(0)
    os.waitpid(copy, 0)
"""


def test_copies_of_one_start_do_not_draw_the_same_random_pauses():
    environment = {"PATH": os.environ["PATH"], **embedded.environment(), "LOG_LEVEL": "CRITICAL"}
    given = json.dumps(event_1_0("GET", "/users"))

    said = subprocess.check_output(
        [sys.executable, "-c", COPIES], cwd=ROOT, env=environment, input=given, text=True
    ).splitlines()

    [(status, drawn), (same, other)] = map(json.loads, said)
    assert status == same == 200
    assert drawn != other
