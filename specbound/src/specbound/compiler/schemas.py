"""Schemas: how the contract's become JSON Schema 2020-12 that needs nothing of the contract beside it."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationError

from specbound.compiler import patterns
from specbound.compiler.cycles import cycles, strongly_connected
from specbound.compiler.dialect import (
    ASSERTIONS,
    IN_PLACE,
    MANY,
    NAMED,
    ONE,
    copied,
    is_modern,
    modern,
    parts,
)
from specbound.compiler.discriminators import GROUPS, Discriminators, is_null
from specbound.compiler.document import Document
from specbound.compiler.formats import with_format
from specbound.compiler.mistakes import ROOT_STEP, Mistake, Place, Refused, gathered
from specbound.compiler.references import COMPONENTS, Pointers, joined
from specbound.exact_json import exactly
from specbound.validation import DEFINITION, Validator

# Whose a schema is: a request has nothing that is read-only, a reply nothing that is write-only.
REQUEST, REPLY, EITHER = "request", "reply", ""
HIDDEN_BY = {REQUEST: "readOnly", REPLY: "writeOnly"}
# What `$schema` and `jsonSchemaDialect` may say: how this reads schemas anyway.
DIALECTS = {"https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"}
# A boolean says here what no schema says as shortly.
BOOLEAN = {"additionalProperties", "unevaluatedProperties", "unevaluatedItems"}
LONGEST_DESCRIPTION = 300
# Beyond that many schemas within it, or levels, one that is referred to is not written out in each place again.
LARGEST, DEEPEST = 300, 20


@dataclass(frozen=True)
class _At:
    """Where a schema is: in the contract's words, on whose side, in which resource, and in which component.

    `hidden` has the members that a schema around it, which is about the same value, has for the other side alone.
    """

    place: str
    side: str
    base: str = ""
    component: Place | None = None
    is_part: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass(eq=False)
class _Unit:
    """A schema that is referred to, translated once for all places; `linked` with what it refers to written out."""

    name: str
    steps: Place
    source: Any
    at: _At
    schema: Document = field(default_factory=dict)
    linked: Document | None = None
    is_shared: bool = True
    refused: Refused | None = None


class Schemas:
    """Translated schemas, each once, known by a number.

    What they refer to is written out, but for what contains itself or is large: that is one of `definitions`, to which
    `#/$defs/<name>` refers. `uses` says by number which of them a schema needs.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._pointers = Pointers(document)
        self._discriminators = Discriminators(document, self._pointers)
        self._has_sides = _mentions(document, set(HIDDEN_BY.values()))
        self._numbers: dict[str, int] = {}
        self._units: dict[tuple[Place, str, bool], _Unit] = {}
        self._named: dict[str, _Unit] = {}
        self._pending: deque[_Unit] = deque()
        self._sound: set[str] = set()
        self.all: list[Document] = []
        self.definitions: dict[str, Document] = {}
        self.uses: dict[str, list[str]] = {}

    def number(self, schema: Any, place: str, side: str = EITHER) -> int:
        """The number of a schema on its side. Raises Refused, naming the place, for what can't be kept.

        So is a default of a request that its own schema refuses.
        """
        translated = self._complete(schema, place, side)
        if side == REQUEST:
            self._check_defaults(translated, place)
        return self.number_of(translated, place)

    def number_of(self, translated: Document, place: str) -> int:
        key = json.dumps(translated, sort_keys=True)
        if key not in self._numbers:
            self.build(translated, place)
            number = self._numbers[key] = len(self.all)
            self.all.append(translated)
            if used := self._used(translated):
                self.uses[str(number)] = sorted(used)
                self.definitions |= used
        return self._numbers[key]

    def translate(self, schema: Any, place: str, side: str = EITHER) -> Document:
        """One schema, without the default that it may have as a whole. What it refers to is in `used`."""
        return {name: each for name, each in self._complete(schema, place, side).items() if name != "default"}

    def validator(self, schema: Any, place: str, side: str = EITHER) -> Validator:
        """What checks values against a schema of the contract. Raises Refused."""
        return self.build(self.translate(schema, place, side), place)

    def build(self, translated: Document, place: str) -> Validator:
        """The validator of a translated schema. Raises Refused for what is no schema."""
        used = self._used(translated)
        try:
            if used:
                # What they have in common is looked at once.
                for name in used.keys() - self._sound:
                    jsonschema_rs.meta.validate(dict(used[name]))
                    self._sound.add(name)
                jsonschema_rs.meta.validate(translated)
            return Validator(translated, used)
        except ValidationError as error:
            *path, last = ["", *map(str, error.instance_path)]
            why = f"{place}{'/'.join(path)}: {last} {error.message}."
            raise Refused(Mistake(why, (*path[1:], last))) from error

    def has_defaults(self, number: int) -> bool:
        """Whether a schema says what a member that is missing is."""
        schema = self.all[number]
        return any("default" in each for root in (schema, *self._used(schema).values()) for _, each in _within(root))

    def _used(self, translated: Document) -> dict[str, Document]:
        """The definitions that a schema refers to, and those that they refer to."""
        found: dict[str, Document] = {}
        pending = [*_references(translated)]
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = self._named[name].linked or {}
                pending += _references(found[name])
        return found

    def _complete(self, schema: Any, place: str, side: str) -> Document:
        translated = self._translate(schema, _At(place, side if self._has_sides else EITHER))
        while self._pending:
            self._translate_unit(self._pending.popleft())
        self._settle()
        self._refuse_all(translated)
        linked = self._link(translated)
        return dict(self._named[_name(linked)].linked or {}) if linked.keys() == {"$ref"} else linked

    def _translate_unit(self, unit: _Unit) -> None:
        try:
            unit.schema = self._translate(unit.source, unit.at)
        except Refused as refused:
            unit.refused = Refused(*(each.below((ROOT_STEP, *unit.steps)) for each in refused.mistakes))

    def _translate(self, schema: Any, at: _At) -> Document:
        said = modern(self._document, schema)
        at = replace(at, base=joined(at.base, said))
        self._refuse(said, at.place)
        hidden = at.hidden | self._hidden(said, at)
        draft = copied({name: value for name, value in said.items() if name in ASSERTIONS | _HOLDERS | {"default"}})
        picked = self._picked(said, at)
        if picked or at.is_part:
            for name in GROUPS:
                draft.pop(name, None)
        inner = replace(at, component=None, is_part=False)
        with gathered() as at_steps:
            for holder, key, steps in parts(draft):
                with at_steps(*steps):
                    holder[key] = self._within(holder[key], steps, at, inner, hidden)
            for name in ("$ref", "$dynamicRef"):
                if name in said:
                    with at_steps():
                        reference = said[name] if name == "$ref" else self._pointers.dynamic(said[name])
                        draft["$ref"] = self._refer(reference, at)
            if "pattern" in said:
                with at_steps("pattern"):
                    draft["pattern"] = _pattern(said["pattern"], at.place)
            for pattern in said.get("patternProperties", ()):
                with at_steps("patternProperties", pattern):
                    draft["patternProperties"][_pattern(pattern, at.place)] = draft["patternProperties"].pop(pattern)
        if "required" in said:
            draft["required"] = [name for name in said["required"] if name not in hidden]
        if "pattern" in draft and isinstance(said.get("description"), str):
            # It says in words what the pattern says, to callers who break it.
            draft["description"] = _first_paragraph(said["description"])
        return _with_choices(with_format(draft), said, picked, at) if picked else with_format(draft)

    def _within(self, schema: Any, steps: Place, at: _At, inner: _At, hidden: frozenset[str]) -> Any:
        keyword = steps[0]
        if isinstance(schema, bool) and keyword in BOOLEAN:
            return schema
        flag = HIDDEN_BY.get(at.side)
        if keyword == "properties" and flag and steps[1] in hidden and self._is_flagged(schema, flag, at.base):
            return {"not": {}, flag: True}
        is_about_it = keyword in IN_PLACE - {"not", "if"}
        place = f"{at.place}/{steps[1] if keyword in NAMED else keyword}"
        below = replace(inner, place=place, hidden=hidden if is_about_it else frozenset())
        if keyword == "allOf" and at.component:
            return self._part(schema, at.component, below)
        return self._translate(schema, below)

    def _part(self, schema: Any, holder: Place, at: _At) -> Document:
        """A part of a component's allOf: one with a discriminator does not lead back to the component."""
        said = modern(self._document, schema)
        if said.keys() == {"$ref"}:
            target, steps = self._pointers.target(said["$ref"], at.base)
            whole = modern(self._document, target)
            if self._discriminators.is_part_of(whole, holder, self._pointers.base(steps), at.place):
                return {"$ref": self._unit(target, steps, at, is_part=True)}
        return self._translate(schema, at)

    def _picked(self, said: Document, at: _At) -> dict[str, str]:
        """By the values of its discriminator, what a schema refers to; {} without one that picks anything."""
        if not isinstance(said.get("discriminator"), dict) or at.is_part:
            return {}
        choices = self._discriminators.choices(said, at.component, at.base, at.place)
        found: dict[str, str] = {}
        for value, steps in choices.items():
            if steps != at.component:
                target, _ = self._pointers.target("#" + "".join(f"/{_escaped(step)}" for step in steps))
                found[value] = self._unit(target, steps, at)
            else:
                found[value] = ""
        return found

    def _refer(self, reference: Any, at: _At) -> str:
        target, steps = self._pointers.target(reference, at.base)
        return self._unit(target, steps, at)

    def _unit(self, target: Any, steps: Place, at: _At, is_part: bool = False) -> str:
        key = steps, at.side, is_part
        if key not in self._units:
            base = self._pointers.base(steps[:-1])
            name = self._free(steps[-1] if steps else "document")
            component = steps if steps[:2] == COMPONENTS and len(steps) == len(COMPONENTS) + 1 else None
            unit = _Unit(name, steps, target, _At(at.place, at.side, base, component, is_part))
            self._units[key] = self._named[name] = unit
            self._pending.append(unit)
        return DEFINITION + self._units[key].name

    def _free(self, wanted: str) -> str:
        name = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "_" for each in wanted)
        number = 2
        found = name
        while found in self._named:
            found, number = f"{name}_{number}", number + 1
        return found

    def _hidden(self, said: Document, at: _At) -> frozenset[str]:
        flag = HIDDEN_BY.get(at.side)
        return frozenset(self._flagged(said, flag, at.base, set())) if flag else frozenset()

    def _flagged(self, said: Document, flag: str, base: str, seen: set[Place]) -> Iterator[str]:
        """The names of the members that a schema, itself or in a part of it, has for one side alone."""
        for name, each in said.get("properties", {}).items():
            if self._is_flagged(each, flag, base):
                yield name
        for whole, inner in self._held(said, base, seen):
            yield from self._flagged(whole, flag, inner, seen)

    def _is_flagged(self, schema: Any, flag: str, base: str) -> bool:
        pending, seen = [(modern(self._document, schema), base)], set[Place]()
        while pending:
            said, inner = pending.pop()
            if said.get(flag) is True:
                return True
            pending += self._held(said, inner, seen)
        return False

    def _held(self, said: Document, base: str, seen: set[Place]) -> Iterator[tuple[Document, str]]:
        """What holds of all values of a schema: what it refers to, and the parts of its allOf."""
        base = joined(base, said)
        if "$ref" in said:
            target, steps = self._pointers.target(said["$ref"], base)
            if steps not in seen:
                seen.add(steps)
                yield modern(self._document, target), self._pointers.base(steps)
        yield from ((modern(self._document, part), base) for part in said.get("allOf", ()))

    def _settle(self) -> None:
        """Link what was translated since, what is referred to before what refers to it."""
        new = {name: each for name, each in self._named.items() if each.linked is None}
        graph = {name: frozenset(_references(each.schema)) for name, each in new.items()}
        for group in strongly_connected(graph):
            is_cycle = len(group) > 1 or group[0] in graph[group[0]]
            for name in group:
                unit = new[name]
                unit.linked = self._link(unit.schema)
            for name in group:
                new[name].is_shared = is_cycle or _is_large(new[name].linked or {})
        for group in cycles({name: frozenset(_in_place(each.schema)) for name, each in new.items()}):
            for unit in map(new.__getitem__, group):
                unit.schema = unit.linked = {}
                message = f"{unit.at.place}: {unit.name} is described by nothing but itself."
                unit.refused = Refused(Mistake(message, (ROOT_STEP, *unit.steps)))

    def _link(self, schema: Document) -> Document:
        """A schema with what it refers to written out, but for what is a definition."""
        linked = copied(schema)
        for holder, key, _ in parts(linked):
            if isinstance(holder[key], dict):
                holder[key] = self._link(holder[key])
        unit = self._named[_name(schema)] if "$ref" in schema else None
        if unit is None or unit.linked is None or unit.is_shared:
            return linked
        del linked["$ref"]
        if linked.keys() <= {"default"}:
            return unit.linked | linked
        return linked | {"allOf": [*linked.get("allOf", []), unit.linked]}

    def _refuse_all(self, translated: Document) -> None:
        """Raise Refused for all that is refused of what a schema refers to."""
        seen: set[str] = set()
        found: list[Mistake] = []
        pending = [*_references(translated)]
        while pending:
            name = pending.pop(0)
            if name not in seen:
                seen.add(name)
                unit = self._named[name]
                found += unit.refused.mistakes if unit.refused else []
                pending += _references(unit.schema)
        if found:
            raise Refused(*found)

    def _check_defaults(self, translated: Document, place: str) -> None:
        """Raise Refused for each default that its own schema refuses."""
        with gathered() as at:
            for root, prefix in ((translated, ()), *((each, ()) for each in self._used(translated).values())):
                for steps, each in _within(root):
                    if "default" in each:
                        with at(*prefix, *steps):
                            validator = Validator(
                                {name: each[name] for name in each if name != "default"}, self._used(each)
                            )
                            if not validator.is_valid(exactly(each["default"])):
                                raise Refused(
                                    f"{'/'.join((place, *steps))}: its default {json.dumps(each['default'])} "
                                    "is not valid against its own schema."
                                )

    def _refuse(self, said: Document, place: str) -> None:
        if not is_modern(self._document):
            return
        dialect = self._document.get("jsonSchemaDialect")
        if dialect is not None and dialect not in DIALECTS:
            raise Refused(
                Mistake(
                    f"jsonSchemaDialect {dialect}: schemas are read as JSON Schema 2020-12, and as nothing else.",
                    (ROOT_STEP, "jsonSchemaDialect"),
                )
            )
        if said.get("$schema", dialect) not in {dialect, *DIALECTS}:
            raise Refused(
                Mistake(f"{place}: $schema {said['$schema']} is another dialect than this document's.", ("$schema",))
            )


