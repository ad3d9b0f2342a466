"""Data that a schema admits: its own examples, else what is made of it; the same for the same number."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import islice
from typing import Any

from specbound.exact_json import exactly
from specbound.mock.generated import generated
from specbound.mock.merging import CONDITIONS, Schema, flat, merged
from specbound.mock.texts import texts
from specbound.validation import Definitions, Validator, is_hidden

# Of values within values; what is deeper has what it must have alone.
FULL_DEPTH, DEEPEST = 4, 24
# How many texts, and alternatives, are tried.
TRIES = 120
# A list has so many.
ITEMS = 2
IF_NOTHING_IS_SAID: dict[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties", "patternProperties", "minProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"},
    "string": {"pattern", "format", "minLength", "maxLength"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


class Unmade(Exception):
    """Nothing could be made that a schema admits."""


def made(validator: Validator, name: str = "", number: int = 0) -> Any:
    """A value that a schema admits, with exact numbers. Raises Unmade.

    It has the schema's examples where it has some, at any depth. `name` is what the value is called, `number` tells
    several of one schema apart.
    """
    maker = _Maker(validator.definitions)
    for is_full in (True, False):
        try:
            for value in islice(maker.values(validator.schema, name, number, 0 if is_full else FULL_DEPTH), TRIES):
                found = exactly(value)
                if validator.is_valid(found):
                    return found
        except Unmade:
            continue
    for value in generated(validator.schema, validator.definitions):
        found = exactly(value)
        if validator.is_valid(found):
            return found
    raise Unmade


class _Maker:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def values(self, schema: Any, name: str, number: int, depth: int) -> Iterator[Any]:
        """Values that a schema may admit, the likeliest first."""
        if not isinstance(schema, Mapping):
            yield from (name or "text",) if schema else ()
            return
        if depth > DEEPEST:
            raise Unmade
        for whole in self._wholes(schema):
            yield from self._given(whole, number)
            yield from self._of_type(whole, name, number, depth)

    def _given(self, whole: Schema, number: int) -> Iterator[Any]:
        """What a schema says itself."""
        if "const" in whole:
            yield whole["const"]
        named = [whole["example"]] if "example" in whole else []
        named += whole["examples"] if isinstance(whole.get("examples"), list) else []
        yield from _from(named, number)
        yield from _from([each for each in whole.get("enum", ()) if each is not None], number)
        yield from whole.get("enum", ())
        if "default" in whole and not number:
            yield whole["default"]

    def _of_type(self, whole: Schema, name: str, number: int, depth: int) -> Iterator[Any]:
        for kind in _types(whole):
            match kind:
                case "object":
                    yield from self._objects(whole, number, depth)
                case "array":
                    yield from self._arrays(whole, name, number, depth)
                case "string":
                    yield from islice(texts(whole, name, number), TRIES)
                case "integer" | "number":
                    yield from _numbers(whole, kind, number)
                case "boolean":
                    yield from (True, False)
                case "null":
                    yield None

    def _objects(self, whole: Schema, number: int, depth: int) -> Iterator[Any]:
        value = self._object(whole, number, depth)
        # What is said of it by what it is.
        for _ in range(3):
            more = [
                each for condition in whole.get(CONDITIONS, ()) if (each := self._then(condition, value)) is not None
            ]
            whole_then = reduce(merged, (flat(each, self._definitions) for each in more), whole) if more else whole
            again = self._object(whole_then, number, depth)
            if again == value:
                break
            value = again
        yield value
        required = {*whole.get("required", ())}
        yield {each: value[each] for each in value if each in required}

    def _object(self, whole: Schema, number: int, depth: int) -> dict[str, Any]:
        required, properties = whole.get("required", ()), whole.get("properties", {})
        found: dict[str, Any] = {}
        for each in (*properties, *(name for name in required if name not in properties)):
            inner = properties.get(each, whole.get("additionalProperties", True))
            if each not in required and (depth >= FULL_DEPTH or (isinstance(inner, Mapping) and is_hidden(inner))):
                continue
            try:
                found[each] = self._valid(inner, each, number, depth + 1)
            except Unmade:
                if each in required:
                    raise
        others = whole.get("additionalProperties", True)
        for index in range(max(0, whole.get("minProperties", 0) - len(found))):
            found[f"name{index + 1}"] = self._valid(others, "text", index, depth + 1)
        if not properties and isinstance(others, Mapping) and depth < FULL_DEPTH and not found:
            found["name"] = self._valid(others, "name", number, depth + 1)
        return found

    def _then(self, condition: Schema, value: Any) -> Schema | None:
        holds = Validator(condition["if"], self._definitions).is_valid(exactly(value))
        branch = condition.get("then" if holds else "else")
        return branch if isinstance(branch, Mapping) else None

    def _arrays(self, whole: Schema, name: str, number: int, depth: int) -> Iterator[Any]:
        least, most = whole.get("minItems", 0), whole.get("maxItems", max(ITEMS, whole.get("minItems", 0)))
        first = [
            self._valid(each, name, number + index, depth + 1)
            for index, each in enumerate(whole.get("prefixItems", ()))
        ]
        items, wanted = whole.get("items", True), max(least, min(most, 0 if depth >= FULL_DEPTH else ITEMS))
        if "contains" in whole and items is True:
            items = whole["contains"]
        found = [*first]
        try:
            for index in range(max(0, int(wanted) - len(first))):
                found.append(self._valid(items, name.removesuffix("s"), number + index, depth + 1))
        except Unmade:
            if least > len(first):
                raise
        if whole.get("uniqueItems"):
            found = [each for index, each in enumerate(found) if each not in found[:index]]
        yield found
        yield found[: int(least)]

    def _valid(self, schema: Any, name: str, number: int, depth: int) -> Any:
        """The first value that a schema admits. Raises Unmade."""
        if schema is True or schema == {}:
            return f"{name} {number}" if number else name or "text"
        validator = Validator(schema if isinstance(schema, Mapping) else {"not": {}}, self._definitions)
        for value in islice(self.values(schema, name, number, depth), TRIES):
            if validator.is_valid(exactly(value)):
                return value
        raise Unmade

    def _wholes(self, schema: Schema) -> Iterator[Schema]:
        """A schema with all that it refers to and that its allOf holds, once with each of its alternatives."""
        whole = flat(schema, self._definitions)
        groups = [whole[name] for name in ("oneOf", "anyOf") if name in whole]
        if not groups:
            yield whole
            return
        bare = {name: each for name, each in whole.items() if name not in ("oneOf", "anyOf")}
        alternatives = [flat(each, self._definitions) if isinstance(each, Mapping) else {} for each in groups[0]]
        rest = {"anyOf": groups[1]} if len(groups) > 1 else {}
        # What is there says more than null.
        for each in sorted(alternatives, key=lambda one: one.get("type") == "null"):
            yield from self._wholes(merged({**bare, **rest}, each))


def _from(values: Sequence[Any], number: int) -> Sequence[Any]:
    """The values, from the one of a number on."""
    start = number % len(values) if values else 0
    return [*values[start:], *values[:start]]


def _types(whole: Schema) -> list[str]:
    given = whole.get("type")
    if given is None:
        found = [kind for kind, keywords in IF_NOTHING_IS_SAID.items() if keywords & whole.keys()]
        return [*found, "string", "object", "null"]
    kinds = [given] if isinstance(given, str) else list(given)
    return sorted(kinds, key=lambda kind: kind == "null")


def _numbers(whole: Schema, kind: str, number: int) -> Iterator[Any]:
    step = Decimal(str(whole.get("multipleOf", 1)))
    low = whole.get("minimum", whole.get("exclusiveMinimum"))
    high = whole.get("maximum", whole.get("exclusiveMaximum"))
    start = Decimal(str(low)) if low is not None and low > 1 else Decimal(1)
    if high is not None and start > Decimal(str(high)):
        start = Decimal(str(low if low is not None else high))
    near = start // step * step
    for each in (
        near + number * step,
        near,
        near + step,
        near + 2 * step,
        start,
        *(Decimal(str(bound)) for bound in (low, high) if bound is not None),
    ):
        yield int(each) if each == each.to_integral_value() else each
    if low is not None and high is not None:
        middle = (Decimal(str(low)) + Decimal(str(high))) / 2
        yield middle if kind == "number" else int(middle)
    yield from (0, -1)
