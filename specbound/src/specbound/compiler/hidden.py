"""Hidden members: what is read-only has no place in a request, and what is write-only none in a reply."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from specbound.compiler.dialect import modern
from specbound.compiler.document import Document
from specbound.compiler.mistakes import Place
from specbound.compiler.references import Pointers, joined

# Whose a schema is.
REQUEST, REPLY, EITHER = "request", "reply", ""
HIDDEN_BY = {REQUEST: "readOnly", REPLY: "writeOnly"}


class Hidden:
    """The members of schemas that are for the other side alone."""

    def __init__(self, document: Document, pointers: Pointers) -> None:
        self._document = document
        self._pointers = pointers
        self._has_any = _mentions(document, {*HIDDEN_BY.values()})

    def side(self, side: str) -> str:
        """The side that a schema is to be seen from: it does not matter if nothing in the document is hidden."""
        return side if self._has_any else EITHER

    def names(self, schema: Document, side: str, base: str) -> frozenset[str]:
        """The members that a schema, by itself or in a part of it, hides from a side."""
        flag = HIDDEN_BY.get(side)
        if flag is None:
            return frozenset()
        return frozenset(
            name
            for said, inner in self._all(schema, base)
            for name, each in said.get("properties", {}).items()
            if self.is_hidden(each, side, inner)
        )

    def is_hidden(self, schema: Any, side: str, base: str) -> bool:
        """Whether a member is, as its schema says, or what that refers to."""
        flag = HIDDEN_BY.get(side)
        return flag is not None and any(said.get(flag) is True for said, _ in self._all(schema, base))

    def _all(self, schema: Any, base: str) -> Iterator[tuple[Document, str]]:
        """What holds of all values of a schema: itself, what it refers to, and the parts of its allOf."""
        pending, seen = deque([(schema, base)]), set[Place]()
        while pending:
            source, outer = pending.popleft()
            said = modern(self._document, source)
            inner = joined(outer, said)
            yield said, inner
            pending += ((part, inner) for part in said.get("allOf", ()))
            if "$ref" in said:
                target, steps = self._pointers.target(said["$ref"], inner)
                if steps not in seen:
                    seen.add(steps)
                    pending.append((target, self._pointers.base(steps[:-1])))


def _mentions(document: Any, names: set[str]) -> bool:
    """Whether any object of a document has a member of one of these names."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if value.keys() & names:
                return True
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return False
