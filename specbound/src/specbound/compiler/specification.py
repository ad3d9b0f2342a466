"""The OpenAPI specification, 3.0 and 3.1: what it says of a document, by the schemas that its authors publish."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator.schemas import schema_v30, schema_v31

from specbound.compiler.document import Document
from specbound.compiler.grammar import walk
from specbound.compiler.mistakes import ROOT_STEP, Mistake, Refused, settled

LONGEST = 200
# paths, the path, the method.
PATH_METHOD = 3
VERSION = re.compile(r"(3\.[01])\.[0-9]+")
# What a schema object is, OpenAPI 3.1 leaves to the dialect; its own adds words to this one.
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DIALECTS = (DIALECT, "https://spec.openapis.org/oas/3.1/dialect/base")
CLOSED = ("additionalProperties", "unevaluatedProperties")


def check(document: Document) -> None:
    """Raise Refused for a document that is not OpenAPI, with every place where it is not."""
    if found := mistakes(document):
        raise Refused(*(settled(document, each) for each in found))


def mistakes(document: Document) -> list[Mistake]:
    """Every place where the document is not OpenAPI, of the version that it says."""
    found = VERSION.match(str(document.get("openapi")))
    if not found:
        message = (
            f"openapi is {document.get('openapi')!r}; versions 3.0 and 3.1 are taken: say 3.0.3 or 3.1.0."
            if "openapi" in document
            else "openapi is not said: write `openapi: 3.0.3`, or 3.1.0, as the document's version of OpenAPI."
        )
        return [Mistake(message, (ROOT_STEP, "openapi"))]
    other = [] if document.get("jsonSchemaDialect", DIALECT) in DIALECTS else [_other_dialect(document)]
    return [*other, *_unlike(document, found[1]), *_silent(document, found[1])]


def _silent(document: Document, version: str) -> Iterator[Mistake]:
    """The operations that say no response. In 3.1 they may, and could then answer nothing."""
    for place, kind, value in walk(document) if version == "3.1" else ():
        is_served = kind == "operation" and place[0] == "paths" and len(place) == PATH_METHOD
        if is_served and isinstance(value, dict) and "responses" not in value:
            message = f"{' '.join(place)}: without responses it could answer nothing. Say at least one."
            yield Mistake(message, (ROOT_STEP, *place))


def _other_dialect(document: Document) -> Mistake:
    message = f"jsonSchemaDialect {document['jsonSchemaDialect']}: schemas are read as {DIALECT}. Write them so."
    return Mistake(message, (ROOT_STEP, "jsonSchemaDialect"))


def _unlike(document: Document, version: str) -> list[Mistake]:
    """Where the document is not as OpenAPI's own schema has it."""
    if _is_openapi(version)(document):
        return []
    errors = _validator(version).iter_errors(_doubtful(document, version))
    told = [each for error in errors for each in _innermost(error)]
    places = {tuple(each.absolute_path) for each in told if each.validator not in CLOSED}
    around = {place[:length] for place in places for length in range(len(place) + 1)}
    # What is none of an enum's words may be of another type, too: the words say more.
    said = {tuple(each.absolute_path) for each in told if each.validator == "enum"}
    return [
        mistake
        for each in told
        if each.validator != "type" or tuple(each.absolute_path) not in said
        for mistake in _told(each, version)
        if each.validator not in CLOSED or not _follows(each, mistake.place[-1], places, around, version)
    ]


def _follows(error: ValidationError, name: str, places: set[Any], around: set[Any], version: str) -> bool:
    """Whether a member of 3.1 is unknown only because something else is wrong, within it or beside it."""
    place = tuple(error.absolute_path)
    return version == "3.1" and ((*place, name) in around or (place in places and name in _words()))


