"""`make bench`: what a request costs in CPU time, as ratios from one interleaved run. Nothing is stored.

Each round measures every stack once, so that whatever else the machine does strikes all alike; the median counts.
"""

import statistics
import sys
from contextlib import redirect_stdout
from io import StringIO
from time import process_time

from benchmarks import stacks
from benchmarks.stacks import CONTEXT, REQUESTS, Event, Stack

ROUNDS = 15
CALLS = {"bare": 400, "ours": 400, "ours, logging": 200, "Powertools, pydantic": 60, "Powertools, openapi-core": 15}


def main() -> None:
    table: dict[str, Stack] = dict(
        zip(
            CALLS,
            (stacks.bare, stacks.ours, stacks.ours_logging, stacks.powertools(), stacks.powertools_and_openapi_core()),
            strict=True,
        )
    )
    refuse_wrong_answers(table)
    print(f"{'':26}" + "".join(f"{name:>22}" for name in REQUESTS))
    costs = {request: measure(table, event) for request, event in REQUESTS.items()}
    for name in table:
        cells = (f"{costs[request][name] * 1e6:9.1f} µs {_ratio(costs[request], name):>8}" for request in REQUESTS)
        print(f"{name:26}" + "".join(f"{cell:>22}" for cell in cells))
    print("Ratios are to the bare one, which takes a bad POST for a good one.")


def measure(table: dict[str, Stack], event: Event) -> dict[str, float]:
    """Seconds of CPU per call of each stack, the median of all rounds."""
    samples: dict[str, list[float]] = {name: [] for name in table}
    for number in range(ROUNDS):
        print(f"\r{number + 1}/{ROUNDS}", end="", file=sys.stderr, flush=True)
        for name, stack in table.items():
            with redirect_stdout(StringIO()):
                start = process_time()
                for _ in range(CALLS[name]):
                    stack(event, CONTEXT)
                samples[name].append((process_time() - start) / CALLS[name])
    print("\r", end="", file=sys.stderr)
    return {name: statistics.median(each) for name, each in samples.items()}


def refuse_wrong_answers(table: dict[str, Stack]) -> None:
    """A stack that does not answer as it should is not worth measuring."""
    for name, stack in table.items():
        expected = {"valid POST": (200, 201), "bad POST": (201,) if name == "bare" else (400, 422), "GET by id": (200,)}
        for request, event in REQUESTS.items():
            with redirect_stdout(StringIO()):
                status = stack(event, CONTEXT)["statusCode"]
            if status not in expected[request]:
                sys.exit(f"{name} answers {status} to the {request}.")


def _ratio(costs: dict[str, float], name: str) -> str:
    return f"x{costs[name] / costs['bare']:.1f}"


if __name__ == "__main__":
    main()
