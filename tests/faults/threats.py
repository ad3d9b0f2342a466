"""Threats, docs/threats.md: the test of each row, which goes red without its defence, and the fault that shows it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.faults.table import ROOT

PAGE = ROOT / "docs" / "threats.md"
ROW = re.compile(r"^\| (?P<threat>.+?) \| (?P<defence>.+) \| `(?P<test>[^`]+)` \| `(?P<fault>[^`]+)` \|$", re.MULTILINE)


class Threat(NamedTuple):
    """What somebody could do, and what stops it."""

    threat: str
    defence: str
    test: str
    fault: str


def threats(text: str | None = None) -> list[Threat]:
    """All rows of the page, in its order."""
    page = PAGE.read_text(encoding="utf-8") if text is None else text
    return [Threat(**found.groupdict()) for found in ROW.finditer(page)]


def not_shown(results: Mapping[str, Any]) -> Iterator[str]:
    """Of those whose fault has a result: a line for each whose test did not go red with it."""
    for each in threats():
        caught_by = results.get(each.fault, {"caught_by": [each.test]})["caught_by"]
        if not any(test.partition("::")[0] == each.test or test == each.test for test in caught_by):
            yield f"{each.threat}: {each.test} did not go red with the fault {each.fault}."
