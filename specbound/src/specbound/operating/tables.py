"""A command's passes over one table after another, and what it says of each."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from specbound.compiler.document import ROOT
from specbound.failures import Failed
from specbound.operating.deployed import client
from specbound.operating.pace import Paced
from specbound.operating.passes import SEGMENTS, Pass, Visit
from specbound.operating.progress import Mark, Progress, Report, load
from specbound.store.table import AnyTable

# Capacity units a second, reads and writes together.
RATE = 500
# So many keys are shown.
SAMPLE = 5
GOES_ON = "The same command goes on from here."


@dataclass(frozen=True)
class Work:
    """What a command does: `visit` makes the visit to each item of a table, in a pass that has come so far.

    So many keys, a `sample`, are shown.
    """

    command: str
    visit: Callable[[AnyTable, Paced, Progress], Visit]
    rate: float
    sample: int
    page: int
    is_consistent: bool


def go_through(work: Work, tables: Sequence[AnyTable], mark: Mark) -> list[Progress]:
    """A pass over each table. What it came to is said, and returned when all are done. Raises Failed.

    Tables that were done before it was stopped are not gone through again, if the `mark` is the same.
    """
    try:
        sdk = client()
        paced = Paced(sdk, work.rate)
        passes = [_pass(work, table, mark, paced, sdk) for table in tables]
    except KeyboardInterrupt:
        print(f"\nStopped. {GOES_ON}", file=sys.stderr)
        raise
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error} {GOES_ON}") from error
    for progress in passes:
        progress.path.unlink()
    return passes


def _pass(work: Work, table: AnyTable, mark: Mark, paced: Paced, sdk: Any) -> Progress:
    found = sdk.describe_table(TableName=table.stored_as)["Table"]
    path = ROOT / "build" / work.command / f"{found['TableName']}.jsonl"
    # A table that was made anew since is another one.
    created = found["CreationDateTime"].isoformat()
    of = {"table": found["TableArn"], "created": created, "segments": str(SEGMENTS), **mark}
    with Report(path) as report:
        progress = load(path.with_suffix(".json"), of, SEGMENTS)
        report.resume(progress.report_bytes)
        if progress.done:
            begun = f"the pass that began {progress.started}"
            print(f"{table.name}: {begun} goes on after {progress.done:,} items.", file=sys.stderr)
        progress.save()
        visit = work.visit(table, paced, progress)
        Pass(table, paced, progress, report, visit, work.page, work.is_consistent).run(found["ItemCount"])
        print(_said(table, progress, report, work.sample), flush=True)
    return progress


def _said(table: AnyTable, progress: Progress, report: Report, sample: int) -> str:
    outcomes = ", ".join(f"{count:,} {words}" for words, count in progress.outcomes.most_common())
    lines = [f"{table.name} ({table.stored_as}): {outcomes or 'no items'}"]
    lines += [f"{count:10,}  {reason}" for reason, count in progress.reasons.most_common()]
    if progress.reasons:
        shown = report.path.relative_to(ROOT)
        lines.append(f"  such as {', '.join(report.keys(sample))}; all of them are in {shown}")
    return "\n".join(lines)
