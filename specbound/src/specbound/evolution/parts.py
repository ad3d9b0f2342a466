"""Parts: what a schema says of a value, as the flat schemas that all hold of it, with references and allOf resolved."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import Any

from specbound.compiler.dialect import modern
from specbound.compiler.document import Document
from specbound.compiler.formats import RANGES
from specbound.compiler.grammar import SUNSET
from specbound.compiler.references import Pointers

Schema = Mapping[str, Any]
# A number is an integer or has a fraction.
KINDS = {
    "null": {"null"}, "boolean": {"boolean"}, "object": {"object"}, "array": {"array"}, "string": {"string"},
    "integer": {"integer"}, "number": {"integer", "fraction"},
}  # fmt: skip
ALL = frozenset({kind for kinds in KINDS.values() for kind in kinds})
GROUPS = ("anyOf", "oneOf")
# Of groups within groups.
DEEPEST = 8


@dataclass(frozen=True, eq=False)
class Part:
    """Flat schemas of one document that all hold of a value. None at all: it may be anything."""

    document: Document
    flat: tuple[Schema, ...]
    component: str | None = None
    depth: int = 0

    @classmethod
    def of(cls, document: Document, *schemas: Schema | bool) -> "Part":
        """What schemas say together; of one that is a reference, the component's name. Raises Refused for a bad one."""
        flat = tuple(each for schema in schemas for each in _flat(document, schema, ()))
        alone = schemas[0] if len(schemas) == 1 and isinstance(schemas[0], Mapping) else {}
        return cls(document, flat, str(alone.get("$ref", "")).rpartition("/")[2] or None)

    @cached_property
    def identity(self) -> tuple[int, str]:
        """The same for parts of one document that say the same."""
        return id(self.document), canonical(sorted(self.flat, key=canonical))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of values that it admits at most; none if it admits no value."""
        found = ALL
        for each in self.flat:
            found &= kinds(each)
        if self._enum is not None:
            found &= {kind_of(value) for value in self._enum}
        return frozenset(found)

    @cached_property
    def values(self) -> list[Any] | None:
        """All that it admits at most, where those are few."""
        if self._enum is not None:
            return [value for value in self._enum if kind_of(value) in self.kinds]
        if self.kinds <= {"null", "boolean"}:
            return [value for value in (None, True, False) if kind_of(value) in self.kinds]
        return None

    @cached_property
    def _enum(self) -> list[Any] | None:
        enums = [{canonical(value): value for value in each["enum"]} for each in self.flat if "enum" in each]
        if not enums:
            return None
        return [value for name, value in enums[0].items() if all(name in each for each in enums)]

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(name for each in self.flat for name in each.get("required", ()))

    @cached_property
    def members(self) -> Mapping[str, "Part"]:
        """What it says of the members of objects that it names, and does not shut out."""
        names = sorted({name for each in self.flat for name in each.get("properties", {})})
        return {name: part for name in names if (part := self.member(name)) is not None}

    @cached_property
    def is_closed(self) -> bool:
        return any(_others(each) is False for each in self.flat)

    def member(self, name: str) -> "Part | None":
        """What it says of a member of an object; None if there can't be one."""
        found = [each.get("properties", {}).get(name, _others(each)) for each in self.flat]
        return None if any(each is False for each in found) else self._below(found)

    @property
    def others(self) -> "Part":
        """What it says of members that it does not name."""
        return self._below(map(_others, self.flat))

    @property
    def items(self) -> "Part":
        return self._below(each.get("items") for each in self.flat if "prefixItems" not in each)

    def _below(self, schemas: Iterable[Any]) -> "Part":
        return Part.of(self.document, *(each for each in schemas if isinstance(each, dict)))

    @property
    def shown(self) -> Schema:
        """It as one schema, for people."""
        return {name: value for each in reversed(self.flat) for name, value in each.items()}

    @cached_property
    def variants(self) -> int:
        """How many ways there are to choose one of each of its groups of alternatives."""
        return prod(len(each[group]) for each in self.flat for group in GROUPS if group in each)

    def alternatives(self) -> "Iterator[Part] | None":
        """Parts of which one at least holds, by its first group of alternatives; None if it has no such group.

        None also where groups within groups have no end.
        """
        for index, each in enumerate(self.flat):
            for group in GROUPS if self.depth < DEEPEST else ():
                if group in each:
                    rest = {name: value for name, value in each.items() if name != group}
                    others = (*self.flat[:index], rest, *self.flat[index + 1 :])
                    flats = (_flat(self.document, alternative, ()) for alternative in each[group])
                    return (Part(self.document, (*others, *more), depth=self.depth + 1) for more in flats)
        return None


def _flat(document: Document, schema: Schema | bool, above: tuple[int, ...]) -> Iterator[Schema]:
    # What contains itself, as a part of its own allOf, says nothing more the second time.
    if id(schema) in above:
        return
    said = modern(document, schema)
    flat = {name: value for name, value in said.items() if name not in {"allOf", "$ref", "const"}}
    if flat.get("deprecated") is True and isinstance(schema, Mapping) and SUNSET in schema:
        flat[SUNSET] = schema[SUNSET]
    if "const" in said:
        flat["enum"] = [value for value in said.get("enum", [said["const"]]) if _is_same(value, said["const"])]
    if flat or not said.keys() & {"allOf", "$ref"}:
        yield flat
    parts = [Pointers(document).target(said["$ref"])[0]] if "$ref" in said else []
    for each in (*parts, *said.get("allOf", ())):
        yield from _flat(document, each, (*above, id(schema)))


def _is_same(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)


def _others(schema: Schema) -> Any:
    """What a schema says of members that it does not name; those that it has patterns for may be anything here."""
    return True if "patternProperties" in schema else schema.get("additionalProperties", True)


def kinds(schema: Schema) -> frozenset[str]:
    """What kinds of values a `type` admits."""
    if "type" not in schema:
        return ALL
    names = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    return frozenset(kind for name in names for kind in KINDS.get(name, set()))


def kind_of(value: Any) -> str:
    if value is None:
        return "null"
    for kind, python in (("boolean", bool), ("string", str), ("object", dict), ("array", list)):
        if isinstance(value, python):
            return kind
    return "integer" if value == int(value) else "fraction"


def bound(part: Part, side: str) -> tuple[Decimal, bool] | None:
    """The tightest `maximum` or `minimum` that holds, and whether it is itself shut out; of integers it never is."""
    found = [each for schema in part.flat for each in bounds(schema, side, part.kinds)]
    if not found:
        return None
    sign = 1 if side == "maximum" else -1
    return min(found, key=lambda each: (sign * each[0], not each[1]))


def bounds(schema: Schema, side: str, found: frozenset[str]) -> Iterator[tuple[Decimal, bool]]:
    """What one schema has of them, for values of the kinds that were found."""
    sign = 1 if side == "maximum" else -1
    if schema.get("format") in RANGES:
        yield Decimal(RANGES[schema["format"]][sign == 1]), False
    for keyword, is_exclusive in ((side, False), (f"exclusive{side.capitalize()}", True)):
        if keyword not in schema:
            continue
        value = Decimal(str(schema[keyword]))
        if "fraction" in found:
            yield value, is_exclusive
        else:
            whole = value.to_integral_value("ROUND_FLOOR" if sign == 1 else "ROUND_CEILING")
            yield (whole - sign if is_exclusive and whole == value else whole), False


def canonical(value: Any) -> str:
    """One text for all values that JSON Schema takes for equal."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
