"""`specbound fuzz --cases`: schemathesis against the API in this process, seed after seed, until that is enough.

A local server, and a deployment, spend most of each request on the way to it; here there is none.
"""

import os
import sys
from dataclasses import asdict
from typing import Any

from specbound.compiler import current
from specbound.compiler.files import ROOT
from specbound.local import HANDLER, embedded
from specbound.proof.records import record
from specbound.proof.sweeps import Found, Sweep, quiet
from specbound.testing import callers
from specbound.testing.fuzzing import Fuzzed, fuzz, operations

KEPT = ROOT / "build" / "fuzz" / "seeds.jsonl"
# Of each operation, for each seed: enough for every phase to have its turn.
EXAMPLES = 40
# What generates requests remembers them: a process is not asked for many more.
SEEDS_EACH = 10
MOST_SHOWN = 20
TOKEN, HANDLED_BY = "API_TOKEN", "SPECBOUND_HANDLER"


def run(cases: int, *, seed: int = 1, jobs: int | None = None, handler: str = HANDLER) -> int:
    """Fuzz with seeds from this one on until there were so many cases; `--cases 1 --seed 17` tries one seed alone.

    Returns 1 if anything failed, or was not tried. Raises Failed for a service that does not start.
    """
    current.run_if_changed()
    # The processes find both in their environment.
    os.environ.update({TOKEN: "local", HANDLED_BY: handler})
    callers.prepare(handler)
    done: dict[int, Fuzzed] = {}
    sweep = Sweep(_fuzzed, _prepare, KEPT, jobs or os.cpu_count() or 1, handler, SEEDS_EACH)
    for each, found in sweep.results(seed, lambda: _cases(done) >= cases):
        done[each] = _read(found)
        _show(done, cases)
    return _told(done, f"specbound fuzz --cases {cases} --seed {seed}")


def _prepare() -> None:
    quiet()
    callers.prepare(os.environ[HANDLED_BY])


def _fuzzed(seed: int) -> Found:
    embedded.empty()
    return {
        name: sorted(each) if isinstance(each, set) else each for name, each in asdict(fuzz(seed, EXAMPLES)).items()
    }


def _read(found: Found) -> Fuzzed:
    many: dict[str, Any] = {name: set(each) for name, each in found.items() if name not in ("cases", "failures")}
    return Fuzzed(cases=found["cases"], failures=found["failures"], **many)


def _cases(done: dict[int, Fuzzed]) -> int:
    return sum(each.cases for each in done.values())


def _show(done: dict[int, Fuzzed], wanted: int) -> None:
    """How far it is, on standard error: a line that is redrawn in a terminal."""
    failed = sum(bool(each.failures) for each in done.values())
    end = "\r" if sys.stderr.isatty() else "\n"
    told = f"{_cases(done):,} of {wanted:,} cases, {len(done)} seeds, {failed} of them failed"
    print(told, end=end, file=sys.stderr, flush=True)


def _told(done: dict[int, Fuzzed], command: str) -> int:
    """Say what was found, and record it."""
    failures = [f"seed {seed}: {each}" for seed in sorted(done) for each in done[seed].failures]
    failures += [f"{each} was not tried." for each in sorted(operations() - _all(done, "operations"))]
    failures += [f"Nobody was let into {each}." for each in sorted(operations() - _all(done, "let_in"))]
    figures = {
        "cases": _cases(done),
        "seeds": len(done),
        "operations": len(_all(done, "operations")),
    }
    record("fuzz_in_process", figures, failures, command)
    print(", ".join(f"{number:,} {what}" for what, number in figures.items()))
    for each in failures[:MOST_SHOWN]:
        print(each, file=sys.stderr)
    if failed := [seed for seed in sorted(done) if done[seed].failures]:
        print(
            f"Seeds that failed: {_few(failed)}. One again: specbound fuzz --cases 1 --seed {failed[0]}",
            file=sys.stderr,
        )
    return int(bool(failures))


def _few(seeds: list[int]) -> str:
    more = len(seeds) - MOST_SHOWN
    return ", ".join(map(str, seeds[:MOST_SHOWN])) + (f" and {more} more" if more > 0 else "")


def _all(done: dict[int, Fuzzed], member: str) -> set[str]:
    return {name for each in done.values() for name in getattr(each, member)}
