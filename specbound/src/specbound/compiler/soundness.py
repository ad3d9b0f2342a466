"""Error recovery: what of a contract can be read though some of it is not OpenAPI, so that all mistakes are named."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from specbound.compiler.document import METHODS, Document, paths
from specbound.compiler.mistakes import Mistake, Place
from specbound.compiler.pointers import child, local_steps

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
    return _Breakage(document, broken).without()


class _Breakage:
    """What is broken in a document."""

    def __init__(self, document: Document, broken: set[Place]) -> None:
        self._document = document
        self._broken = broken
        self._around = {place[:length] for place in broken if place for length in range(len(place) + 1)}
        self._mistaken = self._references()

    def without(self) -> Document:
        document = self._document
        has_paths = not any(map(self._touches, FOR_ALL)) and isinstance(document.get("paths", {}), dict)
        items = paths(document) if has_paths else {}
        kept = {path: self._item(("paths", path), item) for path, item in items.items()}
        whole = document | {"paths": {path: item for path, item in kept.items() if item}}
        if not items:
            whole.pop("servers", None)
        tables = document.get("x-dynamodb")
        if isinstance(tables, dict):
            whole["x-dynamodb"] = {
                name: each for name, each in tables.items() if self._is_sound(("x-dynamodb", name), each)
            }
        return whole

    def _item(self, place: Place, item: Any) -> Document:
        if not isinstance(item, dict) or self._unsound(place, item) - set(METHODS) or place in self._broken:
            return {}
        found = {name: self._operation((*place, name), item[name]) for name in METHODS if name in item}
        shared = {name: each for name, each in item.items() if name not in METHODS}
        kept = {name: each for name, each in found.items() if each}
        return shared | kept if kept else {}

    def _operation(self, place: Place, operation: Any) -> Document:
        """Without its body or its replies if they are mistaken; {} if anything else is."""
        if not isinstance(operation, dict) or place in self._broken:
            return {}
        unsound = self._unsound(place, operation)
        if unsound - {"requestBody", "responses"}:
            return {}
        kept = {name: each for name, each in operation.items() if name not in unsound}
        return kept | {"responses": {}} if "responses" in unsound else kept

    def _unsound(self, place: Place, holder: Document) -> set[str]:
        """Which members of a part of the document are mistaken, or refer to what is."""
        return {name for name, each in holder.items() if not self._is_sound((*place, name), each)}

    def _is_sound(self, place: Place, value: Any) -> bool:
        return not self._touches(place) and self._mistaken.isdisjoint(_references(value))

    def _touches(self, place: Place) -> bool:
        """Whether something is broken in a place, or around it."""
        return place in self._around or any(place[:length] in self._broken for length in range(1, len(place)))

    def _references(self) -> set[str]:
        """The references to what is broken, or refers to what is."""
        users: dict[str, set[str]] = {}
        found: set[str] = set()
        pending = set(_references(self._document))
        mistaken: list[str] = []
        while pending:
            reference = pending.pop()
            found.add(reference)
            steps = local_steps(reference) or ()
            if self._touches(steps):
                mistaken.append(reference)
            for each in _references(reduce(child, steps, self._document)):
                users.setdefault(each, set()).add(reference)
                pending |= {each} - found
        known: set[str] = set()
        while mistaken:
            reference = mistaken.pop()
            if reference not in known:
                known.add(reference)
                mistaken += users.get(reference, ())
        return known


def _references(value: Any) -> Iterator[str]:
    """References, and what an `item` of x-dynamodb says as one."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield from (each[name] for name in ("$ref", "item") if str(each.get(name)).startswith("#"))
            pending += each.values()
        elif isinstance(each, list):
            pending += each
