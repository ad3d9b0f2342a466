"""A pass: every item of a table is visited, by several threads, and a pass that was stopped goes on where it was.

An item that is there all the time is visited once, or once more if its page was not done when the pass was stopped. Of
items that come or go meanwhile, some are.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.operating.display import Display
from specbound.operating.pace import Attributes, Paced, Stopped
from specbound.operating.progress import Progress, Report
from specbound.store.table import AnyTable

# So many threads, each with a part of the table (a parallel Scan).
SEGMENTS = 8


class Outcome(NamedTuple):
    """What a visit to an item came to, in words that are counted; and what is the matter with the item, if anything.

    A reason says nothing of what the item holds. `beside` are the keys of others that have to do with it.
    """

    words: str
    reasons: Sequence[str] = ()
    beside: Sequence[Any] = ()


Visit = Callable[[Attributes], Outcome]


@dataclass
class Pass:
    """A pass over a table. If it `is_consistent` it sees every write that was done before, and costs twice as much.

    If it is stopped, up to a `page` of items is done again of each segment.
    """

    table: AnyTable
    paced: Paced
    progress: Progress
    report: Report
    visit: Visit
    page: int
    is_consistent: bool
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, expected: int) -> None:
        """Visit what is left, of about so many items. Raises what a visit or a call raises, and KeyboardInterrupt.

        When it returns or raises, no thread is at work any more.
        """
        display = Display(self.table.name, expected, self.progress.done)
        with ThreadPoolExecutor(SEGMENTS) as workers:
            running = [workers.submit(self._walk, segment) for segment in sorted(self.progress.left)]
            try:
                while not _is_over(running):
                    with self._lock:
                        display.show(self.progress.done)
            except BaseException:
                self.paced.stop()
                raise
        display.end(self.progress.done)

    def _walk(self, segment: int) -> None:
        with suppress(Stopped):
            while segment in self.progress.left:
                after = self.progress.left[segment]
                page = self.paced.call(
                    "scan",
                    TableName=self.table.stored_as,
                    ConsistentRead=self.is_consistent,
                    Segment=segment,
                    TotalSegments=SEGMENTS,
                    Limit=self.page,
                    **({"ExclusiveStartKey": after} if after else {}),
                )
                outcomes = [(each, self.visit(each)) for each in page["Items"]]
                with self._lock:
                    self._note(segment, outcomes, page.get("LastEvaluatedKey"))

    def _note(self, segment: int, outcomes: Sequence[tuple[Attributes, Outcome]], last: Attributes | None) -> None:
        progress = self.progress
        progress.outcomes.update(outcome.words for _, outcome in outcomes)
        progress.reasons.update(reason for _, outcome in outcomes for reason in outcome.reasons)
        progress.report_bytes = self.report.add(
            {"key": key_of(self.table, item), "reasons": outcome.reasons}
            | ({"beside": outcome.beside} if outcome.beside else {})
            for item, outcome in outcomes
            if outcome.reasons
        )
        if last:
            progress.left[segment] = last
        else:
            del progress.left[segment]
        progress.save()


def key_of(table: AnyTable, item: Attributes) -> Any:
    """The key of an item, as DynamoDB writes it; a list of both parts of one that has two."""
    parts = [next(iter(item[name].values())) for name in table.keys]
    return parts if len(parts) > 1 else parts[0]


def _is_over(running: Sequence[Future[None]]) -> bool:
    """Whether all segments are done, or one has failed; it takes a tenth of a second to find that they are not."""
    waited = wait(running, timeout=0.1, return_when=FIRST_EXCEPTION)
    for each in waited.done:
        each.result()
    return not waited.not_done
