"""How the contract's schemas become JSON Schema draft 4, which is what OpenAPI 3.0 is based on."""

import json
from typing import Any

from compiler.document import Document, Refused, resolve

# What of a schema object the run time enforces, and what is there for people only.
ENFORCED = {
    "type", "enum", "not", "allOf", "anyOf", "oneOf", "items", "properties", "additionalProperties", "required",
    "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "nullable",
}  # fmt: skip
DESCRIPTIVE = {
    "title",
    "description",
    "example",
    "default",
    "deprecated",
    "externalDocs",
    "readOnly",
    "writeOnly",
}
UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
INTEGER_BITS = {"int32": 31, "int64": 63}
CHECKED_FORMATS = {"date", "date-time", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference"}
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")


class Schemas:
    """Translated schemas, each once, known by a number.

    A number leads to a schema that needs nothing beside it: references are replaced by what they stand for.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbers: dict[str, int] = {}
        self.all: list[Document] = []

    def number(self, schema: Document, place: str) -> int:
        """The number of a schema of the contract. Raises Refused, naming the place, for what is not supported."""
        return self.number_of(self.translate(schema, place, ()))

    def number_of(self, translated: Document) -> int:
        key = json.dumps(translated, sort_keys=True)
        if key not in self._numbers:
            self._numbers[key] = len(self.all)
            self.all.append(translated)
        return self._numbers[key]

    def translate(self, schema: Document, place: str, above: tuple[str, ...] = ()) -> Document:
        """One schema in draft 4. `above` holds the references on the way here, so that a circle is noticed."""
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference in above:
                raise Refused(f"{place}: {reference} contains itself; recursive schemas are not supported.")
            return self.translate(resolve(self._document, schema), place, (*above, reference))
        _refuse_unsupported(schema, place)
        draft = {key: value for key, value in schema.items() if key in ENFORCED - {"nullable", "format"}}
        for key in SCHEMA_LISTS:
            if key in draft:
                draft[key] = [self.translate(each, f"{place}/{key}", above) for each in draft[key]]
        for key in ("not", "items", "additionalProperties"):
            if isinstance(draft.get(key), dict):
                draft[key] = self.translate(draft[key], f"{place}/{key}", above)
        if "properties" in draft:
            draft["properties"] = {
                name: self.translate(each, f"{place}/{name}", above) for name, each in draft["properties"].items()
            }
        return _with_null(_with_format(draft, schema.get("format"), place), schema)


def _refuse_unsupported(schema: Document, place: str) -> None:
    unknown = sorted(key for key in schema.keys() - ENFORCED - DESCRIPTIVE if not key.startswith("x-"))
    if unknown:
        raise Refused(f"{place}: {', '.join(unknown)} is not supported in a schema. Say it another way.")


def _with_format(draft: Document, name: Any, place: str) -> Document:
    if name is None or (name in ("float", "double") and draft.get("type") == "number"):
        return draft
    if name == "uuid":
        return {"allOf": [draft, {"pattern": UUID}]} if "pattern" in draft else {**draft, "pattern": UUID}
    if name in INTEGER_BITS:
        limit: int = 2 ** INTEGER_BITS[name]
        low, high = draft.get("minimum", -limit), draft.get("maximum", limit - 1)
        return {**draft, "minimum": max(low, -limit), "maximum": min(high, limit - 1)}
    if name in CHECKED_FORMATS:
        return {**draft, "format": name}
    raise Refused(f"{place}: format {name} is not supported. Say it with a pattern.")


def _with_null(draft: Document, schema: Document) -> Document:
    if not schema.get("nullable"):
        return draft
    return {"anyOf": [{"type": "null"}, draft]}
