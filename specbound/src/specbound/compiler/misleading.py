"""Misleading schemas: what OpenAPI allows, and what says something else than it seems to say."""

from collections.abc import Iterable, Iterator
from typing import Any

from specbound.compiler.dialect import ASSERTIONS, DESCRIPTIVE, MANY, NAMED, ONE, PLAIN, READ, modern
from specbound.compiler.document import Document, is_3_1
from specbound.compiler.formats import KNOWN, RANGES, TYPES
from specbound.compiler.patterns import is_linear
from specbound.compiler.variants import target

KEYWORDS = PLAIN.union(DESCRIPTIVE, READ, {"nullable"})
MODERN_KEYWORDS = ASSERTIONS.union(DESCRIPTIVE, READ, ONE, MANY, NAMED)
GROUPS = ("oneOf", "anyOf")


def check(document: Document, schema: Document) -> Iterator[str]:
    """What is to be said of one schema object, not of those within it."""
    yield from _check_reference(document, schema)
    if "$ref" in schema and not is_3_1(document):
        return
    yield from _check_keywords(document, schema)
    yield from _check_format(modern(document, schema))
    yield from _check_bounds(schema)
    yield from _check_null(document, schema)
    yield from _check_pattern(schema)
    yield from _check_discriminator(document, schema)
    yield from _check_closed(document, schema)
    if schema.get("readOnly") is True and schema.get("writeOnly") is True:
        yield "it is read-only and write-only, so neither requests nor replies have it"


def _check_reference(document: Document, schema: Document) -> Iterator[str]:
    beside = sorted(schema.keys() - {"$ref"})
    if "$ref" in schema and beside and not is_3_1(document):
        yield f"OpenAPI 3.0 ignores what stands beside a $ref ({', '.join(beside)}): put the $ref into an allOf"


def _check_keywords(document: Document, schema: Document) -> Iterator[str]:
    for name in sorted(schema.keys() - (MODERN_KEYWORDS if is_3_1(document) else KEYWORDS)):
        if not name.startswith("x-"):
            yield f"{name} is no keyword of the schemas of OpenAPI {document.get('openapi')}, and says nothing"


def _check_format(said: Document) -> Iterator[str]:
    name = said.get("format")
    if name is None:
        return
    if name not in KNOWN:
        yield f"format {name} is for people alone: say with a pattern what is to be checked"
        return
    kinds = {said["type"]} if isinstance(said.get("type"), str) else set(said.get("type", ()))
    meant = {"integer", "number"} if TYPES[name] == "number" else {TYPES[name]}
    if kinds and not kinds & meant:
        yield f"format {name} is about a {TYPES[name]}, and says nothing here"


def _check_bounds(schema: Document) -> Iterator[str]:
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if isinstance(schema.get(exclusive), bool) and bound not in schema:
            yield f"{exclusive} says how to read a {bound}, and there is none beside it"
    if schema.get("format") in RANGES:
        least, greatest = RANGES[schema["format"]]
        if schema.get("minimum", least) < least or schema.get("maximum", greatest) > greatest:
            yield f"its minimum or maximum lies outside {schema['format']}, which holds as well"


def _check_null(document: Document, schema: Document) -> Iterator[str]:
    if schema.get("nullable") is not True or is_3_1(document):
        return
    if None not in schema.get("enum", [None]):
        yield "it is nullable, and its enum has no null: null is refused"
    elif not schema.keys() & {"type", "enum", "allOf", "anyOf", "oneOf"}:
        yield "nullable adds null to the type beside it, and there is none"


def _check_pattern(schema: Document) -> Iterator[str]:
    patterns = [schema["pattern"]] if "pattern" in schema else []
    for pattern in (*patterns, *schema.get("patternProperties", ())):
        if pattern.startswith("/") and pattern.rstrip("gimsuy").endswith("/") and len(pattern) > 1:
            yield "its pattern has slashes around it, which are taken for a part of the text"
        if not is_linear(pattern):
            yield (
                "its pattern does not run in linear time, and a text that takes too long is refused: leave out "
                "look-ahead, look-behind and back-references"
            )


def _check_discriminator(document: Document, schema: Document) -> Iterator[str]:
    if "discriminator" not in schema:
        return
    alternatives = [each for group in GROUPS for each in schema.get(group, ())]
    if any(isinstance(each, dict) and "$ref" not in each and each.get("type") != "null" for each in alternatives):
        yield "its discriminator picks nothing, for one of its alternatives is no reference"


def _check_closed(document: Document, schema: Document) -> Iterator[str]:
    parts = [schema, *_parts(document, schema.get("allOf", ()))]
    names = {name for part in parts for name in part.get("properties", {})}
    for part in parts:
        shut_out = sorted(names - part.get("properties", {}).keys())
        if part.get("additionalProperties") is False and "patternProperties" not in part and shut_out:
            yield (
                f"one part of its allOf is closed (additionalProperties) and so refuses {', '.join(shut_out)} of "
                "another: write the object out as one schema"
            )


def _parts(document: Document, schemas: Iterable[Any]) -> Iterator[Document]:
    for each in schemas:
        said = modern(document, each)
        found = target(document, said["$ref"])[0] if "$ref" in said else said
        if isinstance(found, dict):
            yield found
