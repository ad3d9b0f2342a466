"""Definitions: what schemas refer to, translated once; written out where it is referred to, unless it can't be."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from specbound.compiler.cycles import cycles, strongly_connected
from specbound.compiler.dialect import IN_PLACE, copied, parts
from specbound.compiler.document import Document
from specbound.compiler.mistakes import ROOT_STEP, Mistake, Place, Refused
from specbound.validation import DEFINITION

# Beyond that many schemas within it, or levels, one that is referred to is not written out in each place again.
LARGEST, DEEPEST = 300, 20


@dataclass(eq=False)
class Definition:
    """A schema that is referred to: where it is in the contract, and how a mistake in it is named.

    `schema` is translated, `linked` with what it refers to written out; `reached` has the names of all that it leads
    to, itself among them. One that is shared is referred to all the same.
    """

    name: str
    steps: Place
    place: str
    schema: Document = field(default_factory=dict)
    linked: Document | None = None
    reached: frozenset[str] = frozenset()
    is_shared: bool = True
    refused: Refused | None = None


Translate = Callable[[], Document]


class Definitions:
    """All that the schemas of a contract refer to, by names of its own; `shared` has what is not written out."""

    def __init__(self) -> None:
        self.shared: dict[str, Document] = {}
        self._named: dict[str, Definition] = {}
        self._unlinked: dict[str, Definition] = {}
        self._mistaken: set[str] = set()
        self._names: dict[Any, str] = {}
        self._pending: deque[tuple[Definition, Translate]] = deque()

    def refer(self, key: Any, steps: Place, place: str, translate: Callable[[], Document]) -> str:
        """The reference to a schema. The first time for a key, it is kept in mind how it is translated."""
        if key not in self._names:
            name = self._names[key] = self._free(steps[-1] if steps else "document")
            self._named[name] = self._unlinked[name] = Definition(name, steps, place)
            self._pending.append((self._named[name], translate))
        return DEFINITION + self._names[key]

    def settle(self) -> None:
        """Translate what was referred to since, and what that refers to: one after the other, however deep."""
        while self._pending:
            definition, translate = self._pending.popleft()
            try:
                definition.schema = translate()
            except Refused as refused:
                found = (each.below((ROOT_STEP, *definition.steps)) for each in refused.mistakes)
                definition.refused = Refused(*found)
        self._link_all()

    def link(self, schema: Document) -> Document:
        """A schema with what it refers to written out, but for what is shared."""
        linked = copied(schema)
        for holder, key, _ in parts(linked):
            if isinstance(holder[key], dict):
                holder[key] = self.link(holder[key])
        found = self._named[_name(schema)] if "$ref" in schema else None
        if found is None or found.linked is None or found.is_shared:
            return linked
        del linked["$ref"]
        if linked.keys() <= {"default"}:
            return found.linked | linked
        return linked | {"allOf": [*linked.get("allOf", []), found.linked]}

    def whole(self, linked: Document) -> Document:
        """A linked schema that, as a whole, is no reference."""
        return dict(self._named[_name(linked)].linked or {}) if linked.keys() == {"$ref"} else linked

    def used(self, linked: Document) -> dict[str, Document]:
        """Those that a linked schema refers to, and that they refer to."""
        return {name: self.shared[name] for name in self._reached(linked) if name in self.shared}

    def place(self, name: str) -> Place:
        """The steps from the contract's root to one of them."""
        return (ROOT_STEP, *self._named[name].steps)

    def refuse_mistaken(self, translated: Document) -> None:
        """Raise Refused for all that is refused of what a schema refers to."""
        refused = [self._named[name].refused for name in sorted(self._mistaken & self._reached(translated))]
        if found := [mistake for each in refused if each for mistake in each.mistakes]:
            raise Refused(*found)

    def _reached(self, schema: Document) -> frozenset[str]:
        return frozenset().union(*(self._named[name].reached for name in set(_references(schema))))

    def _link_all(self) -> None:
        """Link what is new, what is referred to before what refers to it."""
        new, self._unlinked = self._unlinked, {}
        graph = {name: frozenset(_references(each.schema)) for name, each in new.items()}
        for group in strongly_connected(graph):
            is_cycle = len(group) > 1 or group[0] in graph[group[0]]
            for name in group:
                new[name].linked = self.link(new[name].schema)
            ahead = {each for name in group for each in graph[name]}.difference(group)
            reached = frozenset(group).union(*(self._named[each].reached for each in ahead))
            for name in group:
                new[name].reached = reached
                new[name].is_shared = is_cycle or _is_large(new[name].linked or {})
        for group in cycles({name: frozenset(_references(each.schema, IN_PLACE)) for name, each in new.items()}):
            for definition in map(new.__getitem__, group):
                definition.schema = definition.linked = {}
                message = f"{definition.place}: {definition.name} is described by nothing but itself."
                definition.refused = Refused(Mistake(message, (ROOT_STEP, *definition.steps)))
        self.shared |= {name: each.linked for name, each in new.items() if each.is_shared and each.linked is not None}
        self._mistaken |= {name for name, each in new.items() if each.refused}

    def _free(self, wanted: str) -> str:
        name = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "_" for each in wanted)
        found, number = name, 2
        while found in self._named:
            found, number = f"{name}_{number}", number + 1
        return found


def _name(schema: Document) -> str:
    return str(schema["$ref"]).removeprefix(DEFINITION)


def _references(schema: Document, keywords: set[str] | None = None) -> Iterator[str]:
    """The names of the definitions that a schema refers to, itself or by some keywords."""
    if "$ref" in schema:
        yield _name(schema)
    for holder, key, steps in parts(schema):
        if isinstance(holder[key], dict) and (keywords is None or steps[0] in keywords):
            yield from _references(holder[key], keywords)


def _is_large(schema: Document) -> bool:
    depths = list(_depths(schema, 0))
    return len(depths) > LARGEST or max(depths) > DEEPEST


def _depths(schema: Document, depth: int) -> Iterator[int]:
    yield depth
    for holder, key, _ in parts(schema):
        if isinstance(holder[key], dict):
            yield from _depths(holder[key], depth + 1)
