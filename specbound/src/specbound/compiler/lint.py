"""`python -m specbound.compiler.lint`: what in the contract breaks the project's rules, line by line."""

import sys
from pathlib import Path

from specbound.compiler.document import CONTRACT, Refused, load
from specbound.compiler.mistakes import described
from specbound.compiler.rules import Finding, check
from specbound.compiler.source import lines_of
from specbound.compiler.tables import compile_contract


def complaints(contract: Path = CONTRACT) -> list[str]:
    """Every broken rule, as `file:line: place: what to do`. Raises Refused for what can't be compiled anyway."""
    document = load(contract)
    compile_contract(document)
    lines = lines_of(contract.read_text(encoding="utf-8"))
    findings = sorted(set(check(document)), key=lambda finding: lines[finding[0]])
    return [f"{contract.name}:{lines[place]}: {_render((place, complaint))}" for place, complaint in findings]


def _render(finding: Finding) -> str:
    place, complaint = finding
    return f"{' '.join(place)}: {complaint}"


if __name__ == "__main__":
    try:
        found = complaints()
    except Refused as refused:
        found = [described(refused, CONTRACT)]
    sys.exit("\n".join(found) or None)
