"""Uses: which operations each component is for, also by way of others."""

import re
from collections.abc import Iterator
from typing import Any

from specbound.compiler.document import METHODS, Document, paths
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import local_steps
from specbound.compiler.reach import at

Operation = tuple[str, str]
"""Its path, and its method in lower case."""
COMPONENT = 3  # components, the kind, the name


def shape(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def operations(document: Document) -> list[Operation]:
    return [(path, method) for path, item in paths(document).items() for method in METHODS if method in item]


def uses(document: Document) -> dict[Place, list[Operation]]:
    """The operations by the steps to each component that they use."""
    direct: dict[Place, set[Place]] = {}
    found: dict[Place, list[Operation]] = {}
    for path, method in operations(document):
        item = document["paths"][path]
        pending = [*_components(item[method]), *_components(item.get("parameters", []))]
        seen: set[Place] = set()
        while pending:
            one = pending.pop()
            if one not in seen:
                seen.add(one)
                if one not in direct:
                    direct[one] = set(_components(at(document, one)))
                pending += direct[one]
        for one in seen:
            found.setdefault(one, []).append((path, method))
    return found


def _components(value: Any) -> Iterator[Place]:
    """Those that a value refers to."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            mapping = each.get("mapping")
            named = mapping.values() if isinstance(mapping, dict) else ()
            for reference in (each.get("$ref"), *named):
                steps = local_steps(reference)
                if steps and steps[0] == "components" and len(steps) >= COMPONENT:
                    yield steps[:COMPONENT]
            pending += each.values()
        elif isinstance(each, list):
            pending += each
