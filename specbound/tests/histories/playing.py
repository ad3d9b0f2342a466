"""Playing a history: on a MiniStack of its own, with the function in processes that die, or on a deployed API."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx

from specbound.local import embedded
from specbound.local.emulator import Emulator, emulator
from tests.histories import events, final
from tests.histories.checks import findings
from tests.histories.clients import Run
from tests.histories.events import DONE, REFUSED, UNKNOWN, History
from tests.histories.plan import CLIENTS, Operation, plan
from tests.histories.shrinking import shrunk
from tests.histories.ways import Function, Invoked, OverHttp, function

KEPT = Path("build/histories")
# Some serve a client, some have just died.
SPARE = 4
# The database may stand still meanwhile.
RESET_SECONDS = 120


@dataclass(frozen=True)
class Played:
    """What one history was: `operations` of clients, `requests` that these took, and how their events ended."""

    seed: int
    operations: int
    requests: int
    outcomes: dict[str, int]
    faults: dict[str, int]
    findings: list[str] = field(default_factory=list)


class Local:
    """The function and its tables on this machine; the tables are emptied for each history."""

    def __init__(self, aws: Emulator, function: Function) -> None:
        self.aws, self.function = aws, function
        self.database: Any = aws.sdk("dynamodb")

    def name(self, seed: int) -> str:
        return str(seed)

    def run(self) -> Run:
        httpx.post(f"{self.aws.url}/_ministack/reset", timeout=RESET_SECONDS).raise_for_status()
        embedded.create_tables(self.database)
        return Run(lambda: Invoked(self.function))

    def final(self, run: Run) -> events.Final:
        return final.of_tables(self.database)


class Deployed:
    """A deployed API: what others have there stays, and what a history makes there stays, too."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def name(self, seed: int) -> str:
        """Another for each run: the addresses of the one before may be taken."""
        return f"{seed}x{token_hex(4)}"

    def run(self) -> Run:
        return Run(lambda: OverHttp(self._url, self._token))

    def final(self, run: Run) -> events.Final:
        return final.of_api(OverHttp(self._url, self._token), run.events)


Place = Local | Deployed


@contextmanager
def local(clients: int = CLIENTS) -> Iterator[Local]:
    with ExitStack() as stack:
        aws = stack.enter_context(emulator())
        environment = embedded.environment() | aws.environment
        yield Local(aws, stack.enter_context(function(environment, clients + SPARE)))


def play(place: Place, seed: int, operations: int) -> Played:
    """Play the history of a seed, and check it. One that fails is shrunk, and kept in build/histories/."""
    planned = plan(place.name(seed), operations)
    run, history, found = played(place, planned)
    if found:
        events.write(KEPT / f"{seed}.jsonl", history)
        print(f"seed {seed}: {len(found)} findings, for one: {found[0]}", flush=True)
        _shrink(place, seed, planned)
    return Played(
        seed,
        run.operations,
        run.sent,
        {outcome: sum(each.outcome == outcome for each in run.events) for outcome in (DONE, REFUSED, UNKNOWN)},
        dict(Counter(str(each.fault).split('"')[1] for each in planned if each.fault if isinstance(place, Local))),
        found,
    )


def played(place: Place, operations: Sequence[Operation]) -> tuple[Run, History, list[str]]:
    run = place.run()
    run.play(operations)
    history = History(run.events, place.final(run))
    return run, history, findings(history)


def _shrink(place: Place, seed: int, planned: Sequence[Operation]) -> None:
    """Keep the smallest history that was seen to fail; on a deployed API there is the whole one alone."""
    if isinstance(place, Deployed):
        return
    smallest: list[tuple[History, list[str]]] = []

    def fails(operations: Sequence[Operation]) -> bool:
        _, history, found = played(place, operations)
        if found:
            smallest[:] = [(history, found)]
        return bool(found)

    shrunk(planned, fails)
    if smallest:
        [(history, found)] = smallest
        path = KEPT / f"{seed}-shrunk.jsonl"
        events.write(path, history)
        path.with_suffix(".txt").write_text("\n".join([*found, "", *map(str, history.events), ""]), encoding="utf-8")