_HOLDERS = {*ONE, *MANY, *NAMED}


def _with_choices(draft: Document, said: Document, picked: dict[str, str], at: _At) -> Document:
    """A schema whose discriminator picks what else an object is, by the value of a property that it must have."""
    name = said["discriminator"]["propertyName"]
    values: dict[str, list[str]] = {}
    for value, reference in picked.items():
        values.setdefault(reference, []).append(value)
    required = {"type": "object", "required": [name], "properties": {name: {"enum": list(picked)}}}
    choices = [
        {"if": {"required": [name], "properties": {name: {"enum": each}}}, "then": {"$ref": reference}}
        for reference, each in values.items()
        if reference
    ]
    parts_of_all = [*draft.get("allOf", []), required, *choices]
    if "null" in draft.get("type", ()) or any(is_null(each) for group in GROUPS for each in said.get(group, ())):
        return draft | {"anyOf": [{"type": "null"}, {"allOf": parts_of_all}]}
    return draft | {"allOf": parts_of_all}


def _within(schema: Document) -> Iterator[tuple[Place, Document]]:
    """A schema and those within it, but what only tells what it is not."""
    yield (), schema
    for holder, key, steps in parts(schema):
        if isinstance(holder[key], dict) and steps[0] not in {"not", "if", "contains", "propertyNames"}:
            yield from (((*steps, *below), each) for below, each in _within(holder[key]))


