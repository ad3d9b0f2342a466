"""Checks of a history: whether what clients were told, and what the tables hold, can be true together."""

from tests.histories.checks import addresses, answers, items, lists, replays, stock, versions
from tests.histories.events import History

CHECKS = (answers, items, versions, addresses, stock, lists, replays)


def findings(history: History) -> list[str]:
    """What contradicts the contract, a sentence each; none where all is well."""
    return [f"{check.__name__.rpartition('.')[2]}: {found}" for check in CHECKS for found in check.check(history)]
