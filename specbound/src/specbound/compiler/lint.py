"""Lint, `specbound lint`: what in the contract breaks the project's rules, line by line."""

from pathlib import Path

from specbound.compiler.document import CONTRACT, Refused, load
from specbound.compiler.mistakes import described
from specbound.compiler.rules import Finding, check
from specbound.compiler.source import lines_of
from specbound.compiler.translation import compile_contract
from specbound.failures import Failed


def run(contract: Path = CONTRACT) -> None:
    """Check a contract. Raises Failed with every broken rule, or all for which it can't be compiled."""
    try:
        found = complaints(contract)
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused
    if found:
        raise Failed("\n".join(found))


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
