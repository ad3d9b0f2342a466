"""Error recovery: what of a contract can be read though some of it is not OpenAPI, so that all mistakes are named."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from specbound.compiler.document import METHODS, Document, paths
from specbound.compiler.mistakes import Mistake, Place, child

# What every operation is read with.
FOR_ALL = (("servers",), ("security",))


def sound(document: Document, mistakes: Iterable[Mistake]) -> Document:
    """The document without the parts of operations, and tables, that are mistaken themselves, or refer to what is."""
    broken = {each.place[1:] for each in mistakes}
    if not broken:
        return document
    if ("openapi",) in broken:
        # It was not even held against OpenAPI's own schema.
        return {}
    items = {} if _touches(broken, FOR_ALL) or not isinstance(document.get("paths", {}), dict) else paths(document)
    tables = document.get("x-dynamodb")
    kept = {path: _sound_item(document, path, item, broken) for path, item in items.items()}
    whole = document | {"paths": {path: item for path, item in kept.items() if item}}
    if not items:
        whole.pop("servers", None)
    if isinstance(tables, dict):
        whole["x-dynamodb"] = {name: each for name, each in tables.items() if _is_sound(document, each, broken)}
    return whole


def _sound_item(document: Document, path: str, item: Any, broken: set[Place]) -> Document:
    place = ("paths", path)
    if not isinstance(item, dict) or _unsound(document, place, item, broken) - set(METHODS) or place in broken:
        return {}
    found = {name: _sound_operation(document, (*place, name), item[name], broken) for name in METHODS if name in item}
    shared = {name: each for name, each in item.items() if name not in METHODS}
    kept = {name: each for name, each in found.items() if each}
    return shared | kept if kept else {}


def _sound_operation(document: Document, place: Place, operation: Any, broken: set[Place]) -> Document:
    """Without its body or its replies if they are mistaken; {} if anything else is."""
    if not isinstance(operation, dict) or place in broken:
        return {}
    unsound = _unsound(document, place, operation, broken)
    if unsound - {"requestBody", "responses"}:
        return {}
    kept = {name: each for name, each in operation.items() if name not in unsound}
    return kept | {"responses": {}} if "responses" in unsound else kept


def _unsound(document: Document, place: Place, holder: Document, broken: set[Place]) -> set[str]:
    """Which members of a part of the document are mistaken, or refer to what is."""
    return {
        name
        for name, each in holder.items()
        if _touches(broken, [(*place, name)]) or not _is_sound(document, each, broken)
    }


def _is_sound(document: Document, value: Any, broken: set[Place]) -> bool:
    """Whether all that a value refers to, and what that refers to, is OpenAPI."""
    seen: set[str] = set()
    pending = list(_references(value))
    while pending:
        reference = pending.pop()
        if reference in seen:
            continue
        seen.add(reference)
        steps = tuple(reference.split("/")[1:])
        if _touches(broken, [steps]):
            return False
        pending += _references(reduce(child, steps, document))
    return True


def _touches(broken: set[Place], places: Iterable[Place]) -> bool:
    """Whether something is broken in one of the places, or around it."""
    return any(
        bool(each) and (each[: len(place)] == place or place[: len(each)] == each)
        for place in places
        for each in broken
    )


def _references(value: Any) -> Iterator[str]:
    """References, and what an `item` of x-dynamodb says as one."""
    if isinstance(value, dict):
        yield from (value[name] for name in ("$ref", "item") if str(value.get(name)).startswith("#/"))
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in children:
        yield from _references(each)
