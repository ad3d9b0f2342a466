"""Sides: what of the contract's schemas is one thing in a request and another in a reply."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from specbound.compiler.document import Declaration, Document
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import NOTHING, child
from specbound.compiler.variants import target

# What a request may have that a reply has not, or that the engine fills in of a request.
TOLD_APART = {"readOnly", "writeOnly", "default"}


def differs(document: Document, steps: Place) -> bool:
    """Whether a schema, or one that it leads to, may be of two types."""
    return any(
        isinstance(value, dict) and bool(value.keys() & TOLD_APART)
        for value in _reached(document, [_at(document, steps)])
    )


def answered(document: Document, operations: Iterable[Declaration], tables: Iterable[Document]) -> set[Place]:
    """The steps to all that replies, and the items of tables, refer to."""
    roots: list[Any] = [each.definition.get("responses", {}) for each in operations]
    roots += [{"$ref": each["item"]} for each in tables if "item" in each]
    found = (target(document, value["$ref"])[1] for value in _reached(document, roots) if _is_reference(value))
    return {steps for steps in found if steps}


def _reached(document: Document, roots: Iterable[Any]) -> Iterable[Any]:
    """All values within some, and within what those refer to."""
    pending, seen = list(roots), set[str]()
    while pending:
        value = pending.pop()
        yield value
        if _is_reference(value) and value["$ref"] not in seen:
            seen.add(value["$ref"])
            pending.append(target(document, value["$ref"])[0])
        pending += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


def _at(document: Document, steps: Place) -> Any:
    found = reduce(child, steps, document)
    return None if found is NOTHING else found
