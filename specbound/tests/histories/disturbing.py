"""Disturbance: function processes are killed wherever they are, and the database stands still for a while."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.histories.playing import Local

SETTLED_SECONDS = 2
KILL_SECONDS = (1, 5)
# So many processes are let alone: by them it is seen what memory a long life takes.
SPARED = 4
MEBIBYTE = 1024


@dataclass(frozen=True)
class Stop:
    """From when to when the database stood still."""

    begin: float
    end: float


@dataclass
class Disturbance:
    """What was done, and what memory the spared processes had: by process, MiB each second."""

    killed: int = 0
    stops: list[Stop] = field(default_factory=list)
    memory: dict[int, list[float]] = field(default_factory=dict)


@contextmanager
def disturbed(place: Local, stops: list[float], stop_seconds: float, chance: Random) -> Iterator[Disturbance]:
    """Kill processes all the time, and stop the database at these moments; all goes on again at the end."""
    done = Disturbance()
    place.function.wait()
    spared = _processes(place)[:SPARED]
    over = threading.Event()
    threads = [
        threading.Thread(target=_kill, args=(place, spared, chance, done, over)),
        threading.Thread(target=_stop, args=(place, stops, stop_seconds, done, over)),
        threading.Thread(target=_weigh, args=(spared, done, over)),
    ]
    for each in threads:
        each.start()
    try:
        yield done
    finally:
        over.set()
        for each in threads:
            each.join()


def settle(done: Disturbance) -> None:
    """Wait until what was under way when the database stood still has come to its end."""
    if done.stops:
        time.sleep(max(0.0, done.stops[-1].end + SETTLED_SECONDS - time.monotonic()))


def _kill(place: Local, spared: list[int], chance: Random, done: Disturbance, over: threading.Event) -> None:
    while not over.wait(chance.uniform(*KILL_SECONDS)):
        victims = [each for each in _processes(place) if each not in spared]
        if victims:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)
                done.killed += 1


def _stop(place: Local, stops: list[float], seconds: float, done: Disturbance, over: threading.Event) -> None:
    for moment in stops:
        if over.wait(max(0.0, moment - time.monotonic())):
            return
        begin = time.monotonic()
        # As long as it is not over, whoever settles waits for its end.
        done.stops.append(Stop(begin, begin + seconds))
        os.kill(place.aws.process, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.kill(place.aws.process, signal.SIGCONT)
        done.stops[-1] = Stop(begin, time.monotonic())


def _weigh(spared: list[int], done: Disturbance, over: threading.Event) -> None:
    while True:
        for process in spared:
            with suppress(OSError):
                done.memory.setdefault(process, []).append(_memory(process))
        if over.wait(1):
            return


def _processes(place: Local) -> list[int]:
    """The processes that serve, in the order in which they began."""
    keeper = place.function.keeper
    return [int(each) for each in Path(f"/proc/{keeper}/task/{keeper}/children").read_text(encoding="ascii").split()]


def _memory(process: int) -> float:
    """What is in memory of a process, in MiB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / MEBIBYTE
    raise OSError(f"Process {process} has ended.")
