"""Shapes: what a parameter, or a member of a form, can be read from its text as, by its schema and its style."""

from collections.abc import Iterator
from typing import Any

from specbound.compiled import CompiledShape
from specbound.compiler.document import Document, Refused, resolve

# The order in which text is tried as one of several types: a number is never meant as text where it may be a number.
PLAIN = ("integer", "number", "boolean", "string")
ALTERNATIVES = ("anyOf", "oneOf")


def shape(document: Document, schema: Any, place: str, style: str, explode: bool) -> CompiledShape:
    """What text is read as. Raises Refused for what no style can write: lists and objects within others."""
    # In brackets everything nests, and where members stand each for itself, one may be there several times.
    within = {"array", "object"} if style == "deepObject" else ({"array"} if style == "form" and explode else set())
    return _shape(document, schema, place, ({"array", "object"}, within), ())


def is_plain(found: CompiledShape) -> bool:
    """Whether it is text of one type."""
    return found.keys() == {"cast"} and "|" not in found["cast"]


def kinds(document: Document, schema: Any, above: tuple[int, ...] = ()) -> list[str]:
    """The types that a schema admits, but for null; none if it does not say."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if id(whole) in above:
        return []
    above = (*above, id(whole))
    declared = whole.get("type")
    if declared is not None:
        found = [declared] if isinstance(declared, str) else list(declared)
    elif "enum" in whole or "const" in whole:
        found = [_kind(each) for each in whole.get("enum", [whole.get("const")])]
    else:
        found = next(filter(None, (kinds(document, each, above) for each in whole.get("allOf", []))), [])
        alternatives = [each for key in ALTERNATIVES for each in whole.get(key, [])]
        found = found or [kind for each in alternatives for kind in kinds(document, each, above)]
        found = found or [kind for key, kind in (("properties", "object"), ("items", "array")) if key in whole]
    return [each for each in dict.fromkeys(found) if each != "null"]


def parts(document: Document, schema: Any, above: tuple[int, ...] = ()) -> Iterator[Document]:
    """The schema, and all that it is made of by allOf, anyOf and oneOf."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if id(whole) in above:
        return
    yield whole
    for key in ("allOf", *ALTERNATIVES):
        for each in whole.get(key, []):
            yield from parts(document, each, (*above, id(whole)))


def members(document: Document, schema: Any) -> Document:
    """The members of an object that its schema names, each with the first schema that it has."""
    found: Document = {}
    for each in parts(document, schema):
        found = {**each.get("properties", {}), **found}
    return found


def items(document: Document, schema: Any) -> Any:
    return next((each["items"] for each in parts(document, schema) if "items" in each), {})


def cast(document: Document, schema: Any, found: list[str]) -> str:
    """What the text of a plain value becomes."""
    plain = [each for each in PLAIN if each in found]
    if plain == ["string"] and any(each.get("format") == "uuid" for each in parts(document, schema)):
        return "uuid"
    # A whole number is a number as well.
    return "|".join(each for each in plain if each != "integer" or "number" not in plain) or "string"


def _shape(
    document: Document, schema: Any, place: str, allowed: tuple[set[str], set[str]], above: tuple[int, ...]
) -> CompiledShape:
    """`allowed` has the containers that this may be, and those that its members may be."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if id(whole) in above:
        # What contains itself is text from there on.
        return {"cast": "string"}
    found, shaped = kinds(document, whole), CompiledShape()
    here, below = allowed
    if {"array", "object"} & set(found) - here:
        raise Refused(
            f"{place}: no style writes lists or objects within others. Say with content that it is application/json."
        )
    above = (*above, id(whole))
    if "array" in found:
        deeper = (below & here if "object" in below else set(), below)
        shaped["items"] = _shape(document, items(document, whole), place, deeper, above)
    if "object" in found:
        deeper = (below, below if "object" in below else set())
        named = members(document, whole).items()
        shaped["members"] = {name: _shape(document, each, place, deeper, above) for name, each in named}
        rests = [each["additionalProperties"] for each in parts(document, whole) if "additionalProperties" in each]
        if rests and False not in rests:
            shaped["rest"] = _shape(document, rests[0], place, deeper, above)
    if not shaped or set(PLAIN) & set(found):
        shaped["cast"] = cast(document, whole, found)
    return shaped


def _kind(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
