"""Pointers: what the `$ref` of a schema leads to, by a JSON pointer (RFC 6901), an `$anchor` or an `$id`."""

from collections.abc import Iterator
from functools import cached_property, reduce
from typing import Any
from urllib.parse import urldefrag, urljoin

from specbound.compiler.document import Document, misleading
from specbound.compiler.mistakes import Place, Refused
from specbound.compiler.pointers import NOTHING, child, steps_of

COMPONENTS = ("components", "schemas")
# What is under these is named by the contract, or is a value: no keyword of a schema.
NAMES = {"properties", "patternProperties", "dependentSchemas", "$defs", "schemas"}
VALUES = {"example", "examples", "default", "enum", "const"}


class Pointers:
    """The places of a document that schemas refer to."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def target(self, reference: Any, base: str = "") -> tuple[Any, Place]:
        """The schema that a reference leads to, and the steps to it. Raises Refused if it leads nowhere.

        `base` is the URI of the resource that it stands in, as its `$id` says; "" for the document.
        """
        own = str(reference)
        uri, fragment = (base, own[1:]) if own.startswith("#") else urldefrag(urljoin(base, own))
        roots = self._resources.get(uri, []) if uri else [()]
        if len(roots) != 1:
            reason = "several schemas have" if roots else "nothing in this document has"
            raise misleading(f"$ref {reference}: {reason} the $id {uri}.")
        [root] = roots
        if fragment and not fragment.startswith("/"):
            steps = self._anchors.get((uri, fragment))
        else:
            steps = (*root, *(steps_of(fragment) or ()))
        found = NOTHING if steps is None else reduce(child, steps, self._document)
        if steps is None or not isinstance(found, dict | bool):
            raise misleading(f"$ref {reference} leads nowhere.")
        if steps[:1] == ("components",) and len(steps) == len(COMPONENTS) + 1 and steps[:2] != COMPONENTS:
            raise misleading(f"$ref {reference}: here one of the schemas must stand.")
        return found, steps

    def at(self, steps: Place) -> Any:
        """The schema at a place that a reference led to."""
        return reduce(child, steps, self._document)

    def dynamic(self, reference: Any) -> str:
        """The anchor of a `$dynamicRef`, as a `$ref` has it. Raises Refused where there are several of its name."""
        fragment = str(reference).rpartition("#")[2]
        if sum(name == fragment for _, name in self._dynamic) > 1:
            raise Refused(
                f"$dynamicRef {reference}: which of several $dynamicAnchors it leads to depends on the way to it. "
                "Say it with $ref."
            )
        return str(reference)

    def base(self, steps: Place) -> str:
        """The URI of the resource that a place is in, as the `$id`s on the way say it."""
        found, value = "", self._document
        for step in steps:
            value = child(value, step)
            found = joined(found, value)
        return found

    @cached_property
    def _resources(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for base, steps, schema in self._schemas():
            if "$id" in schema:
                found.setdefault(base, []).append(steps)
        return found

    @cached_property
    def _anchors(self) -> dict[tuple[str, str], Place]:
        return {
            (base, schema[name]): steps
            for base, steps, schema in self._schemas()
            for name in ("$anchor", "$dynamicAnchor")
            if isinstance(schema.get(name), str)
        }

    @cached_property
    def _dynamic(self) -> list[tuple[str, str]]:
        found = ((base, schema.get("$dynamicAnchor")) for base, _, schema in self._schemas())
        return [(base, name) for base, name in found if isinstance(name, str)]

    def _schemas(self) -> Iterator[tuple[str, Place, Document]]:
        """Whatever may be a schema, with the URI of the resource that it is in, and the steps to it."""
        pending: list[tuple[str, Place, Any, bool]] = [("", (), self._document, False)]
        while pending:
            base, steps, value, is_names = pending.pop()
            if isinstance(value, dict):
                base = base if is_names else joined(base, value)
                if not is_names:
                    yield base, steps, value
                pending += (
                    (base, (*steps, name), each, name in NAMES and not is_names)
                    for name, each in value.items()
                    if is_names or name not in VALUES
                )
            elif isinstance(value, list):
                pending += ((base, (*steps, str(index)), each, False) for index, each in enumerate(value))


def joined(base: str, schema: Any) -> str:
    """The URI of the resource that a schema is, or is in."""
    name = schema.get("$id") if isinstance(schema, dict) else None
    return urldefrag(urljoin(base, name))[0] if isinstance(name, str) else base
