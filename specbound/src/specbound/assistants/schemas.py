"""Schemas of arguments: the contract's as JSON Schema 2020-12 that stands by itself, with all that explains it."""

import re
from typing import Any

from specbound.compiler.dialect import ASSERTIONS, MANY, NAMED, ONE, copied, modern, parts
from specbound.compiler.document import Document
from specbound.compiler.hidden import REQUEST, Hidden
from specbound.compiler.mistakes import Place
from specbound.compiler.references import Pointers, joined

EXPLAINING = {"title", "description", "default", "examples", "deprecated", "contentEncoding", "contentMediaType"}
KEPT = ASSERTIONS.union(ONE, MANY, NAMED, EXPLAINING)
ODD = re.compile(r"[^A-Za-z0-9_.-]")


class Schemas:
    """Schemas of a request. What they refer to is among their `definitions`, by names of its own."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._pointers = Pointers(document)
        self._hidden = Hidden(document, self._pointers)
        self._names: dict[Place, str] = {}
        self.definitions: dict[str, Document] = {}

    def of(self, schema: Any, base: str = "") -> Document:
        """A schema without what only replies have."""
        said = modern(self._document, schema)
        base = joined(base, said)
        hidden = self._hidden.names(said, REQUEST, base)
        draft = copied({name: value for name, value in said.items() if name in KEPT})
        if "example" in said:
            draft.setdefault("examples", [said["example"]])
        for name in hidden:
            draft.get("properties", {}).pop(name, None)
        if "required" in draft:
            draft["required"] = [name for name in draft["required"] if name not in hidden]
        for holder, key, _ in parts(draft):
            # A boolean is a schema as well.
            holder[key] = holder[key] if isinstance(holder[key], bool) else self.of(holder[key], base)
        reference = said.get("$ref") or said.get("$dynamicRef")
        return draft | {"$ref": self._refer(reference, base)} if reference else draft

    def _refer(self, reference: Any, base: str) -> str:
        target, steps = self._pointers.target(reference, base)
        if steps not in self._names:
            name = ODD.sub("_", steps[-1] if steps else "document")
            self._names[steps] = f"{name}_{len(self._names)}" if name in self._names.values() else name
            self.definitions[self._names[steps]] = self.of(target, self._pointers.base(steps[:-1]))
        return f"#/$defs/{self._names[steps]}"
