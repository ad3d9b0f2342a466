"""Annotations: schemas as Python types, with a TypedDict for each object that is described."""

import keyword
import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from specbound.compiler.dialect import modern
from specbound.compiler.document import Document
from specbound.compiler.hidden import HIDDEN_BY, REPLY, REQUEST
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import NOTHING
from specbound.compiler.references import COMPONENTS
from specbound.compiler.sides import differing
from specbound.compiler.variants import choice, says, target, variants

PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "int | Decimal",
    "boolean": "bool",
    "null": "None",
    "file": "File",
}
# A member of another name would be something else in a class, or hide a type from those after it.
MEMBER = re.compile("(?!__)[a-z_][A-Za-z0-9_]*")
HIDING = {"bool", "dict", "int", "list", "str"}
# Of types within types; what lies deeper is defined after what it is a part of.
DEEPEST = 30


class Annotations:
    """Types of schemas. `definitions` holds what they are made of, in the order that Python reads it in.

    No two definitions have one name, and none one that is in `taken`. What a request has of a schema may be another
    type than what a reply has of it; `answered` has the steps to the schemas that replies have, whose types go by the
    schema's name.
    """

    def __init__(self, document: Document, taken: Iterable[str], answered: Set[Place] = frozenset()) -> None:
        self.definitions: list[str] = []
        self._document = document
        self._taken = set(taken)
        self._answered = answered
        self._differing = differing(document)
        self._components: dict[tuple[Place, str], str] = {}
        self._undefined: set[str] = set()
        self._depth = 0
        self._pending: list[tuple[str, Any, str]] = []

    def name(self, wanted: str) -> str:
        """The name that is wanted, if it is free; else one like it."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted

    def of(self, schema: Any, name: str, side: str = REPLY) -> str:
        """The type of a schema's values on a side; `name` is for an object that has none of its own."""
        annotation = self._of(schema, name, side)
        while self._pending and not self._depth:
            self._define(*self._pending.pop(0))
        return annotation

    def _of(self, schema: Any, name: str, side: str) -> str:
        said = modern(self._document, schema)
        if "$ref" in said and (reference := self._component(said["$ref"], side)):
            return reference
        if parts := choice(self._document, schema):
            numbered = [each for each in parts if modern(self._document, each).get("type") != "null"]
            names = {
                id(each): f"{name}{number}" if len(numbered) > 1 else name for number, each in enumerate(numbered, 1)
            }
            return union(self._of(each, names.get(id(each), name), side) for each in parts)
        found = variants(self._document, schema)
        described = str(said.get("description", ""))
        several = sum(each.get("type") != "null" for each in found) > 1
        return union(
            (
                self._plain(each, f"{name}{number}" if several else name, "" if several else described, side)
                for number, each in enumerate(found, 1)
            ),
            "Never",
        )

    def alias(self, name: str, annotation: str) -> None:
        self.definitions.append(f"{name}: TypeAlias = {self._quoted(annotation)}\n")

    def members(self, name: str, schema: Document, described: str, side: str = REPLY) -> None:
        """Define a TypedDict of the properties of a plain object."""
        members = {
            each: self._member(declared, f"{name}{pascal(each)}", self._is_given(schema, each, side), side)
            for each, declared in schema.get("properties", {}).items()
            if says(self._document, declared, HIDDEN_BY[side]) is not True and declared is not False
        }
        is_closed = schema.get("additionalProperties") is False
        self.definitions.append(_typed_dict(name, members, described, is_closed))

    def _is_given(self, schema: Document, name: str, side: str) -> bool:
        """Whether a member is always there: in a request also for its default."""
        has_default = side == REQUEST and says(self._document, schema["properties"][name], "default") is not NOTHING
        return has_default or name in schema.get("required", ())

    def _member(self, schema: Any, name: str, required: bool, side: str) -> str:
        """Read-only: what came in is not altered, and what is narrower may be given."""
        read_only = f"ReadOnly[{self._quoted(self._of(schema, name, side))}]"
        return read_only if required else f"NotRequired[{read_only}]"

    def _quoted(self, annotation: str) -> str:
        """A type in quotes if something in it is defined only afterwards."""
        words = set(re.findall("[A-Za-z0-9_]+", annotation))
        return repr(annotation) if words & self._undefined else annotation

    def _component(self, reference: Any, side: str) -> str | None:
        """A component's name, once it is defined or is to be; None for what has none."""
        schema, steps = target(self._document, reference)
        if not steps:
            return None
        side = side if steps[: len(COMPONENTS) + 1] in self._differing else REPLY
        key = steps, side
        if key not in self._components:
            suffix = "Input" if side == REQUEST and steps in self._answered else ""
            name = self._components[key] = self.name(f"{pascal(steps[-1])}{suffix}")
            self._undefined.add(name)
            if self._depth < DEEPEST:
                self._depth += 1
                self._define(name, schema, side)
                self._depth -= 1
            else:
                self._pending.append((name, schema, side))
        return self._components[key]

    def _define(self, name: str, schema: Any, side: str) -> None:
        said = modern(self._document, schema)
        found = [] if "$ref" in said or choice(self._document, schema) else variants(self._document, schema)
        if len(found) == 1 and is_described(found[0]):
            self.members(name, found[0], str(said.get("description", "")), side)
        else:
            self.alias(name, self._of(schema, f"{name}Value", side))
        self._undefined.discard(name)

    def _plain(self, schema: Document, name: str, described: str, side: str) -> str:
        kind = _kind(schema)
        if "enum" in schema:
            return _literal(schema, PLAIN.get(kind, "Any"))
        if is_described(schema):
            found = self.name(name)
            self.members(found, schema, described, side)
            return found
        if kind == "object":
            return f"dict[str, {self._rest(schema, name, side)}]"
        if kind == "array":
            each = [
                self._of(item, f"{name}Item{number}", side)
                for number, item in enumerate(schema.get("prefixItems", ()), 1)
            ]
            if schema.get("items", {}) is not False:
                each.append(self._of(schema.get("items", {}), f"{name}Item", side))
            return f"list[{union(each, 'Never')}]"
        return PLAIN.get(kind, "Any")

    def _rest(self, schema: Document, name: str, side: str) -> str:
        """What the members of an object are of which no names are known, or not all."""
        rest = schema.get("additionalProperties")
        is_all = isinstance(rest, dict) and not schema.keys() & {"properties", "patternProperties"}
        return self._of(rest, f"{name}Value", side) if is_all else "Any"


