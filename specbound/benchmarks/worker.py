"""A process that has one stack: it does what it is told on its standard input, and says what it took.

A command is a line of JSON: `{"answer": event}`, `{"request": name, "calls": n, "stub": false}` or `{"memory": true}`.
What the stack itself writes goes nowhere, as far as an operating system takes it there.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

from benchmarks.context import Context
from benchmarks.workload import MEASURED, fresh

YARD_ROUNDS = 600
YARD = {"name": "Ada Lovelace", "numbers": list(range(20)), "nested": {str(each): each for each in range(20)}}


def yardstick() -> float:
    """Seconds of CPU for some fixed work in Python: how fast the machine is just now."""
    start = process_time()
    for _ in range(YARD_ROUNDS):
        found = json.loads(json.dumps(YARD))
        sum(found["nested"].values())
    return process_time() - start


def measured(handler: Callable[..., Any], name: str, calls: int) -> dict[str, float]:
    """Seconds of CPU per call, of all threads of this process, and what the yardstick took around them."""
    events = [fresh(MEASURED[name]) for _ in range(calls)]
    context = Context()
    before = yardstick()
    start = process_time()
    for each in events:
        handler(each, context)
    seconds = process_time() - start
    return {"seconds": seconds / calls, "yard": (before + yardstick()) / 2}


def answer(handler: Callable[..., Any], event: Any) -> int:
    """The status of the reply; 599 for a stack that raises, which API Gateway answers with a 500."""
    try:
        return int(handler(event, Context())["statusCode"])
    except Exception:  # whatever it may be
        return 599


def memory_mb() -> float:
    """The most memory that this process has had, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def serve(stack: ModuleType, commands: Any, replies: Any) -> None:
    """Do what each line says, until there is none."""
    is_stubbed = False
    for line in commands:
        command = json.loads(line)
        if "answer" in command:
            reply: Any = {"status": answer(stack.handler, command["answer"])}
        elif "memory" in command:
            reply = {"mb": memory_mb()}
        else:
            if command["stub"] and not is_stubbed:
                stack.stub(json.loads(Path(os.environ["BENCH_USERS"]).read_text()))
                is_stubbed = True
            reply = measured(stack.handler, command["request"], command["calls"])
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def main(name: str) -> None:
    """Load a stack; say what it lacks; then serve."""
    warnings.simplefilter("ignore")
    logging.captureWarnings(True)
    replies = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    stack = import_module(f"benchmarks.stacks.{name}")
    replies.write(json.dumps({"lacks": stack.LACKS}) + "\n")
    replies.flush()
    serve(stack, sys.stdin, replies)


if __name__ == "__main__":
    main(sys.argv[1])
