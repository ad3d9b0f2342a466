"""Templates of error shapes: bound to the schema that a reply declares, guessed from it, and tried with the worst."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

from specbound.compiler.document import Refused
from specbound.compiler.mistakes import gathered, within
from specbound.problem_shapes import FIELD, OF_PROBLEM, OF_VIOLATION, Node, as_it_is, fields_of, render
from specbound.problems import LONGEST_TEXT, MOST_VIOLATIONS
from specbound.sentences import Schema

NOTHING = object()
DEEPEST = 6
# What a member may be called that is told a field, of strings, of numbers and in the entries of a list of violations.
TEXTS = {
    "detail": "message msg detail details description errormessage errordescription errordetail reason text info "
    "usermessage developermessage",
    "title": "title name error summary short shortmessage errorname statustext",
    "code": "code errorcode errortype type kind slug key errorkey reasoncode",
    "status": "status statuscode httpstatus httpstatuscode httpcode",
    "request_id": "requestid traceid correlationid logref debugid id errorid instance transactionid logid",
    "time": "timestamp time date datetime occurredat createdat",
}  # fmt: skip
NUMBERS = {"status": f"{TEXTS['status']} code errorcode"}
PLACES = {
    "path": "field path property param parameter name attribute location target loc fieldname propertyname source",
    "pointer": "pointer jsonpointer",
    "in": "in where",
}
NEGATIVE = {"success", "ok", "successful", "succeeded"}
# The longest that can be told, of every kind of character that a pattern may tell apart.
DETAILS = (
    "x",
    "".join(map(chr, range(32, 127))) + "é火😀",
    "The request has at least 1000 violations of the contract.".ljust(LONGEST_TEXT, "."),
    "😀" * LONGEST_TEXT,
)
POINTERS = ("", "/" + "a" * (LONGEST_TEXT - 1), "/" + DETAILS[1])
TYPES = (
    "bad-request", "not-found", "still-running", "key-unreadable", "precondition-failed", "content-too-large",
    "unsupported-media-type", "idempotency-key-reused", "internal-server-error", "service-unavailable",
    "outcome-unknown", "x" + "-long" * 16,
)  # fmt: skip
REQUESTS = (None, "JKJaXmPLvHcESHA=", "a" * 128)


def check_template(template: Any, place: str, known: frozenset[str] = frozenset(OF_PROBLEM)) -> None:
    """Raise Refused, by the steps to it, for a field that no problem has."""
    if isinstance(template, str):
        for name in FIELD.findall(template):
            if name not in known:
                raise Refused(f"{place}: {{{name}}} is no field of a problem, which are {', '.join(sorted(known))}.")
    if isinstance(template, list):
        if len(template) != 1:
            raise Refused(f"{place}: write one entry, of which as many are made as there are violations.")
        with within("0"):
            check_template(template[0], place, known | OF_VIOLATION)
    if isinstance(template, dict):
        with gathered() as at:
            for name, each in template.items():
                with at(name):
                    check_template(each, f"{place}/{name}", known)


def bind(template: Any, schema: Schema) -> Node:
    """A template with what the schema says of its members: how long a text may be, and whether a number is one."""
    if isinstance(template, dict):
        return {"members": {name: bind(each, _member(schema, name)) for name, each in template.items()}}
    if isinstance(template, list):
        return {"each": bind(template[0], _said(schema, "items") or {}), "most": _said(schema, "maxItems")}
    if not isinstance(template, str) or not FIELD.search(template):
        return {"value": template}
    whole = FIELD.fullmatch(template)
    if whole is None:
        return {"text": template, "most": _said(schema, "maxLength")}
    most = _said(schema, "maxItems" if whole[1] == "errors" else "maxLength")
    return {"field": whole[1], "most": most, "text": whole[1] == "status" and _kind(schema) == "string"}


def guess(schema: Schema, in_list: bool = False, name: str = "message", depth: int = DEEPEST) -> Any:
    """A template for what a schema describes, by the names of its members; NOTHING if one that it requires is strange.

    `name` is that of the member that the schema is of.
    """
    constants = [_said(schema, "const")] if _said(schema, "const") is not None else _said(schema, "enum")
    if isinstance(constants, list):
        return constants[0] if len(constants) == 1 else NOTHING
    kind = _kind(schema)
    if kind == "object" and depth:
        return _guess_object(schema, in_list, depth)
    if kind == "array" and depth:
        item = guess(_said(schema, "items") or {}, True, "message", depth - 1)
        return NOTHING if item is NOTHING else [item]
    plain = re.sub("[^a-z]", "", name.lower())
    if kind == "boolean":
        return False if plain in NEGATIVE else NOTHING
    words = {"integer": NUMBERS, "number": NUMBERS, "string": (PLACES if in_list else {}) | TEXTS}
    return _named(words.get(kind, {}), plain)


def guesses(schema: Schema) -> Iterator[Any]:
    """Templates to be tried: of the schema as a whole, and of each of its alternatives."""
    yield from (each for each in map(guess, [schema, *_alternatives(schema)]) if each is not NOTHING)


@cache
def worst(status: str) -> Sequence[tuple[Any, str | None]]:
    """Problems, as RFC 9457 has them, that may be told with a status (`400`, `4XX`, `default`); and requests' ids."""
    numbers = [each for each in HTTPStatus if each >= HTTPStatus.BAD_REQUEST and _covers(status, each)]
    found: list[tuple[Any, str | None]] = []
    for number in numbers:
        title = re.sub("[^A-Za-z -]", " ", number.phrase)
        for index, kind in enumerate(TYPES):
            said = {"type": f"urn:problem-type:{kind}", "detail": DETAILS[index % len(DETAILS)]}
            found.append(({**said, "title": title, "status": int(number)}, REQUESTS[index % len(REQUESTS)]))
            body = found[-1][0]
        if number == HTTPStatus.BAD_REQUEST:
            found += [({**body, "errors": errors}, "a") for errors in _violations()]
    return found


