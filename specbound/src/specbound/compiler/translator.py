"""Translator: one schema of the contract at a time, as JSON Schema 2020-12 that refers to definitions alone."""

from dataclasses import dataclass, replace
from typing import Any

from specbound.compiler import patterns
from specbound.compiler.definitions import Definitions
from specbound.compiler.dialect import ASSERTIONS, IN_PLACE, MANY, NAMED, ONE, copied, modern, parts
from specbound.compiler.discriminators import GROUPS, Discriminators, is_null
from specbound.compiler.document import Document, is_3_1
from specbound.compiler.formats import with_format
from specbound.compiler.hidden import HIDDEN_BY, Hidden
from specbound.compiler.mistakes import ROOT_STEP, Mistake, Place, Refused, gathered
from specbound.compiler.references import COMPONENTS, Pointers, joined

# What `$schema` and `jsonSchemaDialect` may say: how schemas are read anyway.
DIALECTS = {"https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"}
KEPT = ASSERTIONS.union(ONE, MANY, NAMED, {"default"})
EXAMPLES = frozenset({"example", "examples"})
# A boolean says here what no schema says as shortly.
BOOLEAN = {"additionalProperties", "unevaluatedProperties", "unevaluatedItems"}
LONGEST_DESCRIPTION = 300
# What a description says better.
IN_WORDS = {"pattern", "multipleOf"}


@dataclass(frozen=True)
class At:
    """Where a schema is: in the contract's words, on which side, in which resource, and as which component.

    `is_part`: as a part of the allOf of a component that its discriminator picks. `hidden` has the members that a
    schema around it, which is about the same value, hides.
    """

    place: str
    side: str
    base: str = ""
    component: Place | None = None
    is_part: bool = False
    hidden: frozenset[str] = frozenset()


