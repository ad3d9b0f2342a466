"""Sweep: seed after seed, on several cores, until it is enough.

What is done is kept in a file as it comes, a line for each seed: a run that was stopped goes on with the seeds that are
left, as long as the code is the same.
"""

import json
import logging
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from specbound.proof.parts import code

# What a seed came to, as JSON.
Found = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """`one` tries a seed, in a process that `prepare` has readied, and that ends after about so many of them; `kept` is
    the file. `what` else but the code makes a seed's result another.
    """

    one: Callable[[int], Found]
    prepare: Callable[[], None]
    kept: Path
    jobs: int
    what: str = ""
    seeds_each: float = math.inf

    def results(self, first: int, is_enough: Callable[[], bool]) -> Iterator[tuple[int, Found]]:
        """What seeds from the `first` on came to: those that were done before, and then others as they come."""
        now = code()
        before = self._before(now) if now else {}
        seeds = count(first)
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        with self.kept.open("a" if before else "w", encoding="utf-8") as file:
            while not is_enough():
                for seed, found in self._round(seeds, before, is_enough):
                    if seed not in before:
                        line = {"code": now, "what": self.what, "seed": seed, "found": found}
                        print(json.dumps(line), file=file, flush=True)
                    yield seed, found

    def _round(
        self, seeds: Iterator[int], before: Mapping[int, Found], is_enough: Callable[[], bool]
    ) -> Iterator[tuple[int, Found]]:
        """What one pool of processes comes to: it ends with them."""
        left = self.seeds_each * self.jobs
        running: dict[Future[Found], int] = {}
        with ProcessPoolExecutor(self.jobs, get_context("spawn"), initializer=self.prepare) as pool:
            while running or (left > 0 and not is_enough()):
                while left > 0 and len(running) < self.jobs and not is_enough():
                    seed = next(seeds)
                    if seed in before:
                        yield seed, before[seed]
                    else:
                        running[pool.submit(self.one, seed)] = seed
                        left -= 1
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), done.result()

    def _before(self, now: str) -> dict[int, Found]:
        """What an earlier run of the same came to, by seed; a line that was cut off when it was stopped is none."""
        found = {}
        for line in self.kept.read_text(encoding="utf-8").splitlines() if self.kept.exists() else ():
            try:
                each = json.loads(line)
            except json.JSONDecodeError:
                continue
            if (each.get("code"), each.get("what")) == (now, self.what):
                found[each["seed"]] = each["found"]
        return found


def quiet() -> None:
    """What is generated is strange on purpose."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