def told(node: Node | None, status: str) -> Iterator[Any]:
    """What a template makes of the worst that may be told; without one, that itself."""
    for body, request_id in worst(status):
        yield as_it_is(body, request_id) if node is None else render(node, fields_of(body, request_id))


def _violations() -> Iterator[list[dict[str, Any]]]:
    for pointer in POINTERS:
        for detail in DETAILS[:3]:
            yield [{"in": "header", "pointer": pointer, "detail": detail}]
    yield [{"in": "body", "pointer": POINTERS[1], "detail": "must be another"}] * MOST_VIOLATIONS


def _covers(status: str, number: int) -> bool:
    return status in (str(number), "default") or status.upper() == f"{number // 100}XX"


def _guess_object(schema: Schema, in_list: bool, depth: int) -> Any:
    made: dict[str, Any] = {}
    required = {name for part in _parts(schema) for name in part.get("required", ())}
    for name, member in _members(schema).items():
        made[name] = guess(member, in_list, name, depth - 1)
        if made[name] is NOTHING:
            if name in required:
                return NOTHING
            del made[name]
    titles = [name for name, each in made.items() if each == "{title}"]
    if titles and "{detail}" not in json.dumps(made):
        made[titles[0]] = "{detail}"
    # What says nothing of the problem is no way to tell it.
    return made if required <= made.keys() and FIELD.search(json.dumps(made)) else NOTHING


def _named(names: dict[str, str], name: str) -> Any:
    return next((f"{{{field}}}" for field, words in names.items() if name in words.split()), NOTHING)


def _parts(schema: Schema) -> list[Schema]:
    """The schema, and what stands in its allOf."""
    parts = (each for each in schema.get("allOf", ()) if isinstance(each, dict))
    return [schema, *(part for each in parts for part in _parts(each))]


def _alternatives(schema: Schema) -> list[Schema]:
    return [each for key in ("oneOf", "anyOf") for each in schema.get(key, ()) if isinstance(each, dict)]


def _members(schema: Schema) -> dict[str, Schema]:
    found = {name: each for part in _parts(schema) for name, each in part.get("properties", {}).items()}
    return {name: each if isinstance(each, dict) else {} for name, each in found.items()}


def _member(schema: Schema, name: str) -> Schema:
    """The schema of a member: of the schema itself, or of the first of its alternatives that has one."""
    for each in (schema, *_alternatives(schema)):
        if name in (members := _members(each)):
            return members[name]
    return {}


def _said(schema: Schema, key: str) -> Any:
    return next((part[key] for part in _parts(schema) if key in part), None)


def _kind(schema: Schema) -> str:
    """The type of its values, but for null."""
    kinds = _said(schema, "type")
    kinds = [each for each in kinds if each != "null"] if isinstance(kinds, list) else [kinds]
    if kinds == [None] and _members(schema):
        return "object"
    return str(kinds[0]) if len(kinds) == 1 else ""
