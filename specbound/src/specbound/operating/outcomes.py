"""Outcomes of backfill: what its visit to an item came to, and which of several is told."""

from collections.abc import Sequence

from specbound.operating.passes import Outcome

FILLED = Outcome("filled")
RIGHT = Outcome("right already")
GONE = Outcome("gone meanwhile")
LEFT = Outcome("left", ["changed by others whenever it was to be filled: run this once more"])
UNLISTED = "can't be listed"
UNCLAIMABLE = "can't be claimed"
TAKEN = "have what another has"
# The first of these that a visit came to is told of it.
ORDER = (LEFT.words, TAKEN, UNCLAIMABLE, UNLISTED, GONE.words, FILLED.words, RIGHT.words)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of what was done to an item, with all that is the matter with it."""
    first = min((each.words for each in outcomes), key=ORDER.index, default=RIGHT.words)
    reasons = [reason for each in outcomes for reason in each.reasons]
    return Outcome(first, reasons, [key for each in outcomes for key in each.beside])