def _doubtful(document: Document, version: str) -> Document:
    """The document without what is right by itself: to say what is wrong takes a hundred times as long."""
    rest = dict(document)
    is_openapi = _is_openapi(version)
    frame = {"openapi": document["openapi"], "info": {"title": "", "version": ""}, "paths": {}}
    for holder in ("paths", "webhooks", "components"):
        if isinstance(document.get(holder), dict):
            rest[holder] = _wrong(document[holder], lambda part, holder=holder: is_openapi(frame | {holder: part}))  # type: ignore[misc]
    if isinstance(rest.get("components"), dict):
        rest["components"] = {
            kind: _wrong(
                held,
                lambda part, kind=kind: is_openapi(frame | {"components": {kind: part}}),  # type: ignore[misc]
            )
            if isinstance(held, dict)
            else held
            for kind, held in rest["components"].items()
        }
    return rest


def _wrong(parts: Document, is_right: Callable[[Document], bool]) -> Document:
    return {name: each for name, each in parts.items() if not is_right({name: each})}


def _told(error: ValidationError, version: str) -> Iterator[Mistake]:
    """A mistake for each member that is not known; else one."""
    steps = tuple(map(str, error.absolute_path))
    place = " ".join(steps) or "the document"
    by = f"says OpenAPI {version}'s own schema"
    if error.validator in CLOSED:
        for name in _unknown(error):
            yield Mistake(f"{place}: {name!r} is not known here, {by}.", (ROOT_STEP, *steps, name))
        return
    hint = f' Write it in quotes: "{json.dumps(error.instance)}".' if _is_unquoted(error) else ""
    yield Mistake(f"{place}: {error.message[:LONGEST]}, {by}.{hint}", (ROOT_STEP, *steps))


def _is_unquoted(error: ValidationError) -> bool:
    """Whether a text looks like a number, or a word of YAML, as a version does."""
    return error.validator == "type" and error.validator_value == "string" and isinstance(error.instance, int | float)


def _unknown(error: ValidationError) -> list[str]:
    """The members that an object has beyond those that it may have."""
    named = re.findall(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"", error.message.rpartition("(")[2])
    names = [one or other for one, other in named]
    return [name for name in error.instance if str(name) in names] or sorted(map(str, error.instance))[:1]


def _innermost(error: ValidationError) -> Iterator[ValidationError]:
    """The errors within an alternative; of those that an object or a reference to one may be, the object's."""
    alternatives: dict[Any, list[ValidationError]] = {}
    for each in error.context or []:
        alternatives.setdefault(each.schema_path[0], []).append(each)
    objects = [each for each in alternatives.values() if not any(map(_misses_reference, each))]
    if not objects:
        yield error
    elif len(objects) == 1:
        yield from (each for within in objects[0] for each in _innermost(within))
    else:
        yield from _innermost(best_match(each for within in objects for each in within))


def _misses_reference(error: ValidationError) -> bool:
    return bool(error.message == "'$ref' is a required property")


@cache
def _is_openapi(version: str) -> Callable[[Any], bool]:
    """Tells in a hundredth of the time whether something is wrong, but not as well what."""
    kind = jsonschema_rs.Draft4Validator if version == "3.0" else jsonschema_rs.Draft202012Validator
    return kind(_schema(version), validate_formats=False).is_valid


@cache
def _words() -> set[str]:
    """The names of all members that objects of 3.1 have."""
    pending: list[Any] = [_schema("3.1")]
    found: set[str] = set()
    while pending:
        each = pending.pop()
        found |= each.get("properties", {}).keys() if isinstance(each, dict) else set()
        pending += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return found


@cache
def _validator(version: str) -> Any:
    return (Draft4Validator if version == "3.0" else Draft202012Validator)(_schema(version))


@cache
def _schema(version: str) -> Document:
    published: Document = json.loads(json.dumps(schema_v30 if version == "3.0" else schema_v31, default=dict))
    if version == "3.1":
        published["$defs"]["schema"]["$ref"] = DIALECT
        # An erratum: the specification calls it `server` (section 4.8.20.1), and so do later editions of the schema.
        published["$defs"]["link"]["properties"]["server"] = {"$ref": "#/$defs/server"}
    return published
