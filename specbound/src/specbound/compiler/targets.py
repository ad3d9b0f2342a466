"""Targets of references: the places, in a contract's files, that they lead to."""

from collections.abc import Iterator
from typing import Any

from specbound.compiler.files import SCHEME, Files
from specbound.compiler.grammar import PLURALS, VALUE, kind_at, members
from specbound.compiler.mistakes import Place, Refused
from specbound.compiler.pointers import NOTHING, child, steps_of

Target = tuple[str, Place]
"""A file, by its name, and the steps to a place in it."""
LONGEST_CHAIN = 50


def inside(target: Target, step: str) -> Target:
    return target[0], (*target[1], step)


class Targets:
    """Follows references from file to file."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def of(self, holder: str, reference: str, kind: str, hops: int = 0) -> tuple[Target, Any]:
        """The place that a reference in a file leads to, and what stands there, which must be of a kind.

        Raises Refused for what is not there, or is of another kind.
        """
        found, content = self._locate(holder, reference, hops)
        whole = self._files.file(found[0]).value
        is_openapi = isinstance(whole, dict) and "openapi" in whole
        there = kind_at(found[1]) if is_openapi else VALUE
        if kind in PLURALS and there not in (kind, VALUE):
            raise Refused(f"$ref {reference}: here one of the {PLURALS[kind]} must stand.")
        if kind in PLURALS and not isinstance(content, dict | bool):
            raise Refused(f"$ref {reference} leads to no object.")
        return found, content

    def at(self, file: str, steps: Place) -> tuple[Target, Any]:
        """A place that is not in what a reference stands for, but may be one. Raises LookupError, or Refused."""
        found, value = self._follow((file, steps), 0)
        hops = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            hops += 1
            found, value = self._locate(found[0], value["$ref"], hops)
        return found, value

    def content(self, target: Target) -> Any:
        """What stands at a place that has been found."""
        value = self._files.file(target[0]).value
        for step in target[1]:
            value = child(value, step)
        return value

    def _locate(self, holder: str, reference: str, hops: int) -> tuple[Target, Any]:
        if hops > LONGEST_CHAIN:
            raise Refused(f"$ref {reference} leads back to itself.")
        way, _, fragment = reference.partition("#")
        root = self._resource(holder, way)
        name = self._files.name(holder, way) if way and root is None else holder
        try:
            whole = self._files.file(name).value
        except OSError as error:
            raise Refused(f"$ref {reference}: {name} can't be read: {error.strerror}.") from error
        steps = steps_of(fragment)
        if steps is None:
            inner = _named("$anchor", whole if root is None else self.content((name, root)))
            steps = next((place for place, anchor in inner if anchor == fragment), (fragment,))
        try:
            return self._follow((name, (root or ()) + steps), hops)
        except LookupError as error:
            raise Refused(f"$ref {reference} leads nowhere: {name} has no {error} there.") from error

    def _resource(self, holder: str, uri: str) -> Place | None:
        """The schema of the same file that has a URI, with its scheme, as its `$id`."""
        if not SCHEME.match(uri):
            return None
        return next((place for place, name in _named("$id", self._files.file(holder).value) if name == uri), None)

    def _follow(self, target: Target, hops: int) -> tuple[Target, Any]:
        """A place, through the references on the way to it."""
        found: Target = (target[0], ())
        value = self._files.file(target[0]).value
        for step in target[1]:
            while isinstance(value, dict) and isinstance(value.get("$ref"), str) and step not in value:
                hops += 1
                found, value = self._locate(found[0], value["$ref"], hops)
            value = child(value, step)
            if value is NOTHING:
                raise LookupError(step)
            found = inside(found, step)
        return found, value


def _named(keyword: str, value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The names that schemas of 3.1 have besides their places, `$anchor` or `$id`."""
    if isinstance(value, dict) and keyword in value:
        yield place, value[keyword]
    for step, each in members(value):
        yield from _named(keyword, each, (*place, step))
