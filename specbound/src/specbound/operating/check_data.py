"""Checking data, `specbound check-data`: would the contract and the code that are here show what is stored? And are the
values unique that are to be?

Nothing is written, and nothing of what items hold is said: only their keys.
"""

from collections.abc import Sequence
from pathlib import Path

from specbound.local import HANDLER
from specbound.operating.deployed import find
from specbound.operating.duplicates import Seen, forget
from specbound.operating.misfits import reasons
from specbound.operating.outcomes import TAKEN
from specbound.operating.pace import Attributes, Paced
from specbound.operating.passes import Outcome, Visit
from specbound.operating.progress import Progress
from specbound.operating.tables import RATE, SAMPLE, Work, go_through
from specbound.store.table import AnyTable, Misfit
from specbound.store.values import decode

FIT = Outcome("fit")
MISFIT = "do not fit"


def run(tables: Sequence[str] = (), rate: float = RATE, sample: int = SAMPLE, handler: str = HANDLER) -> int:
    """Look at every item of these tables, or of all whose items the contract describes.

    Status 1 if one does not fit, or has what is to be unique and another has. It takes so many capacity units a second,
    and shows so many keys. `handler` is the service's Api by its dotted name. Raises Failed and Misconfigured.
    """
    deployed = find(handler)
    chosen = deployed.choose(tables, lambda table: table.item is not None, "an `item` in x-dynamodb")
    work = Work(
        "check-data",
        _visit,
        rate,
        sample,
        page=500,
        is_consistent=False,
    )
    passes = go_through(work, chosen, deployed.mark)
    for each in passes:
        forget(_file(each))
    return 1 if any({MISFIT, TAKEN} & each.outcomes.keys() for each in passes) else 0


def _visit(table: AnyTable, _: Paced, progress: Progress) -> Visit:
    if not table.unique:
        return lambda stored: judge(table, stored)
    seen = Seen(table, _file(progress), goes_on=progress.done > 0)

    def visit(stored: Attributes) -> Outcome:
        own, duplicate = judge(table, stored), seen.judge(stored)
        if duplicate is None:
            return own
        words = duplicate.words if own is FIT else own.words
        return Outcome(words, [*own.reasons, *duplicate.reasons], duplicate.beside)

    return visit


def _file(progress: Progress) -> Path:
    return progress.path.with_suffix(".seen")


def judge(table: AnyTable, stored: Attributes) -> Outcome:
    """Whether this version would show an item: as it is, with the table's defaults, or upgraded."""
    try:
        table.shown(decode(stored))
    except Misfit as misfit:
        return Outcome(MISFIT, reasons(table, misfit))
    return FIT