def _references(schema: Document) -> Iterator[str]:
    """The names of the definitions that a schema refers to."""
    if "$ref" in schema:
        yield _name(schema)
    for holder, key, _ in parts(schema):
        if isinstance(holder[key], dict):
            yield from _references(holder[key])


def _in_place(schema: Document) -> Iterator[str]:
    """Of those, the ones that are about the same value."""
    if "$ref" in schema:
        yield _name(schema)
    for holder, key, steps in parts(schema):
        if isinstance(holder[key], dict) and steps[0] in IN_PLACE:
            yield from _in_place(holder[key])


def _name(schema: Document) -> str:
    return str(schema["$ref"]).removeprefix(DEFINITION)


def _is_large(schema: Document) -> bool:
    sizes = [len(steps) for steps, _ in _all_within(schema)]
    return len(sizes) > LARGEST or max(sizes) > DEEPEST


def _all_within(schema: Document) -> Iterator[tuple[Place, Document]]:
    yield (), schema
    for holder, key, _ in parts(schema):
        if isinstance(holder[key], dict):
            yield from ((("", *below), each) for below, each in _all_within(holder[key]))


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


def _pattern(pattern: str, place: str) -> str:
    patterns.check(pattern, place)
    return patterns.translated(pattern)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _first_paragraph(description: str) -> str:
    return " ".join(description.strip().partition("\n\n")[0].split())[:LONGEST_DESCRIPTION]
