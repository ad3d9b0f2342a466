"""JSON Schema validation: a value against a schema of the contract, at run time and by the compiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from specbound.exact_json import exactly, is_deeper

if TYPE_CHECKING:
    from specbound.sentences import Schema
    from specbound.spelling import Index

Check = Callable[[Any], bool]
Found = Iterator[tuple[tuple[str | int, ...], str]]
Definitions = Mapping[str, Mapping[str, Any]]

NO_DEFINITIONS: Definitions = {}
DEFINITION = "#/$defs/"
# Patterns run in linear time, but for those that can't (a look-ahead, a back-reference): these in so many steps.
LINEAR = jsonschema_rs.RegexOptions()
BACKTRACKING = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)
# Of values within values, where a schema contains itself. No request has more (exact_json), nor does DynamoDB.
DEEPEST = 200


class Validator:
    """One schema in JSON Schema 2020-12: whether a value is valid; and where it is not, and what is expected there.

    `definitions` has, by their names, all schemas that it refers to as `#/$defs/<name>`, and that they refer to.
    `violations` goes only as far as it is read: what is wrong with a value can be told in less time than it takes to
    find all of it. What it says comes from the contract alone, never from the value.
    """

    def __init__(self, schema: Schema, definitions: Definitions = NO_DEFINITIONS) -> None:
        """That it is a schema is for the compiler to know: what is none is told when it is first asked, by a
        jsonschema_rs.ValidationError. A process answers some operations of many, and makes what those need.
        """
        self.schema = schema
        self.definitions = definitions

    @cached_property
    def is_valid(self) -> Check:
        """Whether a value is valid."""
        return self._is_valid_within if self.definitions else self._check

    def violations(self, value: Any) -> Found:
        """The path to each place that is not as it should be, and a sentence that says what it should be."""
        if self.is_valid(value):
            return
        is_told = False
        for each in self._violations(value):
            is_told = True
            yield each
        if not is_told:
            from specbound.sentences import FALLBACK  # noqa: PLC0415  # where all is valid, nothing is told

            yield (), FALLBACK

    def filled(self, value: Any) -> Any:
        """A valid value with the defaults that its schema has for members that are missing, at any depth.

        An alternative's are taken if it is the only one of its group that the value is.
        """
        if isinstance(value, dict):
            value = {name: self._fill(name, each) for name, each in value.items()}
            missing = {name: each for name, each in self._defaults.items() if name not in value}
            value |= {name: self.members[name].filled(deepcopy(each)) for name, each in missing.items()}
        elif isinstance(value, list) and (self._items or self._first):
            value = [each.filled(item) if (each := self._item(index)) else item for index, item in enumerate(value)]
        for part in self._in_place(value):
            value = part.filled(value)
        for part in self._chosen(value):
            value = part.filled(value)
        return value

    def _fill(self, name: str, value: Any) -> Any:
        for each in self._member(name):
            value = each.filled(value) if isinstance(each, Validator) else value
        return value

    def _violations(self, value: Any) -> Found:
        for sentence, keeps in self._demands:
            if not keeps(value):
                yield (), sentence
        if isinstance(value, dict):
            yield from self._of_members(value)
        if isinstance(value, list) and (self._items or self._first):
            for index, item in enumerate(value):
                if each := self._item(index):
                    yield from _below(index, each.violations(item))
        for part in self._in_place(value):
            yield from part.violations(value)
        if self.schema.get("unevaluatedProperties") is False and isinstance(value, dict):
            yield from (((name,), self._unknown(name, value)) for name in self._unevaluated(value))

    def _of_members(self, value: dict[str, Any]) -> Found:
        for name in self.schema.get("required", ()):
            if name not in value:
                yield (name,), "is required"
        for name, each in value.items():
            for member in self._member(name):
                if member is False:
                    yield (name,), self._unknown(name, value)
                elif isinstance(member, Validator):
                    yield from _below(name, member.violations(each))

    def _unknown(self, name: str, value: dict[str, Any]) -> str:
        """That a member is not known here, and which one that is missing was meant, if that can be guessed."""
        from specbound.spelling import suggestion  # noqa: PLC0415  # where all is valid, nothing is told

        return f"is not known here{suggestion(name, self._spelt, value)}"

    def _member(self, name: str) -> list[Validator | bool]:
        """All that is said of a member: by its name, by patterns, or of those that nothing else is said of."""
        found: list[Validator | bool] = [self.members[name]] if name in self.members else []
        found += [each for matches, each in self._patterns if matches(name)]
        return found or [self._others]

    def _item(self, index: int) -> Validator | None:
        return self._first[index] if index < len(self._first) else self._items

    def _in_place(self, value: Any) -> Iterator[Validator]:
        """The parts of the schema that all hold of the value, because of what it is."""
        yield from self._parts
        if self._condition is not None:
            branch = self._then if self._condition.is_valid(value) else self._else
            if branch is not None:
                yield branch
        if isinstance(value, dict):
            yield from (each for name, each in self._dependents.items() if name in value)

    def _chosen(self, value: Any) -> Iterator[Validator]:
        for group in self._groups:
            held = [each for each in group if each.is_valid(value)]
            if len(held) == 1:
                yield held[0]

    def _unevaluated(self, value: Any) -> Iterator[str]:
        for error in _validator(self.schema, self.definitions).iter_errors(value):
            if error.kind.name == "unevaluatedProperties" and not list(error.instance_path):
                yield from getattr(error.kind, "unexpected", ())

    def _is_valid_within(self, value: Any) -> bool:
        """A schema that contains itself follows its value down, which must have an end."""
        return not is_deeper(value, DEEPEST) and self._check(value)

    # Of most schemas nobody ever needs more than to know whether a value is valid.

    @cached_property
    def _check(self) -> Check:
        return _check(self.schema, self.definitions)

    def _below(self, schema: Any) -> Validator:
        name = schema.get("$ref") if isinstance(schema, Mapping) and len(schema) == 1 else None
        whole = self.definitions[name.removeprefix(DEFINITION)] if name else schema
        if isinstance(whole, bool):
            whole = {} if whole else {"not": {}}
        return Validator(whole, self.definitions)

    def _optional(self, keyword: str) -> Validator | None:
        return self._below(self.schema[keyword]) if keyword in self.schema else None

    @cached_property
    def _demands(self) -> Iterable[tuple[str, Check]]:
        from specbound.sentences import demands  # noqa: PLC0415  # where all is valid, nothing is told

        return [(sentence, _check(part, self.definitions)) for sentence, part in demands(self.schema)]

    @cached_property
    def members(self) -> dict[str, Validator]:
        """A validator of each property that the schema names."""
        return {name: self._below(each) for name, each in self.schema.get("properties", {}).items()}

    @cached_property
    def _spelt(self) -> Index:
        from specbound.spelling import index  # noqa: PLC0415  # where all is valid, nothing is told

        known = properties(self.schema, self.definitions).items()
        return index(name for name, schema in known if isinstance(schema, Mapping) and not is_hidden(schema))

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        found = {name: list(self._default(each)) for name, each in self.schema.get("properties", {}).items()}
        return {name: exactly(defaults[0]) for name, defaults in found.items() if defaults}

    def _default(self, schema: Schema) -> Iterator[Any]:
        """What a schema says by itself, else what a part of it says."""
        if "default" in schema:
            yield schema["default"]
        for part in parts(schema, self.definitions):
            yield from self._default(part)

    @cached_property
    def _patterns(self) -> list[tuple[Check, Validator]]:
        named = self.schema.get("patternProperties", {}).items()
        return [(_check({"pattern": pattern}), self._below(each)) for pattern, each in named]

    @cached_property
    def _others(self) -> Validator | bool:
        others = self.schema.get("additionalProperties", True)
        return others if isinstance(others, bool) else self._below(others)

    @cached_property
    def _items(self) -> Validator | None:
        return self._optional("items")

    @cached_property
    def _first(self) -> list[Validator]:
        return [self._below(each) for each in self.schema.get("prefixItems", ())]

    @cached_property
    def _parts(self) -> list[Validator]:
        parts = [self._below(each) for each in self.schema.get("allOf", ())]
        return [*parts, self._below({"$ref": self.schema["$ref"]})] if "$ref" in self.schema else parts

    @cached_property
    def _condition(self) -> Validator | None:
        return self._optional("if")

    @cached_property
    def _then(self) -> Validator | None:
        return self._optional("then")

    @cached_property
    def _else(self) -> Validator | None:
        return self._optional("else")

    @cached_property
    def _dependents(self) -> dict[str, Validator]:
        return {name: self._below(each) for name, each in self.schema.get("dependentSchemas", {}).items()}

    @cached_property
    def _groups(self) -> list[list[Validator]]:
        return [[self._below(each) for each in self.schema[name]] for name in ("anyOf", "oneOf") if name in self.schema]


def pruned(schema: Schema, value: Any, definitions: Definitions = NO_DEFINITIONS) -> Any:
    """A value without the members that its schema, which is closed, does not know, at any depth."""
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        is_open = schema.get("additionalProperties", True) is not False or "patternProperties" in schema
        value = {
            name: pruned(known[name], each, definitions) if name in known else each
            for name, each in value.items()
            if is_open or name in known
        }
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        value = [pruned(schema["items"], each, definitions) for each in value]
    for part in parts(schema, definitions):
        value = pruned(part, value, definitions)
    return value


def with_unknown(schema: Schema, stored: Any, new: Any, definitions: Definitions = NO_DEFINITIONS) -> Any:
    """A new value in the place of a stored one: of objects it keeps the members that the schema does not know."""
    if not isinstance(stored, dict) or not isinstance(new, dict):
        return new
    known = properties(schema, definitions)
    if not known:
        return new
    kept = {name: each for name, each in stored.items() if name not in known}
    return kept | {
        name: with_unknown(known[name], stored.get(name), each, definitions) if name in known else each
        for name, each in new.items()
    }


def properties(schema: Schema, definitions: Definitions = NO_DEFINITIONS) -> dict[str, Schema]:
    """The schemas of the members that a schema names, itself or in a part that holds of all its values."""
    found: dict[str, Schema] = dict(schema.get("properties", {}))
    for part in parts(schema, definitions):
        found |= properties(part, definitions)
    return found


def required(schema: Schema, definitions: Definitions = NO_DEFINITIONS) -> set[str]:
    """The names of the members that all objects have that a schema admits."""
    return {*schema.get("required", ())}.union(*(required(part, definitions) for part in parts(schema, definitions)))


def is_hidden(schema: Schema) -> bool:
    """Whether a member is for the other side alone: read-only in a request, write-only in a reply."""
    return schema.get("not") == {}


def parts(schema: Schema, definitions: Definitions) -> Iterator[Schema]:
    """The parts of a schema that hold of all its values: those of allOf, and what it refers to."""
    yield from schema.get("allOf", ())
    if "$ref" in schema:
        yield definitions[schema["$ref"].removeprefix(DEFINITION)]


def needed(schema: Schema, definitions: Definitions) -> dict[str, Schema]:
    """The definitions that a schema refers to, and those that they refer to."""
    found: dict[str, Schema] = {}
    pending: list[Any] = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            name = str(value.get("$ref", "")).removeprefix(DEFINITION)
            if name in definitions and name not in found:
                found[name] = definitions[name]
                pending.append(definitions[name])
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return found


def _below(step: str | int, found: Found) -> Found:
    return (((step, *path), sentence) for path, sentence in found)


def _check(schema: Schema, definitions: Definitions = NO_DEFINITIONS) -> Check:
    return _validator(schema, definitions).is_valid


def _validator(schema: Schema, definitions: Definitions) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema, "$defs": needed(schema, definitions)} if definitions else dict(schema)
    try:
        return _built(whole, LINEAR)
    except jsonschema_rs.ValidationError:
        return _built(whole, BACKTRACKING)


def _built(
    schema: dict[str, Any], patterns: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions
) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        # An address, not `Ada <ada@example.com>`.
        email_options=jsonschema_rs.EmailOptions(allow_display_text=False),
        pattern_options=patterns,
    )
