"""Accepted findings, `accepted.toml` beside the contract: what breaks and is taken care of, each with its reason.

An entry is about one version of the contract, so it does not outlive the release that it was written for.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.evolution.findings import Finding
from specbound.failures import Failed

FILE = "accepted.toml"
MEMBERS = ("finding", "version", "reason")
FORM = 'a table [[accepted]] with finding = "…", as it is printed, version = "…", of the contract, and reason = "…"'


@dataclass(frozen=True)
class Accepted:
    """`finding` is a finding's text up to its advice; `version` the contract's that has it; `reason` why it may be."""

    finding: str
    version: str
    reason: str

    def is_of(self, finding: Finding) -> bool:
        return self.finding.strip() in (f"{finding.place}: {finding.what}", str(finding))


def read(contract: Path, version: str) -> list[Accepted]:
    """What is accepted of this version of a contract. Raises Failed for a file that says something else."""
    file = contract.with_name(FILE)
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Failed(f"{file.name} can't be read: {error}. It has {FORM}.") from error
    entries = said.get("accepted", [])
    if said.keys() - {"accepted"} or not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise Failed(f"{file.name}: for each finding it has {FORM}, each a string that says something.")
    return [each for each in (Accepted(**entry) for entry in entries) if each.version == version]


def reason(finding: Finding, entries: Sequence[Accepted]) -> str | None:
    """Why a finding is accepted; None if it is not."""
    return next((each.reason for each in entries if each.is_of(finding)), None)


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == set(MEMBERS)
        and all(isinstance(each, str) and each.strip() for each in entry.values())
    )
