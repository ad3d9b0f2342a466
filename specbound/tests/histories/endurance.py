"""`python -m tests.histories.endurance`: histories one after the other for a long time, while processes are killed.

The database stands still now and then. Each history is checked, and what memory and recovery took is reported.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random, randrange

from specbound.failures import Failed
from specbound.proof.records import Table, record
from tests.histories import events
from tests.histories.checks import findings
from tests.histories.clients import Run
from tests.histories.disturbing import Disturbance, Stop, disturbed, settle
from tests.histories.events import DONE, Event, History
from tests.histories.plan import CLIENTS, Operation, plan
from tests.histories.playing import KEPT, Local, local

REPORT = Path("build/endurance/report.md")
SIZE = 600
STOP_SECONDS = 10.0
STOPS_EVERY_SECONDS = 600
# A process has loaded what it needs when it has served for a fifth of the time, and for so long; growth is judged of
# what is as long again.
WARM, WARM_SECONDS = 0.2, 120
# More than so much of it is a leak.
MOST_GROWTH = 0.1
# Histories beyond the time, until all clients were answered after the database's last stop.
MOST_MORE = 3


@dataclass
class Course:
    """What was played so far; of the events those alone that say when somebody was answered."""

    operations: int = 0
    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    done: list[tuple[float, int]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main() -> int:
    options = _options()
    begin = time.monotonic()
    course = Course()
    with local() as place:
        moments = list(_moments(begin, options.seconds))
        with disturbed(place, moments, STOP_SECONDS, Random(options.seed)) as disturbance:
            more = 0
            for seed in count(options.seed):
                _play(place, seed, course, disturbance)
                _tell(course, disturbance, begin, options.seconds)
                more += time.monotonic() >= begin + options.seconds
                if more > MOST_MORE or (more and _is_answered(disturbance, course)):
                    break
    seconds = time.monotonic() - begin
    command = f"make endurance FOR={options.seconds:.0f} SEED={options.seed}"
    tables = [_recoveries(disturbance, course), _growth(disturbance)]
    failures = [*course.failures, *_judged(disturbance, course)]
    figures: dict[str, int | float | str] = {
        "minutes": round(seconds / 60, 1),
        "operations": course.operations,
        "acknowledged": course.outcomes[DONE],
        "processes killed": disturbance.killed,
        "stops of the database": len(disturbance.stops),
    }
    _report(command, figures, tables, failures)
    record("endurance", figures, failures, command, tables=[each for each in tables if each.rows])
    return int(bool(failures))


def _moments(begin: float, seconds: float) -> Iterator[float]:
    """When the database stops: every ten minutes, once at least, and never at the very end."""
    stops = max(1, int(seconds // STOPS_EVERY_SECONDS))
    for number in range(stops):
        yield begin + seconds * (number + 0.5) / stops


def _play(place: Local, seed: int, course: Course, disturbance: Disturbance) -> None:
    run: Run = place.run()
    run.play(list(_survived(plan(place.name(seed), SIZE))))
    settle(disturbance)
    history = History(run.events, place.final(run))
    found = findings(history)
    if found:
        events.write(KEPT / f"endurance-{seed}.jsonl", history)
        print(f"seed {seed}: {found[0]}", flush=True)
    course.operations += run.operations
    course.requests += run.sent
    course.outcomes.update(each.outcome for each in run.events)
    course.done += _answered(run.events)
    course.failures += [f"seed {seed}: {each}" for each in found[:3]]


def _survived(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Here processes are killed from without, at any moment: those that are spared must not end otherwise."""
    for each in operations:
        is_end = each.fault is not None and '"died' in each.fault
        yield replace(each, fault=None) if is_end else each


def _answered(happened: Sequence[Event]) -> Iterator[tuple[float, int]]:
    for each in happened:
        if each.outcome == DONE:
            yield each.end, each.client


def _recovery(stop: Stop, done: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Seconds from the database's return until somebody was answered, and until every client was."""
    after: dict[int, float] = {}
    for end, client in sorted(done):
        if end > stop.end:
            after.setdefault(client, end - stop.end)
    if len([client for client in after if client >= 0]) < CLIENTS:
        return min(after.values(), default=float("inf")), float("inf")
    return min(after.values()), max(each for client, each in after.items() if client >= 0)


def _is_answered(disturbance: Disturbance, course: Course) -> bool:
    return bool(disturbance.stops) and _recovery(disturbance.stops[-1], course.done)[1] < float("inf")


def _weights(disturbance: Disturbance) -> list[tuple[float, float]]:
    """MiB of each spared process when it was warm, and in the end; none of a run that is too short."""
    lives = [each for each in disturbance.memory.values() if len(each) >= 2 * WARM_SECONDS]
    return [(each[max(WARM_SECONDS, int(len(each) * WARM))], each[-1]) for each in lives]


def _judged(disturbance: Disturbance, course: Course) -> Iterator[str]:
    for each in disturbance.stops:
        first, every = _recovery(each, course.done)
        if every == float("inf"):
            yield f"after the database was back, not every client was answered again (the first after {first:.1f} s)"
    for before, after in _weights(disturbance):
        if after > before * (1 + MOST_GROWTH):
            yield f"a process had {before:.1f} MiB when it was warm, and {after:.1f} MiB in the end"


def _recoveries(disturbance: Disturbance, course: Course) -> Table:
    rows = [(each.end - each.begin, *_recovery(each, course.done)) for each in disturbance.stops]
    head = ("the database stood still for", "the first was answered after", "every client after")
    return Table(head, [[f"{seconds:.1f} s" for seconds in row] for row in rows], "Recovery")


def _growth(disturbance: Disturbance) -> Table:
    head = ("a process that was let alone, when it was warm", "in the end")
    return Table(head, [[f"{weight:.1f} MiB" for weight in row] for row in _weights(disturbance)], "Memory")


def _tell(course: Course, disturbance: Disturbance, begin: float, wanted: float) -> None:
    seconds = time.monotonic() - begin
    print(
        f"{seconds:.0f} of {wanted:.0f} s: {course.operations:,} operations, {disturbance.killed} processes killed, "
        f"{len(disturbance.stops)} stops of the database, {len(course.failures)} findings",
        file=sys.stderr,
        flush=True,
    )


def _report(command: str, figures: Mapping[str, object], tables: Sequence[Table], failures: Sequence[str]) -> None:
    """Write it, and say it."""
    lines = ["# Endurance", "", f"`{command}`", "", *(f"- {value} {what}" for what, value in figures.items()), ""]
    for table in (each for each in tables if each.rows):
        lines += [f"## {table.title}", "", *(f"| {' | '.join(row)} |" for row in _rows(table)), ""]
    lines += ["## Failures", "", *(failures or ["None."])]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print("\n".join(lines))


def _rows(table: Table) -> Iterator[Sequence[str]]:
    yield table.head
    yield ["---"] * len(table.head)
    yield from table.rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make endurance", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=randrange(1_000_000, 1_000_000_000))
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(str(failed))
