"""Annotations: schemas as Python types, with a TypedDict for each object that is described."""

import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any

from specbound.compiler.document import Document
from specbound.compiler.schemas import DESCRIPTIVE
from specbound.compiler.variants import variants

PLAIN = {"string": "str", "integer": "int", "number": "int | Decimal", "boolean": "bool", "file": "File"}
# A member of another name would be something else in a class, or hide a type from those after it.
MEMBER = re.compile("(?!__)[a-z_][A-Za-z0-9_]*")
HIDING = {"bool", "dict", "int", "list", "str"}


class Annotations:
    """Types of schemas. `definitions` holds what they are made of, in the order that Python reads it in.

    No two definitions have one name, and none one that is in `taken`.
    """

    def __init__(self, document: Document, taken: Iterable[str]) -> None:
        self.definitions: list[str] = []
        self._document = document
        self._taken = set(taken)
        self._components: dict[str, str] = {}

    def name(self, wanted: str) -> str:
        """The name that is wanted, if it is free; else one like it."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted

    def of(self, schema: Document, name: str) -> str:
        """The type of a schema's values; `name` is for an object that has none of its own."""
        if "$ref" in schema:
            return self._component(schema["$ref"])
        if parts := _choice(schema):
            return union(self.of(each, f"{name}{number}") for number, each in enumerate(parts, 1))
        found = variants(self._document, schema)
        if len(found) == 1:
            return self._plain(found[0], name, schema.get("description", ""))
        return union(self._plain(each, f"{name}{number}", "") for number, each in enumerate(found, 1))

    def alias(self, name: str, annotation: str) -> None:
        self.definitions.append(f"{name}: TypeAlias = {annotation}\n")

    def members(self, name: str, schema: Document, described: str) -> None:
        """Define a TypedDict of the properties of a plain object."""
        members = {
            each: self._member(declared, f"{name}{pascal(each)}", each in schema.get("required", ()))
            for each, declared in schema.get("properties", {}).items()
        }
        is_closed = schema.get("additionalProperties") is False
        self.definitions.append(_typed_dict(name, members, described, is_closed))

    def _member(self, schema: Document, name: str, required: bool) -> str:
        """Read-only: what came in is not altered, and what is narrower may be given."""
        read_only = f"ReadOnly[{self.of(schema, name)}]"
        return read_only if required else f"NotRequired[{read_only}]"

    def _component(self, reference: str) -> str:
        """A component's name, once it is defined."""
        if reference not in self._components:
            component = reference.rpartition("/")[2]
            name = self._components[reference] = self.name(pascal(component))
            schema = self._document["components"]["schemas"][component]
            found = [] if "$ref" in schema or _choice(schema) else variants(self._document, schema)
            if len(found) == 1 and is_described(found[0]) and not found[0].get("nullable"):
                self.members(name, found[0], schema.get("description", ""))
            else:
                self.alias(name, self.of(schema, f"{name}Value"))
        return self._components[reference]

    def _plain(self, schema: Document, name: str, described: str) -> str:
        kind = _kind(schema)
        if "enum" in schema:
            return _literal(schema, PLAIN.get(kind, "Any"))
        if is_described(schema):
            found = self.name(name)
            self.members(found, schema, described)
        elif kind == "object":
            found = f"dict[str, {self._rest(schema, name)}]"
        elif kind == "array":
            found = f"list[{self.of(schema.get('items', {}), f'{name}Item')}]"
        else:
            found = PLAIN.get(kind, "Any")
        return union([found, "None"]) if schema.get("nullable") else found

    def _rest(self, schema: Document, name: str) -> str:
        """What the members of an object are of which no names are known, or not all."""
        rest = schema.get("additionalProperties")
        return self.of(rest, f"{name}Value") if isinstance(rest, dict) and "properties" not in schema else "Any"


def is_described(schema: Document) -> bool:
    """Whether a plain schema is an object, all of whose members it names."""
    is_closed = schema.get("additionalProperties", False) is False
    return _kind(schema) == "object" and is_closed and bool("properties" in schema or "additionalProperties" in schema)


def pascal(text: str) -> str:
    """A name in the form of a type's: CreateUser for create_user, IfMatch for If-Match."""
    words = re.findall("[A-Za-z0-9]+", text)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"N{name}"


def union(annotations: Iterable[str]) -> str:
    """A type of all these types, None last."""
    found = list(dict.fromkeys(annotations))
    if "Any" in found or not found:
        return "Any"
    return " | ".join(sorted(found, key=lambda each: each == "None"))


def _kind(schema: Document) -> str:
    return str(schema.get("type", "object" if "properties" in schema else ""))


def _choice(schema: Document) -> list[Document]:
    """Of a schema that says nothing but that it is one of others: those."""
    said = [*(schema.keys() - DESCRIPTIVE)]
    is_choice = said in (["oneOf"], ["anyOf"]) or (said == ["allOf"] and len(schema["allOf"]) == 1)
    return list(schema[said[0]]) if is_choice else []


def _literal(schema: Document, otherwise: str) -> str:
    values: list[Any] = schema["enum"]
    if "type" in schema and not schema.get("nullable"):
        values = [each for each in values if each is not None]
    if not values:
        return "Never"
    if all(each is None or isinstance(each, str | int) for each in values):
        return f"Literal[{', '.join(map(repr, values))}]"
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
