"""The engine's extensions as a JSON Schema, for editors: which there are, their shape, and what each is for.

It is made of the compiler's own rules. What only the document as a whole tells, that a property is there, say, is left
to the compiler.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from specbound.clients.naming import DOTTED
from specbound.clients.naming import OWN as CLIENT_NAME
from specbound.compiler import indexes, parents, tables, unique
from specbound.compiler.addresses import CHANGELOG, GO_MODULE, MODULE, REPOSITORY
from specbound.compiler.bodies import MOST_BYTES
from specbound.compiler.filters import AT, SORT
from specbound.compiler.filters import EXTENSION as FILTER
from specbound.compiler.grammar import ANY, OBJECTS, SINCE, SUNSET
from specbound.compiler.items import KEY_TYPES
from specbound.compiler.objectives import OBJECTIVE, SLOWEST_MS
from specbound.compiler.problem_types import DESCRIPTION, REMEDY, TYPES
from specbound.compiler.problem_types import NAME as PROBLEM
from specbound.compiler.routes import THROTTLE
from specbound.compiler.sunsets import DAY
from specbound.compiler.telling import EXTENSION as TOLD
from specbound.compiler.telling import MEDIA_TYPE
from specbound.compiler.telling import MEMBERS as TOLD_BY
from specbound.compiler.unfinished import EXTENSION as UNFINISHED
from specbound.compiler.versions import CONTRACT as OF_VERSION
from specbound.compiler.versions import EXTENSION as VERSIONS
from specbound.compiler.versions import MEMBERS
from specbound.compiler.versions import NAME as VERSION
from specbound.messages import PAGING

FILE = Path(__file__).parent.parent / "openapi.schema.json"
Schema = dict[str, Any]

# Of what can stand in OpenAPI's objects that of which something is said here.
KINDS = sorted(OBJECTS.keys() - {"document"})
HELD = {*KINDS, "table"}
TEXT: Schema = {"type": "string"}
SOME_TEXT: Schema = {"type": "string", "minLength": 1}
WORDS: Schema = {"type": "string", "pattern": "[^ ]"}
TRUTH: Schema = {"type": "boolean"}
ATTRIBUTE: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^~]"}
LISTS = "global_secondary_indexes"
SNAKE_CASE: Schema = {"pattern": "^[a-z][a-z0-9_]*$"}


def run(out: Path | None = None) -> None:
    """Write the schema to a file, or print it."""
    if out is None:
        print(text(), end="")
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text(), encoding="utf-8")


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """In draft 7, which editors know, of a whole contract: its own members may be anything that they are in OpenAPI."""
    kinds = {name: _kind(name) for name in KINDS}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "urn:specbound:openapi",
        "title": "The extensions of a contract that specbound keeps",
        "type": "object",
        **_kind("document"),
        "definitions": kinds | {"table": _table(), "index": _index(), "constraint": _constraint(), "parent": _parent()},
    }


def _kind(kind: str) -> Schema:
    """An object of OpenAPI: where others stand in it, and the extensions that it may have."""
    members, own = OBJECTS[kind], OWN.get(kind, {})
    known = {name: each for name, each in members.items() if name != ANY and each.rpartition(":")[2] in HELD}
    found: Schema = {"properties": {name: _meant(each) for name, each in known.items()} | own}
    if ANY in members:
        found |= {"patternProperties": {"^x-": {}}, "additionalProperties": _meant(members[ANY])}
    if ending := own.keys() & {SINCE, SUNSET}:
        deprecated = {"required": ["deprecated"], "properties": {"deprecated": {"const": True}}}
        found["dependencies"] = dict.fromkeys(sorted(ending), deprecated)
    return {name: each for name, each in found.items() if each}


def _meant(kind: str) -> Schema:
    holder, _, held = kind.rpartition(":")
    meant = {"$ref": f"#/definitions/{held}"}
    return {"map": {"additionalProperties": meant}, "list": {"items": meant}}.get(holder, meant)


def _object(members: Schema, required: Iterable[str] = (), *, known: Iterable[str] = ()) -> Schema:
    """An object of these members alone, which are all that the compiler knows."""
    if known and members.keys() != set(known):
        raise LookupError(f"members that the compiler does not know, or others: {members.keys() ^ set(known)}")
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, **needed, "properties": members}


def _map(values: Schema, names: Schema | None = None, **more: Any) -> Schema:
    return {"type": "object", **({"propertyNames": names} if names else {}), "additionalProperties": values, **more}


def _each_once(words: Iterable[str] | None = None, *, least: int = 1) -> Schema:
    """A list of texts, or of some words."""
    items = TEXT if words is None else {"enum": sorted(words)}
    return {"type": "array", "uniqueItems": True, "minItems": least, "items": items}


def _whole(pattern: re.Pattern[str]) -> str:
    return f"^(?:{pattern.pattern})$"


def _said(what: str, form: Schema) -> Schema:
    return {"description": what, **form}


def _count(what: str) -> Schema:
    return _said(what, {"type": "integer", "minimum": 0, "maximum": tables.MOST_PARTITIONS})


def _table() -> Schema:
    own = _object(
        {
            "item": _said("The schema of what the API shows of an item: '#/components/schemas/…'.", TEXT),
            "hash_key": _said("The attribute that is the key.", TEXT),
            "range_key": _said("A second part of the key: the items of one hash_key are children of one parent.", TEXT),
            "attributes": _said("Each key of the table and its indexes, and its type.",
                                _map({"enum": sorted(KEY_TYPES)}, {k: v for k, v in ATTRIBUTE.items() if k != "type"})),
            "actions": _said("What the function may do to the table.", _each_once(tables.ACTIONS)),
            "defaults": _said("What an item shows of a required property that is not stored.", {"type": "object"}),
            "partitions": _count("Over how many partitions each list is spread; 1 without."),
            "write_partitions": _count("Over how many of them lists are written, while partitions is raised."),
            "global_secondary_indexes": _said(
                "Lists of its items, by their names.",
                _map({"$ref": "#/definitions/index"}, {"pattern": _whole(indexes.NAME)},
                     maxProperties=indexes.MOST_INDEXES)),
            "ttl_attribute": _said("The attribute by which DynamoDB removes items, in seconds since 1970.", ATTRIBUTE),
            "retired": _said("true in the last release before the table is removed.", TRUTH),
            "unique": _said("Which values no two items share, by the constraints' names.",
                            _map({"$ref": "#/definitions/constraint"}, {"pattern": _whole(unique.NAME)},
                                 maxProperties=unique.MOST)),
            "belongs_to": _said("Parents of its items, by the names of their tables.",
                                _map({"$ref": "#/definitions/parent"}, maxProperties=parents.MOST)),
            "soft_delete": _said("The attribute that says since when an item is removed: deletedAt.",
                                 {"type": "string", "pattern": "^[^~]"}),
            "expires": _said("The property that says when an item ends: a time.", TEXT),
        },
        ("hash_key", "attributes", "actions"), known=tables.TABLE,
    )  # fmt: skip
    has_lists = {"required": [LISTS], "properties": {LISTS: {"minProperties": 1}}}
    at_least_one = {name: {"minimum": 1} for name in ("partitions", "write_partitions")}
    return own | {"if": has_lists, "then": {"required": ["item"], "properties": at_least_one}}


def _index() -> Schema:
    several = {"anyOf": [TEXT, _each_once()]}
    return _object(
        {
            "hash_key": _said("An attribute of this index alone, which the engine writes.", TEXT),
            "range_key": _said("The attribute of the position in the list, which the engine writes.", TEXT),
            "projection": _said("ALL, for a list shows whole items.", {"const": "ALL"}),
            "groups_by": _said("The property, or properties, for each of whose values there is a list.", several),
            "order_by": _said("The property in whose order its lists are; createdAt without.", TEXT),
            "ascending": _said("true for the least first; the greatest, or newest, is first without.", TRUTH),
            "retired": _said("true in the last release before the index is removed.", TRUTH),
        },
        ("hash_key", "range_key", "projection"), known=indexes.INDEX,
    )  # fmt: skip


def _constraint() -> Schema:
    ignored = {"anyOf": [{"enum": list(unique.IGNORED)}, _each_once(unique.IGNORED, least=0)]}
    return _object(
        {
            "properties": _said("The properties that are unique together.", _each_once()),
            "ignore": _said("What makes no difference in texts.", ignored),
            "claims": _said("The table in which values are claimed; claims without.", TEXT),
        },
        ("properties",), known=unique.UNIQUE,
    )  # fmt: skip


def _parent() -> Schema:
    key = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2}]}
    return _object(
        {
            "key": _said("The property, or properties, that have the parent's key.", key),
            "while": _said("By properties of the parent, the values that they may have.",
                           _map({"type": "array", "minItems": 1})),
            "on": _said("When the parent is looked at; create without.", _each_once(parents.ON)),
            "on_delete": _said("What the parent's end means; keep without.", {"enum": list(parents.ON_DELETE)}),
        },
        ("key",), known=parents.MEMBERS,
    )  # fmt: skip


def _objective() -> Schema:
    share = {"type": "number", "minimum": 0, "exclusiveMaximum": 1}
    return _object(
        {
            "p99_ms": _said("In how many milliseconds 99 of 100 requests are answered.",
                            {"type": "integer", "minimum": 1, "maximum": SLOWEST_MS}),
            "fault_share": _said("The share of requests that may be answered with a 5xx: 0.001.", share),
        },
        known=OBJECTIVE,
    )  # fmt: skip


SLO = _said("How fast and how reliable it is to be; alarms are made of it.", _objective())
DAY_OR_MOMENT = {"anyOf": [{"pattern": _whole(DAY)}, {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}"}]}
ENDS = _said("The day from which it may be gone, as 2027-01-31.", {"type": "string", **DAY_OR_MOMENT})
SINCE_WHEN = _said("Since when it is deprecated, as 2026-01-31.", {"type": "string", **DAY_OR_MOMENT})
ADDRESS = {"type": "string", "pattern": "^\\s*[Hh][Tt][Tt][Pp][Ss]?://([^\\][/?#]|\\[[^\\]]*\\])"}
INFO = {
    REPOSITORY: _said("Where the service is developed; the clients' packages name it.", ADDRESS),
    CHANGELOG: _said("Where its changes are told; the clients' packages name it.", ADDRESS),
    GO_MODULE: _said(
        "Where Go fetches its client from, as example.com/orders-go.", {"type": "string", "pattern": _whole(MODULE)}
    ),
}
EARLIER = _object({OF_VERSION: SOME_TEXT, SINCE: SINCE_WHEN, SUNSET: ENDS}, (OF_VERSION,), known=MEMBERS)
# By what they stand in.
OWN: dict[str, Schema] = {
    "document": {
        "info": {"properties": INFO},
        "x-dynamodb": _said("The tables, by their names.", _map({"$ref": "#/definitions/table"}, SNAKE_CASE)),
        "x-slo": SLO,
        TOLD: _said("How problems are told, where not as application/problem+json.",
                    {**_object({"body": _said("A template, with fields such as {detail} in its texts.", {}),
                                "media_type": _said("Of which replies it is; application/json without.",
                                                    {"type": "string", "pattern": _whole(MEDIA_TYPE)}),
                                "schema": _said("Of replies that are added: '#/components/schemas/…'.", TEXT)},
                               ("body",), known=TOLD_BY), "type": ["object", "null"]}),
        TYPES: _said("What types of problems mean, and what their caller can do.",
                     _map(_object({DESCRIPTION: WORDS, REMEDY: WORDS}) | {"minProperties": 1},
                          {"pattern": _whole(PROBLEM)})),
        VERSIONS: _said("Earlier versions, served beside this one: { v1: v1/openapi.yaml }.",
                        _map({"anyOf": [SOME_TEXT, EARLIER]}, {"pattern": _whole(VERSION)})),
        UNFINISHED: _said("Operations that nobody has written yet, which answer 501.", _each_once(least=0)),
    },
    "operation": {
        "x-slo": SLO,
        "x-throttle": _said("How many requests a second, and at once.",
                            _object({"rate": {"type": "number", "minimum": 1},
                                     "burst": {"type": "integer", "minimum": 1}},
                                    THROTTLE, known=THROTTLE)),
        "x-page": _said("What a list calls the members of its pages and its parameters.",
                        _object(dict.fromkeys(asdict(PAGING), SOME_TEXT))),
        TYPES: _said("The types of problems that are its own, each with its status: { email-taken: 409 }.",
                     _map({"type": "integer", "minimum": 400, "maximum": 599}, {"pattern": _whole(PROBLEM)})),
        SINCE: SINCE_WHEN,
        SUNSET: ENDS,
        CLIENT_NAME: _said("What the clients call it: users.invite.", {"type": "string", "pattern": _whole(DOTTED)}),
    },
    "parameter": {
        FILTER: _said("Which property of the items it filters, and how.",
                      _object({"property": TEXT, "at": {"enum": list(AT)}})),
        SORT: _said("Which property each of its values orders by, with - where the greatest comes first.",
                    _map(SOME_TEXT, minProperties=1)),
        SUNSET: ENDS,
    },
    "requestBody": {
        "x-max-bytes": _said("How many bytes the body may have.",
                             {"type": "integer", "minimum": 1, "maximum": MOST_BYTES}),
    },
    "schema": {SUNSET: ENDS},
}  # fmt: skip
