"""`specbound referee`: generated requests and replies by the thousand, judged seed by seed, on several cores.

What is done is kept in build/referee/ as it comes: a run that was stopped goes on with the seeds that are left.
"""

import json
import logging
import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context

from specbound.compiler import current
from specbound.compiler.files import ROOT
from specbound.proof.disagreements import rows
from specbound.proof.parts import code
from specbound.proof.records import Table, record
from specbound.proof.referees import Tried, try_seed

PROGRESS = ROOT / "build" / "referee" / "progress.jsonl"
REQUESTS, REPLIES = 100_000, 20_000
MOST_SHOWN = 20
HEAD = ("", "compared with", "in a", "what decides it", "who is wrong", "met")


@dataclass
class Sweep:
    """Seeds from one on, until there are so many requests and replies: `done` has what each of them came to."""

    requests: int
    replies: int
    first: int
    done: dict[int, Tried] = field(default_factory=dict)

    @property
    def together(self) -> Tried:
        found = Tried()
        for seed in sorted(self.done):
            found.add(self.done[seed])
        return found

    @property
    def is_enough(self) -> bool:
        found = self.together.counts
        return found["requests"] >= self.requests and found["replies"] >= self.replies


def run(*, requests: int = REQUESTS, replies: int = REPLIES, seed: int = 1, jobs: int | None = None) -> int:
    """Try seeds from this one on until so many requests and replies were judged, and say where the judges disagree.

    Returns 1 if they do anywhere that is not known.
    """
    current.run_if_changed()
    sweep = Sweep(requests, replies, seed)
    for each, tried in _results(sweep, jobs or os.cpu_count() or 1):
        sweep.done[each] = tried
        _show(sweep)
    return _told(sweep)


def _show(sweep: Sweep) -> None:
    """How far it is, on standard error: a line that is redrawn in a terminal."""
    found = sweep.together
    requests = f"{found.counts['requests']:,} of {sweep.requests:,} requests"
    replies = f"{found.counts['replies']:,} of {sweep.replies:,} replies"
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"{requests}, {replies}, {len(found.disagreements)} disagreements", end=end, file=sys.stderr, flush=True)


def _results(sweep: Sweep, jobs: int) -> Iterator[tuple[int, Tried]]:
    """What was done before, and then seed after seed as they come."""
    now = code()
    before = _before(now) if now else {}
    seeds = count(sweep.first)
    PROGRESS.parent.mkdir(parents=True, exist_ok=True)
    with (
        PROGRESS.open("a" if before else "w", encoding="utf-8") as file,
        ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=quiet) as pool,
    ):
        running: dict[Future[Tried], int] = {}
        while not sweep.is_enough or running:
            while len(running) < jobs and not sweep.is_enough:
                seed = next(seeds)
                if seed in before:
                    yield seed, before[seed]
                else:
                    running[pool.submit(try_seed, seed)] = seed
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                seed, tried = running.pop(done), done.result()
                print(json.dumps({"code": now, "seed": seed, **vars(tried)}), file=file, flush=True)
                yield seed, tried


def _before(now: str) -> dict[int, Tried]:
    """What an earlier run of the same code came to, by seed; a line that was cut off when it was stopped is none."""
    found = {}
    for line in PROGRESS.read_text(encoding="utf-8").splitlines() if PROGRESS.exists() else ():
        try:
            each = json.loads(line)
        except json.JSONDecodeError:
            continue
        if each["code"] == now:
            found[each["seed"]] = Tried(Counter(each["counts"]), Counter(each["known"]), each["disagreements"])
    return found


def quiet() -> None:
    """What is generated is strange on purpose."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _told(sweep: Sweep) -> int:
    """Say what was found, and record it."""
    found = sweep.together
    counts = found.counts
    command = f"specbound referee --requests {sweep.requests} --replies {sweep.replies} --seed {sweep.first}"
    figures = {
        "requests": counts["requests"],
        "of them right": counts["requests accepted"],
        "replies": counts["replies"],
        "of those right": counts["replies accepted"],
        "refused by Connexion, too": counts["requests refused by Connexion"] + counts["replies refused by Connexion"],
        "known differences met": found.known.total(),
    }
    record("referees", figures, found.disagreements, command, tables=[_table(found.known)])
    print("\n".join(f"{each:,} {what}" for what, each in figures.items()))
    for each in found.disagreements[:MOST_SHOWN]:
        print(each, file=sys.stderr)
    if found.disagreements:
        print(f"{len(found.disagreements)} disagreements: specbound referee --requests 1 --seed …", file=sys.stderr)
    return int(bool(found.disagreements))


def _table(known: Counter[str]) -> Table:
    found = [(row.reason, row.judge, row.of, row.clause, row.wrong, f"{known[row.name]:,}") for row in rows()]
    return Table(HEAD, found, "Where judges are known to differ")
