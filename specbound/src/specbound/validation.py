"""JSON Schema validation: a value against a schema of the contract, at run time and by the compiler."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

import jsonschema_rs

from specbound.sentences import Schema, demands

Check = Callable[[Any], bool]
Found = Iterator[tuple[tuple[str | int, ...], str]]


class Validator:
    """One schema in draft 4: whether a value is valid; and where it is not, and what is expected there.

    `violations` goes only as far as it is read: what is wrong with a value can be told in less time than it takes to
    find all of it. What it says comes from the contract alone, never from the value.
    """

    def __init__(self, schema: Schema) -> None:
        """Raises jsonschema_rs.ValidationError if it is no schema."""
        self.is_valid: Check = _check(schema)
        self.schema = schema

    def violations(self, value: Any) -> Found:
        """The path to each place that is not as it should be, and a sentence that says what it should be."""
        if self.is_valid(value):
            return
        for sentence, keeps in self._demands:
            if not keeps(value):
                yield (), sentence
        if isinstance(value, dict):
            yield from self._of_members(value)
        if isinstance(value, list) and self._items:
            for index, each in enumerate(value):
                yield from _below(index, self._items.violations(each))
        for part in self._parts:
            yield from part.violations(value)

    def _of_members(self, value: dict[str, Any]) -> Found:
        for name in self.schema.get("required", ()):
            if name not in value:
                yield (name,), "is required"
        for name, each in value.items():
            member = self.members.get(name, self._others)
            if member is False:
                yield (name,), "is not known here"
            elif isinstance(member, Validator):
                yield from _below(name, member.violations(each))

    # Of most schemas nobody ever needs more than to know whether a value is valid.

    @cached_property
    def _demands(self) -> Iterable[tuple[str, Check]]:
        return [(sentence, _check(part)) for sentence, part in demands(self.schema)]

    @cached_property
    def members(self) -> dict[str, "Validator"]:
        """A validator of each property that the schema names."""
        return {name: Validator(each) for name, each in self.schema.get("properties", {}).items()}

    @cached_property
    def _others(self) -> "Validator | bool":
        others = self.schema.get("additionalProperties", True)
        return others if isinstance(others, bool) else Validator(others)

    @cached_property
    def _items(self) -> "Validator | None":
        return Validator(self.schema["items"]) if "items" in self.schema else None

    @cached_property
    def _parts(self) -> "list[Validator]":
        return [Validator(each) for each in self.schema.get("allOf", ())]


def pruned(schema: Schema, value: Any) -> Any:
    """A value without the members that its schema, which is closed, does not know, at any depth."""
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        is_open = schema.get("additionalProperties", True) is not False
        value = {name: pruned(known.get(name, {}), each) for name, each in value.items() if is_open or name in known}
    elif isinstance(value, list) and "items" in schema:
        value = [pruned(schema["items"], each) for each in value]
    for part in schema.get("allOf", ()):
        value = pruned(part, value)
    return value


def with_unknown(schema: Schema, stored: Any, new: Any) -> Any:
    """A new value in the place of a stored one: of objects it keeps the members that the schema does not know."""
    known: Schema = schema.get("properties", {})
    for part in schema.get("allOf", ()):
        known = {**known, **part.get("properties", {})}
    if not known or not isinstance(stored, dict) or not isinstance(new, dict):
        return new
    kept = {name: each for name, each in stored.items() if name not in known}
    return kept | {
        name: with_unknown(known[name], stored.get(name), each) if name in known else each for name, each in new.items()
    }


def _below(step: str | int, found: Found) -> Found:
    return (((step, *path), sentence) for path, sentence in found)


def _check(schema: Schema) -> Check:
    return jsonschema_rs.Draft4Validator(
        dict(schema),
        validate_formats=True,
        # An address, not `Ada <ada@example.com>`.
        email_options=jsonschema_rs.EmailOptions(allow_display_text=False),
        # Patterns run in linear time; one that can't (a look-ahead, a back-reference) is refused here.
        pattern_options=jsonschema_rs.RegexOptions(),
    ).is_valid
