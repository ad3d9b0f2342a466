"""allOf, oneOf and anyOf written out: the plain schemas that a value may be one of, as far as types tell them apart."""

import json
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from specbound.compiler.dialect import DESCRIPTIVE, modern
from specbound.compiler.document import Document, Refused
from specbound.compiler.pointers import NOTHING
from specbound.compiler.references import Pointers

# What of a schema a type can say.
SAYS = ("type", "enum", "properties", "patternProperties", "required", "items", "prefixItems", "additionalProperties")
ALTERNATIVES = ("oneOf", "anyOf")
# Beyond that nobody reads the union, and what is in none of them is known of no value.
MOST = 32
# Of references within references.
DEEPEST = 50
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str, "boolean": bool, "null": type(None), "object": dict, "array": list, "integer": int,
    "number": (int, float),
}  # fmt: skip


def variants(document: Document, schema: Any, above: tuple[Any, ...] = ()) -> list[Document]:
    """The plain schemas whose values together are all that this one takes; one that says nothing if they are many.

    They are JSON Schema 2020-12, of one type each. What contains itself says nothing more the second time.
    """
    said = modern(document, schema)
    found = _typed({key: said[key] for key in SAYS if key in said}, said)
    for part in said.get("allOf", ()):
        found = _products(found, variants(document, part, above))
    if "$ref" in said:
        found = _products(found, _referred(document, said["$ref"], above))
    for key in ALTERNATIVES:
        if key in said:
            found = _products(found, (each for part in said[key] for each in variants(document, part, above)))
    return found


def target(document: Document, reference: Any) -> tuple[Any, tuple[str, ...] | None]:
    """What a reference leads to, and the steps to it; anything, and None, if that depends on an $id around it."""
    try:
        return Pointers(document).target(reference)
    except Refused:
        return {}, None


def says(document: Document, schema: Any, keyword: str) -> Any:
    """What a schema says by a keyword: itself, by what it refers to, or by a part of its allOf; else NOTHING."""
    pending, seen = [schema], []
    while pending:
        said = modern(document, pending.pop(0))
        if keyword in said:
            return said[keyword]
        if "$ref" in said and said["$ref"] not in seen:
            seen.append(said["$ref"])
            pending.append(target(document, said["$ref"])[0])
        pending += said.get("allOf", ())
    return NOTHING


def choice(document: Document, schema: Any) -> list[Any]:
    """Of a schema that says nothing but that it is one of others: those."""
    said = modern(document, schema)
    names = [*(said.keys() - DESCRIPTIVE - {"discriminator", "default", "readOnly", "writeOnly"})]
    is_choice = names in (["oneOf"], ["anyOf"]) or (names == ["allOf"] and len(said["allOf"]) == 1)
    return list(said[names[0]]) if is_choice else []


def _referred(document: Document, reference: Any, above: tuple[Any, ...]) -> list[Document]:
    if reference in above or len(above) > DEEPEST:
        return [{}]
    return variants(document, target(document, reference)[0], (*above, reference))


def _typed(plain: Document, said: Document) -> list[Document]:
    """One for each of its types."""
    if "const" in said:
        plain["enum"] = [said["const"]]
    if said.get("not") == {}:
        return []
    types = plain.pop("type", None)
    if types is None:
        return [plain]
    return [
        each
        for name in ([types] if isinstance(types, str) else types)
        if (each := _of_type(plain, name)).get("enum") != []
    ]


def _of_type(plain: Document, name: str) -> Document:
    typed = plain | {"type": name}
    if "enum" in plain:
        typed["enum"] = [each for each in plain["enum"] if _is_of(each, name)]
    return typed


def _is_of(value: Any, name: str) -> bool:
    is_kind = isinstance(value, KINDS.get(name, object))
    return is_kind and (name == "boolean" or not isinstance(value, bool))


def _products(left: Iterable[Document], right: Iterable[Document]) -> list[Document]:
    merged = [each for one, other in product(left, right) for each in _merge(one, other)]
    different = {json.dumps(each, sort_keys=True): each for each in merged}
    return list(different.values()) if len(different) <= MOST else [{}]


def _merge(one: Document, other: Document) -> Iterator[Document]:
    """A schema whose values are those of both; none if there are no such values."""
    merged = one | other
    both = one.keys() & other.keys()
    if "type" in both and one["type"] != other["type"]:
        if {one["type"], other["type"]} != {"integer", "number"}:
            return
        merged["type"] = "integer"
    if "enum" in merged:
        enums = [each["enum"] for each in (one, other) if "enum" in each]
        values = [each for each in enums[0] if all(each in enum for enum in enums)]
        merged["enum"] = [each for each in values if "type" not in merged or _is_of(each, merged["type"])]
    for key in ("properties", "patternProperties"):
        if key in both:
            merged[key] = _merge_members(one[key], other[key])
    if "required" in both:
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    if "items" in both:
        merged["items"] = _both(one["items"], other["items"])
    if "additionalProperties" in both:
        merged["additionalProperties"] = _merge_rest(one["additionalProperties"], other["additionalProperties"])
    yield merged


def _merge_members(one: Document, other: Document) -> Document:
    return one | {name: _both(one[name], each) if name in one else each for name, each in other.items()}


def _merge_rest(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return _both(one, other)
    return one if one is False or isinstance(one, dict) else other


def _both(one: Any, other: Any) -> Any:
    return one if one == other else {"allOf": [one, other]}
