"""Lint, `specbound lint`: what in the contract breaks the project's rules, line by line."""

from pathlib import Path

from specbound.compiler.bundle import Bundle, bundled
from specbound.compiler.document import CONTRACT, Refused
from specbound.compiler.report import described
from specbound.compiler.rules import Finding, check
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
    bundle = bundled(contract)
    compile_contract(bundle.document, bundle.mistakes)
    return of(bundle, contract)


def of(bundle: Bundle, contract: Path = CONTRACT) -> list[str]:
    """The same of a contract that compiles."""
    found = {(*bundle.where(finding[0]), _render(finding)) for finding in check(bundle.document)}
    ordered = sorted(found, key=lambda each: (each[0] != contract.name, *each))
    return [f"{file}:{line}: {complaint}" for file, line, complaint in ordered]


def _render(finding: Finding) -> str:
    place, complaint = finding
    return f"{' '.join(place)}: {complaint}"
