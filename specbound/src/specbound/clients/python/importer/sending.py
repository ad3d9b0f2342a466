"""Sending rows in batches, as fast as the contract allows, each row once."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from time import monotonic
from typing import Any

from .. import AsyncClient, ProblemError
from .api import create
from .display import Bar
from .kinds import Kind
from .progress import Progress, Span
from .rejects import Rejects
from .rows import Row
from .throttle import Slots, Throttle

ENVELOPE = len('{"items": []}')
UNKNOWN = (
    "was on its way when the import stopped, and the API no longer knows what became of it:"
    " look whether it exists, and import it again if it does not"
)
# A JSON pointer to an item, or to a field of it.
ITEM = re.compile(r"/items/([0-9]+)(?:/(.*))?")
Rejected = list[tuple[Row, str]]


def remaining(rows: Iterator[Row], progress: Progress, kind: Kind) -> Iterator[list[Row]]:
    """What is left to send: first the batches that were on their way, as they were, then all others."""
    spans, next_row = sorted(progress.sent), progress.next_row
    for span in spans:
        yield list(_within(span, rows))
    yield from _batches(dropwhile(lambda row: row.number < next_row, rows), kind)


def _within(span: Span, rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if row.number >= span.first:
            yield row
        if row.number == span.last:
            return


def _batches(rows: Iterator[Row], kind: Kind) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = ENVELOPE
    for row in rows:
        if batch and (len(batch) == kind.most_items or size + row.size > kind.most_bytes):
            yield batch
            batch, size = [], ENVELOPE
        batch.append(row)
        size += row.size
    if batch:
        yield batch


@dataclass
class Sender:
    """Sends batches and keeps what became of them."""

    client: AsyncClient
    kind: Kind
    progress: Progress
    rejects: Rejects
    bar: Bar

    def __post_init__(self) -> None:
        self._throttle = Throttle(self.kind.rate)
        self._slots = Slots(self.kind.at_once)

    async def send_all(self, rows: Iterator[Row]) -> None:
        """Send what is left. Raises an ExceptionGroup of what the client raises."""
        async with self.client, asyncio.TaskGroup() as tasks:
            for batch in remaining(rows, self.progress, self.kind):
                await self._slots.take()
                span = Span(batch[0].number, batch[-1].number)
                self.progress.begin(span)
                tasks.create_task(self._send(span, batch))

    async def _send(self, span: Span, batch: list[Row]) -> None:
        start = monotonic()
        if self.progress.is_forgotten(span):
            rejected = [(row, UNKNOWN) for row in batch]
        else:
            rejected = await self._create(span, batch)
        self.rejects.add(rejected)
        self.progress.finish(span, len(batch) - len(rejected), len(rejected), self.rejects.mark)
        if self.progress.rejected:
            self.bar.set_postfix_str(f"{self.progress.rejected:,} rejected", refresh=False)
        self.bar.update(len(batch))
        self._slots.free(monotonic() - start)

    async def _create(self, span: Span, rows: Sequence[Row]) -> Rejected:
        """Create what can be created of the rows. Returns the others, with the reasons."""
        rejected = [(row, row.fault) for row in rows if row.fault]
        rows = [row for row in rows if not row.fault]
        while rows:
            await self._throttle.wait()
            try:
                results = await create(self.client, self.kind, [row.item for row in rows], self.progress.key(span))
            except ProblemError as problem:
                faults = faults_of(problem, rows)
                if not faults:
                    return rejected + await self._halve(rows)
                rejected += [(rows[number], reason) for number, reason in faults.items()]
                rows = [row for number, row in enumerate(rows) if number not in faults]
            else:
                return rejected + [
                    (row, getattr(result.problem, "detail", f"status {result.status}"))
                    for row, result in zip(rows, results, strict=True)
                    if result.status >= 400
                ]
        return rejected

    async def _halve(self, rows: Sequence[Row]) -> Rejected:
        """What the API refuses without naming a row is found by trying."""
        middle = len(rows) // 2
        halves = [(Span(half[0].number, half[-1].number), half) for half in (rows[:middle], rows[middle:])]
        return [each for span, half in halves for each in await self._create(span, half)]


def faults_of(problem: Any, rows: Sequence[Row]) -> dict[int, str]:
    """What is wrong with which row, by its position; nothing if some of them are at fault, but not named.

    Raises the problem if it is not about the items.
    """
    if problem.type.endswith(":idempotency-key-reused"):
        return dict.fromkeys(range(len(rows)), UNKNOWN)
    in_body = problem.violations and all(each.place == "body" for each in problem.violations)
    if problem.status != 413 and not (problem.status == 400 and in_body):
        raise problem
    faults: dict[int, list[str]] = {}
    for violation in problem.violations:
        if (found := ITEM.fullmatch(violation.pointer)) and int(found[1]) < len(rows):
            said = rows[int(found[1])].hints.get(found[2], violation.detail)
            faults.setdefault(int(found[1]), []).append(f"{found[2]}: {said}".removeprefix("None: "))
    if len(rows) == 1 and not faults:
        faults[0] = [each.detail for each in problem.violations] or [problem.detail]
    return {number: "; ".join(dict.fromkeys(reasons)) for number, reasons in faults.items()}
