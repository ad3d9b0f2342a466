"""Contracts compared for clients: requests that were accepted still are, and replies hold nothing unknown to them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from specbound.compiler.document import METHODS, Declaration, Document, declaration, paths
from specbound.compiler.mistakes import Mistake, Place, settled
from specbound.compiler.servers import base_path
from specbound.evolution import security
from specbound.evolution.comparison import Comparison
from specbound.evolution.findings import NOTHING, Finding, change, show
from specbound.evolution.operations import KEEP, STAY, Operations, Side


def compare(earlier: Document, later: Document) -> list[Finding]:
    """All that a contract breaks for the clients of an earlier one, each once. Raises Refused if it can't be read."""
    requests = Comparison(gained=False, named=True)
    replies = Comparison(gained=True, named=True, tolerant=True)
    found = [*_operations(earlier, later, requests, replies), *_components(earlier, later), *_servers(earlier, later)]
    return list(_once(later, found))


def _once(later: Document, found: Iterable[Finding]) -> Iterator[Finding]:
    """What is written in one place, and met in many, is said once, with how often."""
    together: dict[tuple[Place, str, str, str], list[Finding]] = {}
    for each in found:
        written = settled(later, Mistake("", each.steps)).place
        key = written, each.place.rpartition("/")[2], each.what, each.advice
        together.setdefault(key, []).append(replace(each, steps=written))
    for same in together.values():
        first = min(same, key=lambda each: each.place)
        others = len({each.place for each in same}) - 1
        more = f" (as in {others} more {'places' if others > 1 else 'place'})" if others else ""
        yield replace(first, what=f"{first.what}{more}")


def _operations(earlier: Document, later: Document, requests: Comparison, replies: Comparison) -> Iterator[Finding]:
    now = {_shape(path): path for path in paths(later)}
    for path in sorted(paths(earlier)):
        here = now.get(_shape(path))
        if here is not None and here != path:
            yield Finding(
                "clients", "paths", f"{show(path)} → {show(here)}", "Keep its parameters' names.", ("#", "paths", here)
            )
        for method in (each for each in METHODS if each in earlier["paths"][path]):
            before = Side(earlier, declaration(earlier, path, method))
            if here is None or method not in later["paths"][here]:
                yield _gone(before.declared, here)
                continue
            names = dict(zip(_names(path), _names(here), strict=True))
            after = Side(later, declaration(later, here, method))
            yield from Operations(before, after, requests, replies).findings(names)


def _gone(declared: Declaration, path: str | None) -> Finding:
    was = change({"operationId": declared.public_id}, NOTHING)
    return Finding("clients", declared.place, was, "Go on answering it.", ("#", "paths", path or declared.path))


def _shape(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _names(path: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", path)


def _components(earlier: Document, later: Document) -> Iterator[Finding]:
    """Names of types in generated clients, and how callers show who they are."""
    schemas = _named(later, "schemas")
    for name, schema in sorted(_named(earlier, "schemas").items()):
        if name not in schemas:
            advice = "Generated clients have a type of this name: keep it."
            yield Finding("clients", f"schemas {name}", change(schema, NOTHING), advice, ("#", "components", "schemas"))
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
