"""Mutations of a module, by Cosmic Ray's operators: `python mutations.py FILE NUMBER SEED` prints so many, as JSON.

It runs in an environment that has Cosmic Ray and nothing else of this project, and draws the same ones for a seed.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# `X | Y` of types is what most binary operators here are, and a decorator's absence is no slip of the hand.
NOT_MEANT = ("ReplaceBinaryOperator_BitOr_", "RemoveDecorator", "VariableReplacer", "VariableInserter")


def positions(code: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """All mutations that there are, by their places (line and column): the operator, and which occurrence of it."""
    nodes = list(ast_nodes(get_ast(code)))
    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or any(each in name for each in NOT_MEANT):
            continue
        starts = (start for node in nodes for start, _ in operator().mutation_positions(node))
        for number, start in enumerate(starts):
            found.setdefault(start, []).append((name, number))
    return found


def drawn(code: str, number: int, seed: int) -> Iterator[dict[str, Any]]:
    """One mutation at each of so many places, or at all, with the module's code as it makes it."""
    known, random = positions(code), Random(seed)
    places = sorted(random.sample(sorted(known), min(number, len(known))))
    for place in places:
        name, occurrence = random.choice(known[place])
        mutated = mutate_code(code, get_operator(name)(), occurrence)
        if mutated is not None and mutated != code:
            yield {"operator": name.partition("/")[2], "line": place[0], "code": mutated, "places": len(known)}


if __name__ == "__main__":
    [file, number, seed] = sys.argv[1:]
    json.dump(list(drawn(Path(file).read_text(encoding="utf-8"), int(number), int(seed))), sys.stdout)
