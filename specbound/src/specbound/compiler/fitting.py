"""Fitting: whether all that a body may be makes an item that its table shows, so that no code is needed in between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specbound.compiler.dialect import DESCRIPTIVE
from specbound.compiler.document import Document, Refused, resolve
from specbound.compiler.hidden import REPLY, REQUEST
from specbound.compiler.items import WRITTEN, members, parts, required
from specbound.compiler.pointers import NOTHING
from specbound.compiler.schemas import Schemas
from specbound.compiler.variants import says
from specbound.evolution.comparison import Comparison
from specbound.evolution.parts import Part

# What an object's schema may say that is about each of its properties for itself.
PLAIN = DESCRIPTIVE | {
    "type", "properties", "required", "additionalProperties", "allOf", "nullable", "discriminator", "readOnly",
    "minProperties", "$id", "$anchor", "$defs", "default",
}  # fmt: skip


class Odd(Exception):
    """An operation is not plain: why, as the end of a sentence, with the way out."""


@dataclass(frozen=True)
class Fitted:
    """What an item is made of: members of a body, what it begins with where that says nothing, and what it lacks.

    `is_whole`: the body has all that an item requires of what a body may say.
    """

    fields: list[str]
    initial: Document
    lacking: list[str]
    is_whole: bool


@dataclass(frozen=True)
class Item:
    """A table of the contract by its name, as it is declared and compiled, and the schema of its items."""

    document: Document
    table: str
    declared: Document
    compiled: Document

    @property
    def schema(self) -> Document:
        return {"$ref": self.declared["item"]}

    @property
    def keys(self) -> list[str]:
        return [self.declared[name] for name in ("hash_key", "range_key") if name in self.declared]

    @cached_property
    def members(self) -> Document:
        return members(self.document, self.schema)

    @cached_property
    def _schemas(self) -> Schemas:
        return Schemas(self.document)

    def is_shown_by(self, schema: Any) -> bool:
        """Whether a schema is that of its items."""
        return bool(essence(self.document, schema) == essence(self.document, self.schema))

    def fit(self, schemas: Iterable[Any], given: Mapping[str, Any]) -> Fitted:
        """How a body of any of some schemas becomes an item, some properties of which the path gives.

        `given` has their parameters' schemas, None for one that the item has already. Raises Odd.
        """
        first, *others = [self._fit(each, given) for each in schemas]
        if any(each != first for each in others):
            raise Odd("its body is another in each of its media types")
        return first

    def _fit(self, schema: Any, given: Mapping[str, Any]) -> Fitted:
        named = members(self.document, schema)
        if not named:
            raise Odd("its body is no object with properties of its own")
        key, made = self.keys[-1], self.compiled["key_made"]
        hidden = {name for name, each in named.items() if self._is(each, "readOnly")}
        written = {*WRITTEN, *given} | ({key} if made == "always" else set())
        fields = sorted(named.keys() - hidden - written)
        for name in fields:
            self._check_field(name, named[name])
        self._check_parts(schema)
        for name, each in given.items():
            if each is not None:
                self._check_member(name, each, f"the {name} of its path")
        first = {name: self._initial(name) for name in sorted(self.members.keys() - written)}
        initial = {name: each for name, each in first.items() if each is not NOTHING}
        sure = {name for name in fields if name in required(self.document, schema) or self._has_default(named[name])}
        shown = {name for name, each in self.members.items() if not self._is(each, "writeOnly")}
        needed = (required(self.document, self.schema) & shown) - written - ({key} if made == "unless given" else set())
        needed |= {key} - {*given} if made == "never" else set()
        return Fitted(fields, initial, sorted(needed - sure - initial.keys()), not (needed & {*fields}) - sure)

    def _has_default(self, schema: Any) -> bool:
        return says(self.document, schema, "default") is not NOTHING

    def _check_field(self, name: str, schema: Any) -> None:
        if name not in self.members:
            raise Odd(f"its body has {name}, which its items do not show")
        if self._is(self.members[name], "writeOnly") or self._is(schema, "writeOnly"):
            raise Odd(f"{name} is write-only: what becomes of it is for a function to say")
        self._check_member(name, schema, f"the {name} of its body")

    def _check_member(self, name: str, schema: Any, what: str) -> None:
        """Raise Odd unless all that a schema admits on its way in is what the item's property is on its way out."""
        own = self.members.get(name, {})
        document = self.document
        taken, shown = (self._schemas.translate(each, name, side) for each, side in ((schema, REQUEST), (own, REPLY)))
        if _without_defaults(taken) == _without_defaults(shown):
            return
        if self._mentions_sides(own) or self._mentions_sides(schema):
            raise Odd(f"{what} has parts that are read-only or write-only")
        try:
            found = Comparison(gained=False).differences(Part.of(document, schema), Part.of(document, own))
        except Refused:
            found = []
        if found:
            raise Odd(f"{what} may be what its items do not show ({found[0]})")

    def _check_parts(self, schema: Any) -> None:
        """Raise Odd for what an item's schema says of several properties together, unless the body says the same."""
        if essence(self.document, schema) == essence(self.document, self.schema):
            return
        found = list(parts(self.document, self.schema))
        odd = sorted({name for each in found for name in each if name not in PLAIN and not name.startswith("x-")})
        if odd:
            raise Odd(f"the schema of its items says more than what each property is ({', '.join(odd)})")
        is_closed = any(each.get("additionalProperties") is False for each in found)
        if is_closed and len([each for each in found if "properties" in each]) > 1:
            raise Odd("the schema of its items has a part that is closed to the others")

    def _initial(self, name: str) -> Any:
        """What an item begins with, of a property that nobody gives."""
        if name in self.declared.get("defaults", {}):
            return self.declared["defaults"][name]
        return says(self.document, self.members[name], "default")

    def _is(self, schema: Any, flag: str) -> bool:
        return says(self.document, schema, flag) is True

    def _mentions_sides(self, schema: Any) -> bool:
        """Whether some part of it, and not itself, is for one side alone."""
        return any(
            self._is(each, flag) for each in _within(self.document, schema)[1:] for flag in ("readOnly", "writeOnly")
        )


def essence(document: Document, schema: Any) -> Any:
    """What a schema says, however it is written: what it refers to, or is the one part of, without words for people."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    found = {name: each for name, each in whole.items() if name not in DESCRIPTIVE and not name.startswith("x-")}
    combined = found.get("allOf", [])
    return essence(document, combined[0]) if found.keys() == {"allOf"} and len(combined) == 1 else found


def _within(document: Document, schema: Any) -> list[Document]:
    """A schema, and all that are within it, each once."""
    found: list[Document] = []
    seen: set[int] = set()
    pending = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            whole = resolve(document, value, "schemas") if isinstance(value.get("$ref"), str) else value
            if id(whole) in seen:
                continue
            seen.add(id(whole))
            found.append(whole)
            pending += whole.values()
        elif isinstance(value, list):
            pending += value
    return found


def _without_defaults(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_defaults(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _without_defaults(each) for name, each in schema.items() if name != "default"}
