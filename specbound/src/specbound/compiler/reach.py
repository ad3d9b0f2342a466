"""Reach: the parts of a document that the engine reads, and those that are there for people alone."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from specbound.compiler import shapes
from specbound.compiler.document import Document
from specbound.compiler.grammar import COMPONENTS, OTHER, PLURALS, VALUE, walk
from specbound.compiler.media import kinds_of, split
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import child, local_steps

Part = tuple[Place, str, Any]
"""A place, what OpenAPI calls what stands there, and what that is."""
# Published as they are, with all that is in them.
UNREAD = frozenset(
    {("operation", "callbacks"), ("document", "webhooks"), ("response", "links")}
    | {(kind, "examples") for kind in ("mediaType", "parameter", "header", "components")}
)
# Named by name, or put where they are referred to: no pointer leads to them.
BY_NAME = {PLURALS["securityScheme"], PLURALS["pathItem"]}
STEPS = 3  # components, the kind, the name


class Reach:
    """`parts` are what the engine reads, parents first; `unread` and `unused` the components that it does not.

    Of an unread component something tells that is there for people, of an unused one nothing.
    """

    def __init__(self, document: Document) -> None:
        by_owner: dict[Place, list[Part]] = {}
        for each in _read(document):
            by_owner.setdefault(component_of(each[0]), []).append(each)
        # Security schemes are not referred to, but named.
        self.schemes = [each for each in by_owner if each[1:2] == (PLURALS["securityScheme"],)]
        pending: list[Place] = [(), *self.schemes]
        read: set[Place] = set()
        self.parts: list[Part] = []
        while pending:
            owner = pending.pop()
            if owner not in read:
                read.add(owner)
                self.parts += by_owner.get(owner, [])
                pending += {target for _, kind, value in by_owner.get(owner, []) for target in targets(kind, value)}
        told = {target for _, kind, value in walk(document) for target in targets(kind, value)}
        components = [
            ("components", plural, name)
            for plural in COMPONENTS.keys() - BY_NAME
            for name in document.get("components", {}).get(plural, {})
        ]
        self.used = [each for each in components if each in read]
        self.unread = [each for each in components if each not in read and each in told]
        self.unused = [each for each in components if each not in told]


def _read(document: Document) -> Iterator[Part]:
    """All but what is published as it is, and schemas that say what a text or bytes stand for."""
    described: set[Place] = set()
    for place, kind, value in walk(document, UNREAD):
        if not described or not any(place[:length] in described for length in range(len(place) + 1)):
            yield place, kind, value
            if kind == "mediaType" and describes_only(document, place[-1], value):
                described.add((*place, "schema"))


def component_of(place: Place) -> Place:
    """The component that a place is in; () outside of all."""
    return place[:STEPS] if place[:1] == ("components",) and len(place) >= STEPS else ()


def targets(kind: str, value: Any) -> Iterator[Place]:
    """The components that something refers to, however it is said."""
    references: list[str] = []
    if isinstance(value, dict) and kind not in (VALUE, OTHER):
        references += (value[name] for name in ("$ref", "item") if isinstance(value.get(name), str))
    if kind == "discriminator":
        named = (value.get("mapping") or {}).values()
        references += (each if each.startswith("#") else f"#/components/schemas/{each}" for each in named)
    for each in references:
        steps = local_steps(each)
        if steps:
            yield component_of(steps)


def describes_only(document: Document, name: str, media: Any) -> bool:
    """Whether a schema says what the text or the bytes of a media type stand for, which nobody checks."""
    if not isinstance(media, dict) or "schema" not in media:
        return False
    kinds = kinds_of(document, split(name, name)[0], media["schema"])
    checked = {"string"} if "binary" in kinds else {*shapes.PLAIN}
    return {*kinds} <= {"text", "binary"} and bool({*shapes.kinds(document, media["schema"])} - checked)


def at(document: Document, place: Place) -> Any:
    """What stands at a place."""
    return reduce(child, place, document)
