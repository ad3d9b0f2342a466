"""Schemas: how the contract's become JSON Schema draft 4, which is what OpenAPI 3.0 is based on."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema_rs import ValidationError

from specbound.compiler.document import Document, resolve
from specbound.compiler.mistakes import Mistake, Place, Refused, gathered
from specbound.validation import Validator

# What of a schema object the run time enforces, and what is there for people only.
ENFORCED = {
    "type", "enum", "not", "allOf", "anyOf", "oneOf", "items", "properties", "additionalProperties", "required",
    "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "nullable",
}  # fmt: skip
DESCRIPTIVE = {"title", "description", "example", "deprecated", "externalDocs"}
INSTEAD = {
    "discriminator": "The alternatives of oneOf must tell themselves apart.",
    "readOnly": "Give requests a schema of their own.",
    "writeOnly": "Give replies a schema of their own.",
    "xml": "Bodies are JSON.",
}
INTEGER_BITS = {"int32": 31, "int64": 63}
CHECKED_FORMATS = {"date", "date-time", "email", "hostname", "ipv4", "ipv6", "uri"}
# RFC 3339 has a year 0000, calendars have not.
YEAR = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
# A leap second is the last one of June or December in UTC, and the first was in 1972 (RFC 3339, section 5.7). East of
# Greenwich it is in the next month. That it is the last of its hour, whatever the offset, the format itself sees to.
SINCE_1972, SINCE_1973 = (f"(197[{digit}-9]|19[89][0-9]|[2-9][0-9]{{3}})" for digit in "23")
LEAP_SECOND = (
    rf"({SINCE_1972}-(06-30|12-31)[Tt]..:..:60(\.[0-9]+)?([Zz]|-|\+00:00)"
    rf"|({SINCE_1972}-07|{SINCE_1973}-01)-01[Tt]..:..:60(\.[0-9]+)?\+([^0]|0[^0]|00:[^0]|00:0[^0]))"
)
# Of a format that draft 4 does not know, all that is checked: a URI reference is held to its characters (RFC 3986,
# section 2). Of another, what is checked besides.
PATTERNS = {
    "date": f"^{YEAR}",
    "date-time": f"^({YEAR}-..-..[Tt]..:..:[0-5]|{LEAP_SECOND})",
    # The highest label of a domain is never a number: 192.0.2.1 is no host (RFC 1123, section 2.1).
    "email": r"[.@][0-9]*[^0-9.@][^.@]*$",
    "hostname": r"(^|\.)[0-9]*[^0-9.][^.]*$",
    "uuid": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "uri-reference": r"^([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$",
}
TYPES = dict.fromkeys(CHECKED_FORMATS | PATTERNS.keys(), "string") | dict.fromkeys(INTEGER_BITS, "integer")
TYPES |= dict.fromkeys(("float", "double"), "number")
LONGEST_DESCRIPTION = 300
ALTERNATIVES = ("allOf", "anyOf", "oneOf")


class Schemas:
    """Translated schemas, each once, known by a number.

    A number leads to a schema that needs nothing beside it: references are replaced by what they stand for.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbers: dict[str, int] = {}
        self.all: list[Document] = []

    def number(self, schema: Document, place: str) -> int:
        """The number of a body's schema. Raises Refused, naming the place, for what is not supported."""
        _refuse_default(resolve(self._document, schema, "schemas"), place)
        return self.number_of(self.translate(schema, place), place)

    def number_of(self, translated: Document, place: str) -> int:
        key = json.dumps(translated, sort_keys=True)
        if key not in self._numbers:
            build(translated, place)
            self._numbers[key] = len(self.all)
            self.all.append(translated)
        return self._numbers[key]

    def translate(self, schema: Document, place: str) -> Document:
        """One schema in draft 4, without the default that it may have as a whole."""
        above = (schema["$ref"],) if "$ref" in schema else ()
        whole = resolve(self._document, schema, "schemas")
        return self._translate({key: value for key, value in whole.items() if key != "default"}, place, above)

    def _translate(self, schema: Document, place: str, above: tuple[str, ...]) -> Document:
        """`above` holds the references on the way here, so that a circle is noticed."""
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference in above:
                raise Refused(f"{place}: {reference} contains itself; recursive schemas are not supported.")
            return self._translate(resolve(self._document, schema, "schemas"), place, (*above, reference))
        _refuse_unsupported(schema, place)
        draft = {key: value for key, value in schema.items() if key in ENFORCED - {"nullable", "format"}}
        with gathered() as at:
            for holder, key, steps, name in _parts(draft):
                with at(*steps):
                    holder[key] = self._translate(holder[key], f"{place}/{name}", above)
        if "pattern" in draft and schema.get("description"):
            # It says in words what the pattern says, to callers who break it.
            draft["description"] = _first_paragraph(schema["description"])
        _refuse_closed_parts(draft, place)
        return _with_format(_with_null(draft, schema, place), schema, place)


