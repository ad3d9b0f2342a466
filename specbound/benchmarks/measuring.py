"""Measuring: every stack in a process of its own, all of them in each round, and each sample beside the yardstick.

So whatever else the machine does strikes all alike. What counts are ratios within a round, and how far they spread.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import IO, Any, cast

from benchmarks.database import measured_core
from benchmarks.worker import yardstick
from benchmarks.workload import CASES, MEASURED, Event, fresh

# A sample is to take so long, that the clock is fine enough and a round does not last.
SAMPLE_SECONDS = 0.15
MOST_CALLS = 1000
START = (
    "import importlib, os, sys, time; out = os.dup(1); nowhere = os.open(os.devnull, os.O_WRONLY); "
    "os.dup2(nowhere, 1); os.dup2(nowhere, 2); from benchmarks.context import Context; "
    "reply = importlib.import_module('benchmarks.stacks.{stack}').handler({event!r}, Context()); "
    "os.write(out, str(time.process_time() if reply['statusCode'] == 200 else -1).encode())"
)
START_REQUEST, MEMORY, ZIP = "cold start", "memory", "zip"


@dataclass(frozen=True)
class Stack:
    """What is measured: its name, its module, the environment that it is given, and the distributions it is made of."""

    name: str
    module: str
    needs: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


Samples = dict[str, list[float]]
"""Of each request, a sample per round: seconds of CPU as the yardstick's median says, or MB."""


class Worker:
    """A stack in its process."""

    def __init__(self, stack: Stack, environment: Mapping[str, str], core: int) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", stack.module]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**environment, **stack.environment}
        )
        os.sched_setaffinity(self.process.pid, {core})
        self._commands, self._replies = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        self.lacks: Sequence[str] = self._reply()["lacks"]

    def ask(self, **command: Any) -> Any:
        """What it says to a command."""
        self._commands.write(json.dumps(command) + "\n")
        self._commands.flush()
        return self._reply()

    def _reply(self) -> Any:
        line = self._replies.readline()
        if not line:
            raise RuntimeError(f"{' '.join(map(str, self.process.args))} ended: run it by itself to see why.")
        return json.loads(line)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def workers(stacks: Sequence[Stack], environment: Mapping[str, str]) -> Iterator[dict[str, Worker]]:
    """All stacks at once, on one core."""
    core = measured_core()
    with ExitStack() as closing:
        found = {}
        for each in stacks:
            found[each.name] = Worker(each, environment, core)
            closing.callback(found[each.name].close)
        yield found


def answers(found: Mapping[str, Worker]) -> dict[str, dict[str, bool]]:
    """Of each stack, which of the cases it answers as it should."""
    return {
        name: {case.what: _answer(each, case.event) in case.right for case in CASES} for name, each in found.items()
    }


def refuse_wrong(found: Mapping[str, Worker]) -> None:
    """A stack that does not do what is measured is not worth measuring. Raises RuntimeError."""
    right = {"POST": 201, "POST with a key": 201, "GET by id": 200, "list of 20": 200, "batch of 100": 200}
    for name, worker in found.items():
        for request, status in right.items():
            if request not in worker.lacks and (said := _answer(worker, fresh(MEASURED[request]))) != status:
                raise RuntimeError(f"{name} answers {said} to {request}.")


def _answer(worker: Worker, event: Event) -> int:
    return int(worker.ask(answer=event)["status"])


def measure(
    found: Mapping[str, Worker], rounds: int, calls: int | None, *, stub: bool, tell: Callable[[str], None]
) -> dict[str, Samples]:
    """Of each stack, the samples of each request. `calls` is how many a sample has; as many as last long enough."""
    taken: dict[str, dict[str, list[dict[str, float]]]] = {name: {} for name in found}
    counts: dict[tuple[str, str], int] = {}
    for number in range(rounds + 1):
        tell(f"{'stubbed' if stub else 'loopback'}: round {number} of {rounds}")
        for request in MEASURED:
            for name, worker in found.items():
                if request in worker.lacks or (stub and request == "POST with a key" and name.startswith("Powertools")):
                    continue
                count = counts.get((name, request), calls or 2)
                sample = worker.ask(request=request, calls=count, stub=stub)
                if number:
                    taken[name].setdefault(request, []).append(sample)
                else:
                    counts[name, request] = calls or _calls(sample["seconds"])
    usual = median(each["yard"] for one in taken.values() for samples in one.values() for each in samples)
    return {
        name: {
            request: [each["seconds"] * usual / each["yard"] for each in samples] for request, samples in one.items()
        }
        for name, one in taken.items()
    }


def _calls(seconds: float) -> int:
    return max(1, min(MOST_CALLS, round(SAMPLE_SECONDS / seconds)))


def starts(
    stacks: Sequence[Stack], environment: Mapping[str, str], rounds: int, tell: Callable[[str], None]
) -> dict[str, list[float]]:
    """Of each stack, seconds of CPU until a new process has answered its first GET. The first round fills caches."""
    taken: dict[str, list[tuple[float, float]]] = {each.name: [] for each in stacks}
    core = measured_core()
    for number in range(rounds + 1):
        tell(f"cold start: round {number} of {rounds}")
        for each in stacks:
            command = [
                "taskset",
                "-c",
                str(core),
                sys.executable,
                "-W",
                "ignore",
                "-c",
                START.format(stack=each.module, event=MEASURED["GET by id"]),
            ]
            yard = yardstick()
            said = subprocess.check_output(command, text=True, env={**environment, **each.environment})
            if float(said) < 0:
                raise RuntimeError(f"{each.name} does not answer the first GET of a new process.")
            if number:
                taken[each.name].append((float(said), yard))
    usual = median(yard for each in taken.values() for _, yard in each)
    return {name: [seconds * usual / yard for seconds, yard in each] for name, each in taken.items()}


def memory(found: Mapping[str, Worker]) -> dict[str, float]:
    """The most MB that each stack has had."""
    return {name: each.ask(memory=True)["mb"] for name, each in found.items()}
