"""Contracts compared for clients: requests that were accepted still are, and replies hold nothing unknown to them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from specbound.compiler.document import METHODS, Declaration, Document, declaration, paths
from specbound.compiler.mistakes import Mistake, Place, settled
from specbound.compiler.servers import base_path
from specbound.evolution import problems, security
from specbound.evolution.comparison import Comparison
from specbound.evolution.deprecation import Periods
from specbound.evolution.findings import NOTHING, Finding, change, show
from specbound.evolution.operations import KEEP, STAY, Operations, Side
from specbound.evolution.uses import Operation, operations, shape, uses


def compare(earlier: Document, later: Document, periods: Periods | None = None) -> list[Finding]:
    """All that a contract breaks for the clients of an earlier one, each once. Raises Refused if it can't be read.

    What is deprecated may go as `periods` has it, by default from its sunset on.
    """
    requests = Comparison(gained=False, named=True)
    replies = Comparison(gained=True, named=True, tolerant=True)
    found = [
        *_operations(earlier, later, (requests, replies), periods or Periods()),
        *_components(earlier, later),
        *_servers(earlier, later),
        *_explanations(earlier, later),
    ]
    return list(_once(later, found))


def _once(later: Document, found: Iterable[Finding]) -> Iterator[Finding]:
    """What is written in one place, and met in many, by requests and by replies, is said once, with how often."""
    together: dict[tuple[Place, str, str], list[Finding]] = {}
    for each in found:
        written = settled(later, Mistake("", each.steps)).place
        together.setdefault((written, each.place.rpartition("/")[2], each.what), []).append(each)
    for same in together.values():
        first = min(same, key=lambda each: each.place)
        others = len({each.place for each in same}) - 1
        more = f" (as in {others} more {'places' if others > 1 else 'place'})" if others else ""
        advice = " ".join(dict.fromkeys(each.advice for each in same))
        yield replace(first, what=f"{first.what}{more}", advice=advice, fails=any(each.fails for each in same))


def _operations(
    earlier: Document, later: Document, ways: tuple[Comparison, Comparison], periods: Periods
) -> Iterator[Finding]:
    now = {shape(path): path for path in paths(later)}
    for path in sorted(paths(earlier)):
        here = now.get(shape(path))
        if here is not None and here != path:
            yield Finding(
                "clients", "paths", f"{show(path)} → {show(here)}", "Keep its parameters' names.", ("#", "paths", here)
            )
        for method in (each for each in METHODS if each in earlier["paths"][path]):
            before = Side(earlier, declaration(earlier, path, method))
            if here is None or method not in later["paths"][here]:
                if not periods.is_over(before.definition):
                    yield _gone(before.declared, here, periods)
                continue
            names = dict(zip(_names(path), _names(here), strict=True))
            after = Side(later, declaration(later, here, method))
            yield from Operations(before, after, ways, periods).findings(names)


def _gone(declared: Declaration, path: str | None, periods: Periods) -> Finding:
    was = change({"operationId": declared.public_id}, NOTHING)
    advice = periods.advice(declared.definition, "Go on answering it.")
    steps = ("#", "paths", path or declared.path, declared.method.lower())
    return Finding("clients", declared.place, was, advice, steps)


def _explanations(earlier: Document, later: Document) -> Iterator[Finding]:
    """What types of problems mean, as the whole contract says it: nobody's program breaks for the want of that."""
    for steps, was, advice in problems.unexplained(earlier, later):
        place = f"{steps[0]} {'/'.join(steps[1:])}"
        yield Finding("clients", place, change(was, NOTHING), advice, ("#", *steps), fails=False)


def _way(operation: Operation) -> Operation:
    path, method = operation
    return shape(path), method


def _names(path: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", path)


def _components(earlier: Document, later: Document) -> Iterator[Finding]:
    """Names of types in generated clients, and how callers show who they are."""
    schemas, by, left = _named(later, "schemas"), uses(earlier), set(map(_way, operations(later)))
    for name, schema in sorted(_named(earlier, "schemas").items()):
        steps: Place = ("components", "schemas", name)
        # What went with all operations that it was for is a part of their end.
        if name not in schemas and (steps not in by or left & set(map(_way, by[steps]))):
            advice = "Generated clients have a type of this name: keep it."
            yield Finding("clients", f"schemas {name}", change(schema, NOTHING), advice, ("#", *steps))
    schemes = _named(later, "securitySchemes")
    for name, scheme in sorted(_named(earlier, "securitySchemes").items()):
        if name in schemes:
            for steps, own, now in security.changed(scheme, schemes[name]):
                place = f"securitySchemes {'/'.join((name, *steps))}"
                written = ("#", "components", "securitySchemes", name, *steps)
                yield Finding("clients", place, change(own, now), KEEP, written)


def _named(document: Document, kind: str) -> dict[str, Any]:
    named: dict[str, Any] = document.get("components", {}).get(kind, {})
    return named


def _servers(earlier: Document, later: Document) -> Iterator[Finding]:
    now = {each.get("url") for each in later.get("servers", [{"url": "/"}])}
    for url in sorted({each.get("url", "") for each in earlier.get("servers", [{"url": "/"}])} - now):
        yield Finding("clients", "servers", change(url, NOTHING), STAY, ("#", "servers"))
    before, after = base_path(earlier), base_path(later)
    if before != after:
        # Of several servers the first says where routes begin.
        yield Finding("clients", "servers", change(before or "/", after or "/"), STAY, ("#", "servers"))
