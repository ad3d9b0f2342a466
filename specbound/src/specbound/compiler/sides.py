"""Sides: what of the contract's schemas is one thing in a request and another in a reply."""

from collections.abc import Iterable
from typing import Any

from specbound.compiler.document import Declaration, Document
from specbound.compiler.mistakes import Place
from specbound.compiler.references import COMPONENTS
from specbound.compiler.variants import target

# What a request may have that a reply has not, or that the engine fills in of a request.
TOLD_APART = {"readOnly", "writeOnly", "default"}


def differing(document: Document) -> set[Place]:
    """The steps to the components that are of two types: they, or what they lead to, tell the sides apart."""
    found: set[Place] = set()
    leading: dict[Place, list[Place]] = {}
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        steps = (*COMPONENTS, name)
        for value in _within(schema):
            if isinstance(value, dict) and value.keys() & TOLD_APART:
                found.add(steps)
            if _is_reference(value) and (ahead := target(document, value["$ref"])[1]):
                # What is within a component is told apart if the component is.
                leading.setdefault(ahead[: len(COMPONENTS) + 1], []).append(steps)
    pending = list(found)
    while pending:
        new = [each for each in leading.get(pending.pop(), ()) if each not in found]
        found.update(new)
        pending += new
    return found


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
        for value in _within(pending.pop()):
            yield value
            if _is_reference(value) and value["$ref"] not in seen:
                seen.add(value["$ref"])
                pending.append(target(document, value["$ref"])[0])


def _within(value: Any) -> Iterable[Any]:
    pending = [value]
    while pending:
        each = pending.pop()
        yield each
        pending += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)
