"""`make bench`: what a request costs in CPU time, and what a cold start does, beside other ways to answer the same.

Nothing is stored. Each round measures every stack once, so that whatever else the machine does strikes all alike; the
median counts, and of that only the ratio to others of the same run.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from time import process_time
from typing import Any

from benchmarks.workload import REQUESTS, Context, Event
from specbound.compiler.document import load

Stack = Callable[[Event, Any], dict[str, Any]]
ROUNDS = 15
STARTS = 7
# Module, handler, and how many calls a round has of it.
STACKS = {
    "bare": ("bare", "handler", 400),
    "ours": ("ours", "silent", 400),
    "ours, log line and metrics": ("ours", "handler", 200),
    "Powertools, pydantic": ("powertools_pydantic", "handler", 60),
    "FastAPI, Mangum": ("fastapi_mangum", "handler", 30),
    "Connexion, Mangum": ("connexion_mangum", "handler", 20),
    "Powertools, openapi-core": ("powertools_openapi_core", "handler", 10),
}
BASE = "client_only"
STATUSES = {"valid POST": (201,), "bad POST": (400, 422), "GET by id": (200,)}


def main() -> None:
    os.environ.update({f"TABLE_{name.upper()}": name for name in load()["x-dynamodb"]})
    os.environ.update({"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "LOG_LEVEL": "INFO"})
    print_requests()
    print_starts()


def print_requests() -> None:
    stacks = {
        name: getattr(import_module(f"benchmarks.stacks.{stack}"), handler)
        for name, (stack, handler, _) in STACKS.items()
    }
    refuse_wrong_answers(stacks)
    print(f"{'One request, CPU':28}" + "".join(f"{name:>22}" for name in REQUESTS))
    costs = {request: measure(stacks, event) for request, event in REQUESTS.items()}
    for name in stacks:
        cells = (
            f"{costs[each][name] * 1e6:9.1f} µs {costs[each][name] / costs[each]['bare']:8.1f}" for each in REQUESTS
        )
        print(f"{name:28}" + "".join(f"{cell:>22}" for cell in cells))
    print("Ratios are to the bare one, which takes a bad POST for a good one.\n")


def measure(stacks: dict[str, Stack], event: Event) -> dict[str, float]:
    """Seconds of CPU per call of each stack, the median of all rounds."""
    samples: dict[str, list[float]] = {name: [] for name in stacks}
    for _ in range(ROUNDS):
        for name, stack in stacks.items():
            calls, context = STACKS[name][2], Context()
            with redirect_stdout(StringIO()):
                start = process_time()
                for _ in range(calls):
                    stack(event, context)
                samples[name].append((process_time() - start) / calls)
    return {name: statistics.median(each) for name, each in samples.items()}


def refuse_wrong_answers(stacks: dict[str, Stack]) -> None:
    """A stack that does not answer as it should is not worth measuring."""
    for name, stack in stacks.items():
        for request, event in REQUESTS.items():
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                status = stack(event, Context())["statusCode"]
            if status not in STATUSES[request] and (name, request) != ("bare", "bad POST"):
                sys.exit(f"{name} answers {status} to the {request}.")


def print_starts() -> None:
    modules = {name: stack for name, (stack, handler, _) in STACKS.items() if handler == "handler"}
    samples: dict[str, list[tuple[float, int]]] = {stack: [] for stack in [BASE, *modules.values()]}
    for _ in range(STARTS):
        for stack, each in samples.items():
            each.append(start(stack))
    base = [statistics.median(values) for values in zip(*samples[BASE], strict=True)]
    print(f"{'Cold start, over a client':28}{'CPU':>22}{'modules':>22}")
    for name, stack in modules.items():
        seconds, count = (statistics.median(values) for values in zip(*samples[stack], strict=True))
        print(f"{name:28}{(seconds - base[0]) * 1e3:19.1f} ms{count - base[1]:22.0f}")
    print(f"The client itself, and Python, take {base[0] * 1e3:.0f} ms and {base[1]:.0f} modules.")


def start(stack: str) -> tuple[float, int]:
    """Seconds of CPU, and modules, until a fresh process could answer."""
    program = f"import time, sys; import benchmarks.stacks.{stack}; print(time.process_time(), len(sys.modules))"
    output = subprocess.check_output([sys.executable, "-W", "ignore", "-c", program], text=True)
    seconds, count = output.split()
    return float(seconds), int(count)


if __name__ == "__main__":
    main()
