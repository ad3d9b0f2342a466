"""The types of the Go client: a struct for each object of the contract, a named string for each enumeration."""

import re
from dataclasses import dataclass
from typing import Any

from specbound.clients.go_text import comment, exported, quoted
from specbound.compiler import shapes
from specbound.compiler.document import Document, resolve

PLAIN = {"boolean": "bool", "number": "Decimal", "string": "string"}


@dataclass(frozen=True)
class Field:
    """A member of an object, or a parameter of a query: `kind` is its type as it stands in the struct."""

    member: str
    name: str
    kind: str
    tag: str
    about: str


class Types:
    """Types as they are asked for. `taken` are names that the package has already."""

    def __init__(self, document: Document, taken: set[str]) -> None:
        self._document = document
        self.taken = set(taken)
        self._named: dict[str, str] = {}
        self.structs: dict[str, list[Field]] = {}
        self._about: dict[str, str] = {}
        self._enums: dict[str, list[str]] = {}
        for name in document.get("components", {}).get("schemas", {}):
            self._named[f"#/components/schemas/{name}"] = self.free(exported(name))

    def of(self, schema: Any, hint: str, above: tuple[str, ...] = ()) -> str:
        """The type for a schema; `hint` is its name if it needs one and has none."""
        reference = str(schema.get("$ref", "")) if isinstance(schema, dict) else ""
        if not isinstance(schema, dict) or reference in above:
            return "any"
        deeper = (*above, reference) if reference else above
        found = shapes.kinds(self._document, schema)
        match ["number"] if set(found) == {"integer", "number"} else found:
            case ["object"]:
                return self._object(schema, reference, hint, deeper)
            case ["array"]:
                return f"[]{self.of(shapes.items(self._document, schema), f'{hint}Item', deeper)}"
            case ["string"] if values := self._values(schema):
                return self._enum(self._named.get(reference) or self._hinted(hint, schema), schema, values)
            case [kind]:
                return PLAIN.get(kind) or ("int" if self._format(schema) == "int32" else "int64")
        return "any"

    def optional(self, kind: str) -> str:
        """The same, where it may be left out."""
        return kind if kind == "any" or kind.startswith(("[]", "map[", "*")) else f"*{kind}"

    def field(self, name: str, kind: str, tag: str, schema: Any, used: set[str]) -> Field:
        return Field(name, _free(exported(name), used), kind, tag, self._said(schema))

    def declared(self) -> str:
        """All types that were asked for."""
        texts = {name: self._struct(name, fields) for name, fields in self.structs.items()}
        texts |= {name: self._constants(name, values) for name, values in self._enums.items()}
        imported = 'import "encoding/json"\n\n' if self.structs else ""
        return imported + "\n".join(texts[name] for name in sorted(texts))

    def _object(self, schema: Document, reference: str, hint: str, above: tuple[str, ...]) -> str:
        members = shapes.members(self._document, schema)
        if not members:
            rests = [each.get("additionalProperties") for each in shapes.parts(self._document, schema)]
            rest = next((each for each in rests if isinstance(each, dict)), None)
            return f"map[string]{self.of(rest, f'{hint}Value', above) if rest else 'any'}"
        name = self._named.get(reference) or self._hinted(hint, schema)
        if name in self.structs:
            return name
        fields = self.structs[name] = []
        self._about[name] = self._said(schema)
        required, used = self._required(schema), {"Extra", "MarshalJSON", "UnmarshalJSON"}
        for member, each in members.items():
            if not re.fullmatch(r'[^"`\\,]+', member) or member == "-":
                continue  # no tag can name it: it is among those that are extra
            kind = self._member(schema, member, f"{name}{exported(member)}")
            must = member in required
            kind = kind if must and not self._is_nullable(each) else self.optional(kind)
            tag = f'`json:"{member}{"" if must else ",omitempty"}"`'
            fields.append(self.field(member, kind, tag, each, used))
        return name

    def _member(self, schema: Document, member: str, hint: str) -> str:
        """Of a member that alternatives have as different things, anything."""
        found = [
            each["properties"][member]
            for each in shapes.parts(self._document, schema)
            if member in each.get("properties", {})
        ]
        kinds = {tuple(shapes.kinds(self._document, each)) for each in found}
        return self.of(found[0], hint) if len(kinds) == 1 else "any"

    def _required(self, schema: Document) -> set[str]:
        whole = resolve(self._document, schema, "schemas")
        return set(whole.get("required", ())).union(*(self._required(each) for each in whole.get("allOf", ())))

    def _is_nullable(self, schema: Any) -> bool:
        return any(
            each.get("nullable") or "null" in each.get("type", ()) or each.get("type") == "null"
            for each in shapes.parts(self._document, schema)
        )

    def _format(self, schema: Any) -> str:
        return next((str(each["format"]) for each in shapes.parts(self._document, schema) if "format" in each), "")

    def _values(self, schema: Document) -> list[str]:
        parts = shapes.parts(self._document, schema)
        found: list[Any] = next((each["enum"] for each in parts if "enum" in each), [])
        return [each for each in found if isinstance(each, str)]

    def _said(self, schema: Any) -> str:
        return (
            str(resolve(self._document, schema, "schemas").get("description", "")) if isinstance(schema, dict) else ""
        )

    def _enum(self, name: str, schema: Document, values: list[str]) -> str:
        if name not in self._enums:
            self._enums[name] = values
            self._about[name] = self._said(schema)
        return name

    def _hinted(self, hint: str, schema: Document) -> str:
        """The name of a schema that has none: the same for the same one."""
        key = f"{hint} {id(resolve(self._document, schema, 'schemas'))}"
        if key not in self._named:
            self._named[key] = self.free(hint)
        return self._named[key]

    def free(self, name: str) -> str:
        """Not that of something else."""
        if name in self.taken:
            name = _free(f"{name}Schema", self.taken)
        self.taken.add(name)
        return name

    def _struct(self, name: str, fields: list[Field]) -> str:
        about = comment(f"{name}: {self._about[name]}" if self._about[name] else f"{name} is of the contract.")
        extra = Field("", "Extra", "map[string]json.RawMessage", '`json:"-"`', "What the contract does not name.")
        lines = [about, f"type {name} struct {{", *laid_out([*fields, extra]), "\treading", "}", ""]
        lines += ["// MarshalJSON writes what is given.", f"func (v {name}) MarshalJSON() ([]byte, error) {{"]
        lines += ["\treturn encodeObject(v, v.Extra)", "}", "", "// UnmarshalJSON reads all, and keeps what is new."]
        lines += [f"func (v *{name}) UnmarshalJSON(data []byte) error {{"]
        return "\n".join([*lines, "\treturn decodeObject(data, v, &v.Extra)", "}", ""])

    def _constants(self, name: str, values: list[str]) -> str:
        said = self._about[name] or "one of these, or what a newer API has"
        lines = [comment(f"{name}: {said}"), f"type {name} string", ""]
        for value in dict.fromkeys(values):
            own = exported(value).removeprefix("X") if value[:1].isdigit() else exported(value)
            constant = _free(f"{name}{own}", self.taken)
            lines += [f"// {constant} is a {name}.", f"const {constant} {name} = {quoted(value)}", ""]
        return "\n".join(lines)


def laid_out(fields: list[Field]) -> list[str]:
    """The fields of a struct as gofmt has them: in columns, up to each that has a comment."""
    lines: list[str] = []
    for block in _blocks(fields):
        if block[0].about:
            lines.append(comment(block[0].about, "\t"))
        names, kinds = max(len(each.name) for each in block), max(len(each.kind) for each in block)
        lines += [f"\t{each.name:<{names}} {each.kind:<{kinds}} {each.tag}" for each in block]
    return lines


def _blocks(fields: list[Field]) -> list[list[Field]]:
    found: list[list[Field]] = []
    for each in fields:
        if each.about or not found:
            found.append([])
        found[-1].append(each)
    return found


def _free(name: str, used: set[str]) -> str:
    found, number = name, 2
    while found in used:
        found, number = f"{name}{number}", number + 1
    used.add(found)
    return found
