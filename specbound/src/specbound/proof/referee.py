"""`specbound referee`: generated requests and replies by the thousand, judged seed by seed, on several cores.

What is done is kept in build/referee/ as it comes: a run that was stopped goes on with the seeds that are left.
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass, field

from specbound.compiler import current
from specbound.compiler.files import ROOT
from specbound.proof.disagreements import rows
from specbound.proof.records import Table, record
from specbound.proof.referees import Tried, try_seed
from specbound.proof.sweeps import Found, Sweep, quiet

PROGRESS = ROOT / "build" / "referee" / "progress.jsonl"
REQUESTS, REPLIES = 100_000, 20_000
MOST_SHOWN = 20
HEAD = ("", "compared with", "in a", "what decides it", "who is wrong", "met")


@dataclass
class Judged:
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
    judged = Judged(requests, replies, seed)
    sweep = Sweep(_tried, quiet, PROGRESS, jobs or os.cpu_count() or 1)
    for each, found in sweep.results(seed, lambda: judged.is_enough):
        judged.done[each] = Tried(Counter(found["counts"]), Counter(found["known"]), found["disagreements"])
        _show(judged)
    return _told(judged)


def _show(judged: Judged) -> None:
    """How far it is, on standard error: a line that is redrawn in a terminal."""
    found = judged.together
    requests = f"{found.counts['requests']:,} of {judged.requests:,} requests"
    replies = f"{found.counts['replies']:,} of {judged.replies:,} replies"
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"{requests}, {replies}, {len(found.disagreements)} disagreements", end=end, file=sys.stderr, flush=True)


def _tried(seed: int) -> Found:
    return vars(try_seed(seed))


def _told(judged: Judged) -> int:
    """Say what was found, and record it."""
    found = judged.together
    counts = found.counts
    command = f"specbound referee --requests {judged.requests} --replies {judged.replies} --seed {judged.first}"
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