def _parts(draft: Document) -> Iterator[tuple[Any, Any, Place, str]]:
    """The schemas within a schema: what holds each and under which key, the steps to it, and its name."""
    for name in ALTERNATIVES:
        if name in draft:
            draft[name] = list(draft[name])
            yield from ((draft[name], index, (name, str(index)), name) for index in range(len(draft[name])))
    yield from (
        (draft, name, (name,), name)
        for name in ("not", "items", "additionalProperties")
        if isinstance(draft.get(name), dict)
    )
    if "properties" in draft:
        draft["properties"] = dict(draft["properties"])
        yield from ((draft["properties"], name, ("properties", name), name) for name in draft["properties"])


def build(translated: Document, place: str) -> Validator:
    """The validator of a translated schema. Raises Refused for a pattern that does not run in linear time."""
    try:
        return Validator(translated)
    except ValidationError as error:
        *path, last = ["", *map(str, error.instance_path)]
        why = f"{last} {error.message}"
        if last == "pattern":
            why = "its pattern does not run in linear time. Leave out look-ahead, look-behind and back-references"
        raise Refused(Mistake(f"{place}{'/'.join(path)}: {why}.", (*path[1:], last))) from error


def _refuse_unsupported(schema: Document, place: str) -> None:
    _refuse_default(schema, place)
    for key in sorted(schema.keys() - ENFORCED - DESCRIPTIVE):
        if not key.startswith("x-"):
            raise Refused(f"{place}: {key} is not supported in a schema. {INSTEAD.get(key, 'Say it another way.')}")
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if exclusive in schema and bound not in schema:
            raise Refused(f"{place}: {exclusive} says how to read a {bound}, and needs one beside it.")


def _refuse_default(schema: Document, place: str) -> None:
    if "default" in schema:
        raise Refused(f"{place}: only a parameter has a default; what a body leaves out is for the operation to fill.")


def _refuse_closed_parts(draft: Document, place: str) -> None:
    parts: Iterable[Document] = [draft, *draft.get("allOf", [])]
    names = {name for part in parts for name in part.get("properties", {})}
    for part in parts:
        shut_out = names - part.get("properties", {}).keys()
        if part.get("additionalProperties") is False and shut_out:
            raise Refused(
                f"{place}: one part of its allOf is closed (additionalProperties) and so refuses "
                f"{', '.join(sorted(shut_out))} of another. Write the object out as one schema."
            )


def _with_null(draft: Document, schema: Document, place: str) -> Document:
    """OpenAPI 3.0.3: `nullable` adds null to the type beside it, and to nothing else."""
    if not schema.get("nullable"):
        return draft
    if "type" not in draft or None not in draft.get("enum", [None]):
        raise Refused(f"{place}: nullable needs a type beside it, and null in the enum if there is one.")
    return {**draft, "type": [draft["type"], "null"]}


def _with_format(draft: Document, schema: Document, place: str) -> Document:
    name = schema.get("format")
    if name is None:
        return draft
    if name not in TYPES:
        raise Refused(f"{place}: format {name} is not supported. Say it with a pattern.")
    if TYPES[name] != schema.get("type"):
        raise Refused(f"{place}: format {name} goes with type {TYPES[name]}, not {schema.get('type')}.")
    if name in INTEGER_BITS:
        return _with_bits(draft, INTEGER_BITS[name], place)
    if name not in CHECKED_FORMATS | PATTERNS.keys():
        return draft
    form = {"format": name} | ({"pattern": PATTERNS[name]} if name in PATTERNS else {})
    return {"allOf": [draft, form]} if "pattern" in draft else draft | form


def _first_paragraph(description: str) -> str:
    return " ".join(description.strip().partition("\n\n")[0].split())[:LONGEST_DESCRIPTION]


def _with_bits(draft: Document, bits: int, place: str) -> Document:
    low, high = -(2**bits), 2**bits - 1
    bounds = {"minimum": low, "maximum": high, **draft}
    if bounds["minimum"] < low or bounds["maximum"] > high:
        raise Refused(f"{place}: minimum or maximum lies outside int{bits + 1}.")
    return bounds
