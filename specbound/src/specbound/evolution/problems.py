"""Types of problems compared, `x-problems`: what clients wait for by name, and the classes that they have of it."""

from collections.abc import Iterator, Set
from typing import Any

from specbound.compiler.document import Document
from specbound.compiler.mistakes import Place
from specbound.compiler.problem_types import TYPES, descriptions
from specbound.evolution.findings import NOTHING
from specbound.evolution.uses import operations

STATUS = "Clients know it by this status: keep it, or call what is new otherwise."
CLASS = "Generated clients have a class of this name: keep it."
UNHEARD = "Clients that wait for it wait in vain: tell them."
UNEXPLAINED = "Clients are told no more what it means, and what to do about it: keep saying it."
UNKNOWN = "Clients of before do not know it by name: tell them."
# What is told, and does not fail.
TOLD = {UNHEARD, UNKNOWN, UNEXPLAINED}


def changed(before: Document, after: Document, named: Set[str]) -> Iterator[tuple[Place, Any, Any, str]]:
    """Of two operations that are one to their clients: the steps to each type that came, went or has another status,
    with what was said and is, and what to do. `named` are all types of the later contract.

    An operation that has no `x-problems` may raise any.
    """
    own, now = before.get(TYPES), after.get(TYPES)
    if own is None:
        return
    for name, status in sorted(own.items()):
        steps, is_now = (TYPES, name), (now or {}).get(name, NOTHING)
        if is_now is NOTHING and name not in named:
            yield steps, status, NOTHING, CLASS
        elif is_now is NOTHING and now is not None:
            yield steps, status, NOTHING, UNHEARD
        elif is_now not in (NOTHING, status):
            yield steps, status, is_now, STATUS
    for name in sorted((now or {}).keys() - own.keys()):
        yield (TYPES, name), NOTHING, (now or {})[name], UNKNOWN


def unexplained(before: Document, after: Document) -> Iterator[tuple[Place, Any, str]]:
    """Of types that a contract explains, and that are still there: the steps to what is not said any more, with what
    was said, and what to do. Other words may say as much.
    """
    own, now = descriptions(before), descriptions(after)
    for name in sorted(own.keys() & types(after)):
        if name not in now:
            yield (TYPES, name), own[name], UNEXPLAINED
            continue
        for member in sorted(own[name].keys() - now[name].keys()):
            yield (TYPES, name, member), own[name][member], UNEXPLAINED


def types(document: Document) -> frozenset[str]:
    """All types that operations name."""
    return frozenset(
        name for path, method in operations(document) for name in document["paths"][path][method].get(TYPES, {})
    )