def is_described(schema: Document) -> bool:
    """Whether a plain schema is an object, all of whose members it names."""
    is_closed = schema.get("additionalProperties", False) is False and "patternProperties" not in schema
    return _kind(schema) == "object" and is_closed and bool("properties" in schema or "additionalProperties" in schema)


def pascal(text: str) -> str:
    """A name in the form of a type's: CreateUser for create_user, IfMatch for If-Match."""
    words = re.findall("[A-Za-z0-9]+", text)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"N{name}"


def union(annotations: Iterable[str], nothing: str = "Any") -> str:
    """A type of all these types, None last; `nothing` if there are none."""
    found = list(dict.fromkeys(annotations))
    if "Any" in found or not found:
        return "Any" if found else nothing
    if len(found) > 1:
        found = [each for each in found if each != "Never"]
    return " | ".join(sorted(found, key=lambda each: each == "None"))


def _kind(schema: Document) -> str:
    return str(schema.get("type", "object" if "properties" in schema else ""))


def _literal(schema: Document, otherwise: str) -> str:
    values: list[Any] = schema["enum"]
    if not values:
        return "Never"
    if all(each is None or isinstance(each, str | int) for each in values):
        return union([f"Literal[{', '.join(map(repr, values))}]"] if values != [None] else ["None"])
    return union([otherwise, "None"]) if None in values else otherwise


def _typed_dict(name: str, members: Mapping[str, str], described: str, is_closed: bool) -> str:
    options = ["TypedDict", "closed=True"] if is_closed else ["TypedDict"]
    if all(MEMBER.fullmatch(each) and not keyword.iskeyword(each) and each not in HIDING for each in members):
        docstring = [f"    {' '.join(described.split())!r}\n"] if described else []
        lines = [*docstring, *(f"    {each}: {annotation}\n" for each, annotation in members.items())]
        return f"class {name}({', '.join(options)}):\n" + ("".join(lines) or "    pass\n")
    lines = [f"        {each!r}: {annotation},\n" for each, annotation in members.items()]
    closed = "".join(f"    {each},\n" for each in options[1:])
    return f"{name} = TypedDict(\n    {name!r},\n    {{\n{''.join(lines)}    }},\n{closed})\n"
