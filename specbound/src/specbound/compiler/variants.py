"""allOf, oneOf and anyOf written out: the plain schemas that a value may be one of, as far as types tell them apart."""

import json
from collections.abc import Iterable
from itertools import product
from typing import Any

from specbound.compiler.document import Document, resolve

# What of a schema a type can say.
SAYS = ("type", "enum", "properties", "required", "items", "additionalProperties", "nullable")
ALTERNATIVES = ("oneOf", "anyOf")
# Beyond that nobody reads the union, and what is in none of them is known of no value.
MOST = 32


def variants(document: Document, schema: Document) -> list[Document]:
    """The plain schemas whose values together are all that this one takes; one that says nothing if they are many."""
    whole = resolve(document, schema, "schemas")
    found = [{key: whole[key] for key in SAYS if key in whole}]
    for part in whole.get("allOf", []):
        found = _products(found, variants(document, part))
    for key in ALTERNATIVES:
        if key in whole:
            found = _products(found, (each for part in whole[key] for each in variants(document, part)))
    return found


def _products(left: Iterable[Document], right: Iterable[Document]) -> list[Document]:
    merged = [_merge(one, other) for one, other in product(left, right)]
    different = {json.dumps(each, sort_keys=True): each for each in merged}
    return list(different.values()) if len(different) <= MOST else [{}]


def _merge(one: Document, other: Document) -> Document:
    """A schema whose values are those of both."""
    merged = one | other
    both = one.keys() & other.keys()
    if "type" in both and {one["type"], other["type"]} == {"integer", "number"}:
        merged["type"] = "integer"
    if "enum" in both:
        merged["enum"] = [each for each in one["enum"] if each in other["enum"]]
    if "properties" in both:
        merged["properties"] = _merge_members(one["properties"], other["properties"])
    if "required" in both:
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    if "items" in both:
        merged["items"] = _both(one["items"], other["items"])
    if "additionalProperties" in both:
        merged["additionalProperties"] = _merge_rest(one["additionalProperties"], other["additionalProperties"])
    if "nullable" in merged:
        merged["nullable"] = all(each.get("nullable") for each in (one, other) if "type" in each)
    return merged


def _merge_members(one: Document, other: Document) -> Document:
    return one | {name: _both(one[name], each) if name in one else each for name, each in other.items()}


def _merge_rest(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return _both(one, other)
    return one if one is False or isinstance(one, dict) else other


def _both(one: Document, other: Document) -> Document:
    return one if one == other else {"allOf": [one, other]}
