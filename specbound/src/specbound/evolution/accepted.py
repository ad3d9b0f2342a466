"""Accepted findings, `accepted.toml` beside the contract: what breaks and is taken care of, each with its reason.

An entry is about one version of the contract, or ends on a day, so that none outlives what it was written for.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from specbound.evolution.findings import Finding
from specbound.failures import Failed

FILE = "accepted.toml"
TEXTS = ("finding", "version", "reason")
FORM = (
    'a table [[accepted]] with finding = "…", as it is printed, reason = "…", and version = "…", of the contract, or '
    "until = 2027-01-31, the last day, or both"
)


@dataclass(frozen=True)
class Accepted:
    """`finding` is a finding's text up to its advice; `version` the contract's that has it, any without; `until` the
    last day, in UTC; `reason` why it may be.
    """

    finding: str
    reason: str
    version: str | None = None
    until: date | None = None

    def is_of(self, finding: Finding) -> bool:
        return self.finding.strip() in (f"{finding.place}: {finding.what}", str(finding))

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today


def read(contract: Path, version: str) -> list[Accepted]:
    """What is accepted of this version of a contract, also what has ended. Raises Failed for a file that says something
    else.
    """
    file = contract.with_name(FILE)
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Failed(f"{file.name} can't be read: {error}. It has {FORM}.") from error
    entries = said.get("accepted", [])
    if said.keys() - {"accepted"} or not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise Failed(f"{file.name}: for each finding it has {FORM}. Each text says something.")
    return [each for each in (Accepted(**entry) for entry in entries) if each.version in (version, None)]


def accepting(finding: Finding, entries: Sequence[Accepted], today: date) -> Accepted | None:
    """By what a finding is accepted; None if it is not."""
    return next((each for each in entries if each.is_of(finding) and not each.is_over(today)), None)


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not {"finding", "reason"} <= entry.keys() <= {*TEXTS, "until"}:
        return False
    texts = [entry[name] for name in TEXTS if name in entry]
    until = entry.get("until", date.max)
    is_day = isinstance(until, date) and not isinstance(until, datetime)
    is_bound = not entry.keys().isdisjoint({"version", "until"})
    return is_bound and is_day and all(isinstance(each, str) and each.strip() for each in texts)