class Translator:
    """The schemas of a document, one by one; what they refer to goes to its definitions."""

    def __init__(self, document: Document, definitions: Definitions, kept: frozenset[str] = frozenset()) -> None:
        """`kept` has keywords that are kept though they assert nothing."""
        self._document = document
        self._kept = KEPT | kept
        self._definitions = definitions
        self._pointers = Pointers(document)
        self._discriminators = Discriminators(document, self._pointers)
        self._hidden = Hidden(document, self._pointers)

    def translate(self, schema: Any, place: str, side: str) -> Document:
        """A schema that stands in a document by itself. Raises Refused."""
        return self._translate(schema, At(place, self._hidden.side(side)))

    def _translate(self, schema: Any, at: At) -> Document:
        said = modern(self._document, schema)
        at = replace(at, base=joined(at.base, said))
        at = replace(at, hidden=at.hidden | self._hidden.names(said, at.side, at.base))
        self._refuse_dialects(said, at.place)
        draft = copied({name: value for name, value in said.items() if name in self._kept})
        picked = self._picked(said, at)
        if picked or at.is_part:
            for name in GROUPS:
                draft.pop(name, None)
        with gathered() as at_steps:
            for holder, key, steps in parts(draft):
                with at_steps(*steps):
                    holder[key] = self._inner(holder[key], steps, at)
            with at_steps():
                draft |= self._reference(said, at)
            with at_steps():
                draft |= _patterns(draft, at.place)
        if "required" in said:
            draft["required"] = [
                name for name in said["required"] if not isinstance(name, str) or name not in at.hidden
            ]
        if draft.keys() & IN_WORDS and isinstance(said.get("description"), str):
            # For callers who break them.
            draft["description"] = _first_paragraph(said["description"])
        return _with_choices(with_format(draft), said, picked) if picked else with_format(draft)

    def _inner(self, schema: Any, steps: Place, at: At) -> Any:
        """A schema within a schema."""
        keyword = steps[0]
        if isinstance(schema, bool) and keyword in BOOLEAN:
            return schema
        if keyword == "properties" and self._hidden.is_hidden(schema, at.side, at.base):
            return {"not": {}, HIDDEN_BY[at.side]: True}
        hidden = at.hidden if keyword in IN_PLACE - {"not", "if"} else frozenset[str]()
        place = f"{at.place}/{steps[1] if keyword in NAMED else keyword}"
        inner = At(place, at.side, at.base, hidden=hidden)
        if keyword == "allOf" and at.component:
            return self._part(schema, at.component, inner)
        return self._translate(schema, inner)

    def _part(self, schema: Any, holder: Place, at: At) -> Document:
        """A part of a component's allOf: one whose discriminator picks the component does not pick it once more."""
        said = modern(self._document, schema)
        if said.keys() == {"$ref"}:
            target, steps = self._pointers.target(said["$ref"], at.base)
            whole = modern(self._document, target)
            if self._discriminators.is_part_of(whole, holder, self._pointers.base(steps), at.place):
                return {"$ref": self._refer(target, steps, at, is_part=True)}
        return self._translate(schema, at)

    def _picked(self, said: Document, at: At) -> dict[str, str]:
        """By the values of its discriminator, what a schema refers to ("": itself); {} without one that picks."""
        if at.is_part or not isinstance(said.get("discriminator"), dict):
            return {}
        found: dict[str, str] = {}
        for value, steps in self._discriminators.choices(said, at.component, at.base, at.place).items():
            found[value] = "" if steps == at.component else self._refer(self._pointers.at(steps), steps, at)
        return found

    def _reference(self, said: Document, at: At) -> Document:
        reference = said.get("$ref")
        if "$dynamicRef" in said:
            reference = self._pointers.dynamic(said["$dynamicRef"])
        if reference is None:
            return {}
        target, steps = self._pointers.target(reference, at.base)
        return {"$ref": self._refer(target, steps, at)}

    def _refer(self, target: Any, steps: Place, at: At, is_part: bool = False) -> str:
        component = steps if steps[:2] == COMPONENTS and len(steps) == len(COMPONENTS) + 1 else None
        inner = At(at.place, at.side, self._pointers.base(steps[:-1]), component, is_part)
        return self._definitions.refer(
            (steps, at.side, is_part), steps, at.place, lambda: self._translate(target, inner)
        )

    def _refuse_dialects(self, said: Document, place: str) -> None:
        if not is_3_1(self._document):
            return
        dialect = self._document.get("jsonSchemaDialect")
        if dialect is not None and dialect not in DIALECTS:
            message = f"jsonSchemaDialect {dialect}: schemas are read as JSON Schema 2020-12, and as nothing else."
            raise Refused(Mistake(message, (ROOT_STEP, "jsonSchemaDialect")))
        own = said.get("$schema", dialect)
        if own is not None and own not in DIALECTS:
            raise Refused(Mistake(f"{place}: $schema {own} is another dialect than this document's.", ("$schema",)))


def _patterns(draft: Document, place: str) -> Document:
    """The keywords that have patterns, as they run here. Raises Refused."""
    found: Document = {}
    with gathered() as at:
        if "pattern" in draft:
            with at("pattern"):
                found["pattern"] = patterns.translated(draft["pattern"], place)
        for pattern, each in draft.get("patternProperties", {}).items():
            with at("patternProperties", pattern):
                found.setdefault("patternProperties", {})[patterns.translated(pattern, place)] = each
    return found


def _with_choices(draft: Document, said: Document, picked: dict[str, str]) -> Document:
    """A schema whose discriminator picks what else an object is, by the value of a property that it must have."""
    name = said["discriminator"]["propertyName"]
    values: dict[str, list[str]] = {}
    for value, reference in picked.items():
        values.setdefault(reference, []).append(value)
    choices = [
        {"if": {"required": [name], "properties": {name: {"enum": each}}}, "then": {"$ref": reference}}
        for reference, each in values.items()
        if reference
    ]
    must = {"type": "object", "required": [name], "properties": {name: {"enum": list(picked)}}}
    everything = [*draft.get("allOf", []), must, *choices]
    if "null" in draft.get("type", ()) or any(is_null(each) for group in GROUPS for each in said.get(group, ())):
        rest = {key: value for key, value in draft.items() if key != "allOf"}
        return rest | {"anyOf": [{"type": "null"}, {"allOf": everything}]}
    return draft | {"allOf": everything}


def _first_paragraph(description: str) -> str:
    return " ".join(description.strip().partition("\n\n")[0].split())[:LONGEST_DESCRIPTION]
