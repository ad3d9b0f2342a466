"""`python -m tests.histories`: plays histories until there are so many operations, and says what was found."""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

from specbound.failures import Failed
from specbound.proof.records import Table, record
from tests.histories import progress
from tests.histories.playing import Deployed, Place, Played, local, play

SIZE = 1000
SHOWN = 3


class Histories:
    """Those that are to be played: each seed once, until there are enough operations or the time is over."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._code = progress.code()
        at = options.url or "local"
        earlier = [] if options.url else progress.kept(self._code)
        self.played: list[Played] = [each for each in earlier if each.seed >= options.seed]
        self._earlier = self.operations
        self._taken = {each.seed for each in self.played}
        self._begin = time.monotonic()
        self._end = self._begin + options.seconds
        self._lock = threading.Lock()
        if self._earlier:
            print(f"{self._earlier:,} operations at {at} were played before, for the same code.", flush=True)

    @property
    def operations(self) -> int:
        return sum(each.operations for each in self.played)

    def seeds(self) -> Iterator[int]:
        """The next seed, for whoever is free."""
        while self.operations < self._options.operations and time.monotonic() < self._end:
            with self._lock:
                seed = next(each for each in count(self._options.seed) if each not in self._taken)
                self._taken.add(seed)
            yield seed

    def stop(self) -> None:
        self._end = 0

    def play(self, place: Place) -> None:
        """Play one after the other in a place of one's own."""
        for seed in self.seeds():
            left = self._options.operations - self.operations
            played = play(place, seed, min(self._options.size, max(left, 100)))
            with self._lock:
                self.played.append(played)
                if not self._options.url:
                    progress.keep(played, self._code)
                self._tell()

    def _tell(self) -> None:
        done, wanted = self.operations, self._options.operations
        rate = (done - self._earlier) / (time.monotonic() - self._begin)
        failed = sum(bool(each.findings) for each in self.played)
        left = max(0, wanted - done) / rate / 60 if rate else 0
        print(
            f"{done:,} of {wanted:,} operations, {rate:.0f} a second, {left:.0f} min left; {failed} histories failed",
            file=sys.stderr,
            flush=True,
        )


def main() -> int:
    options = _options()
    histories = Histories(options)
    with ThreadPoolExecutor(options.jobs) as threads:
        running = [threads.submit(_work, histories, options) for _ in range(options.jobs)]
        try:
            for each in running:
                each.result()
        except BaseException:
            # The histories that are being played end; those that were played are kept.
            histories.stop()
            raise
    failed = [each for each in histories.played if each.findings]
    figures = progress.figures(histories.played)
    print(
        ", ".join(
            f"{value:,} {what}" if isinstance(value, int) else f"{value} {what}" for what, value in figures.items()
        )
    )
    for each in failed:
        print(f"Failed: seed {each.seed}: {'; '.join(each.findings[:SHOWN])}. It is kept in build/histories/.")
    record(
        "histories",
        figures,
        [f"seed {each.seed}: {found}" for each in failed for found in each.findings[:SHOWN]],
        f"make histories OPERATIONS={options.operations} SEED={options.seed}",
        tables=[
            Table(("what went wrong on the way to the database", "times planned"), progress.faults(histories.played))
        ],
    )
    enough = histories.operations >= options.operations or options.seconds < float("inf")
    return int(bool(failed) or not enough)


def _work(histories: Histories, options: argparse.Namespace) -> None:
    with _place(options) as place:
        histories.play(place)


@contextmanager
def _place(options: argparse.Namespace) -> Iterator[Place]:
    if options.url:
        yield Deployed(options.url, os.environ["TOKEN"])
    else:
        with local() as place:
            yield place


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make histories", description=__doc__)
    parser.add_argument("--operations", type=_positive, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the first; each history has the next")
    parser.add_argument("--size", type=_positive, default=SIZE, help="operations in a history")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long, as if it were enough")
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=2 * (os.cpu_count() or 1),
        help="histories at once, each in a place of its own: most of the time they wait",
    )
    parser.add_argument("--url", help="a deployed API, to be called with the environment's TOKEN")
    options = parser.parse_args()
    if options.url and not os.environ.get("TOKEN"):
        parser.error("set TOKEN: the API wants one")
    if options.url:
        options.jobs = 1
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(str(failed))
    except KeyboardInterrupt:
        sys.exit("Stopped: the same command goes on, of the same code.")
