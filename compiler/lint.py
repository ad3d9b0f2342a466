"""`python -m compiler.lint`: what in the contract breaks the project's rules, line by line."""

import sys
from pathlib import Path

import yaml

from compiler.document import CONTRACT, Refused, load
from compiler.rules import Finding, Place, check
from compiler.tables import compile_contract


def complaints(contract: Path = CONTRACT) -> list[str]:
    """Every broken rule, as `file:line: place: what to do`. Raises Refused for what can't be compiled anyway."""
    document = load(contract)
    compile_contract(document)
    lines = _lines(yaml.compose(contract.read_text(encoding="utf-8")))
    findings = sorted(set(check(document)), key=lambda finding: lines[finding[0]])
    return [f"{contract.name}:{lines[place]}: {_render((place, complaint))}" for place, complaint in findings]


def _render(finding: Finding) -> str:
    place, complaint = finding
    return f"{' '.join(place)}: {complaint}"


def _lines(node: yaml.Node | None, place: Place = ()) -> dict[Place, int]:
    """On which line each part of the document begins."""
    lines: dict[Place, int] = {(): 1}
    steps: list[tuple[yaml.Node, str, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        steps = [(key, key.value, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        steps = [(value, str(index), value) for index, value in enumerate(node.value)]
    for start, step, value in steps:
        lines[(*place, step)] = start.start_mark.line + 1
        lines |= _lines(value, (*place, step))
    return lines


if __name__ == "__main__":
    try:
        found = complaints()
    except Refused as refused:
        found = [f"{CONTRACT.name}: {refused}"]
    sys.exit("\n".join(found) or None)
