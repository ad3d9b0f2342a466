"""Mending: what of a document can be kept, where some of it can't: the rest is left out, and told."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from specbound.compiled import CompiledContract
from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import Bundle, bundled
from specbound.compiler.document import METHODS, Document
from specbound.compiler.mistakes import Mistake, Place, Refused
from specbound.compiler.report import described
from specbound.failures import Failed

# What a document says of itself, in the place of what is missing.
INFO = {"title": "Mock", "version": "1"}
# Of an operation these may go without it.
SMALL = ("headers", "links", "callbacks", "examples")


def read(source: Path) -> Bundle:
    """A contract with its parts. Raises Failed if there is none."""
    try:
        return bundled(source)
    except Refused as refused:
        raise Failed(described(refused, source)) from refused


def _with_examples(bundle: Bundle) -> CompiledContract:
    return artefact(bundle, own_paths=True, examples=True)


def mended(
    bundle: Bundle, compiled: Callable[[Bundle], CompiledContract] = _with_examples
) -> tuple[Bundle, CompiledContract, list[Mistake]]:
    """A contract without what can't be kept of it, `compiled`, and the mistakes that were in it.

    Raises Refused, with all mistakes, where no operation would be left.
    """
    document: Document = deepcopy(bundle.document)
    document.pop("x-unfinished", None)
    whole = replace(bundle, document=document)
    found: list[Mistake] = []
    while True:
        try:
            return whole, compiled(whole), found
        except Refused as refused:
            found += [each for each in refused.mistakes if each not in found]
            left_out = [_left_out(document, each.place[1:]) for each in refused.mistakes]
            if not any(left_out) or not _has_any(document):
                raise Refused(*found) from refused
        whole = replace(whole, mistakes=())


def _left_out(document: Document, place: Place) -> bool:
    """Take out what a mistake is in; False where nothing can be taken out, or it went with another."""
    match place:
        case ("info", *_) if document.get("info") not in (INFO, None):
            document["info"] = INFO | {name: str(each) for name, each in document["info"].items() if name in INFO}
        case ("paths", _, *_):
            return _without_operation(document, place)
        case ("components", kind, name, *rest):
            steps = rest.index("$ref") if "$ref" in rest else 0
            holder = _at(document, (*place[: 3 + steps],)) if steps or rest[:1] == ["$ref"] else None
            if kind == "schemas" and isinstance(holder, dict):
                return _emptied(holder)
            return document["components"].get(kind, {}).pop(name, None) is not None
        case (name, *_) if name in document and name not in ("openapi", "paths"):
            del document[name]
        case _:
            return False
    return True


def _without_operation(document: Document, place: Place) -> bool:
    """What is mistaken of an operation, if it can do without; else the operation, or all of the path."""
    _, path, method, *rest = (*place, "", "")
    item = document["paths"].get(path)
    if not isinstance(item, dict) or method not in METHODS:
        return document["paths"].pop(path, None) is not None
    for index, step in enumerate(rest):
        holder = _at(document, place[: 3 + index])
        if step in SMALL and isinstance(holder, dict):
            return holder.pop(step, None) is not None
        is_reference = step == "$ref" and isinstance(holder, dict) and "schema" in rest[:index]
        if is_reference and isinstance(holder, dict):
            return _emptied(holder)
    return item.pop(method, None) is not None


def _emptied(holder: Document) -> bool:
    """What is described somewhere else may be anything."""
    is_full = bool(holder)
    holder.clear()
    return is_full


def _at(document: Document, place: Place) -> Any:
    value: Any = document
    for step in place:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return None
    return value


def _has_any(document: Document) -> bool:
    return any(
        method in item for item in document.get("paths", {}).values() if isinstance(item, dict) for method in METHODS
    )
