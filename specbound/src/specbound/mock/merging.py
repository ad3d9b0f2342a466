"""Merging: a schema with all that it refers to, and that its allOf holds, as one."""

from collections.abc import Mapping
from typing import Any

from specbound.validation import DEFINITION, Definitions

Schema = Mapping[str, Any]
# What is asked `if` something else is so; in a merged schema a list of these.
CONDITIONS = "~if"
IN_CONDITIONS = ("if", "then", "else")
LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"}
UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
# Of these, what the outer schema says holds.
ABOUT = {"example", "examples", "default", "description", "additionalProperties"}


def flat(schema: Schema, definitions: Definitions, above: tuple[str, ...] = ()) -> Schema:
    """A schema without `$ref` and `allOf`, as far as one can say it; it may admit more."""
    found = {name: each for name, each in schema.items() if name not in ("$ref", "allOf", *IN_CONDITIONS)}
    if "if" in schema:
        found[CONDITIONS] = [{name: schema[name] for name in IN_CONDITIONS if name in schema}]
    reference = schema.get("$ref")
    if reference is not None and reference not in above:
        target = flat(definitions[reference.removeprefix(DEFINITION)], definitions, (*above, reference))
        found = merged(found, target)
    for part in schema.get("allOf", ()):
        if isinstance(part, Mapping):
            found = merged(found, flat(part, definitions, above))
    return found


def merged(one: Schema, other: Schema) -> dict[str, Any]:
    """What is both of two flat schemas."""
    found = dict(one)
    for name, each in other.items():
        found[name] = _both(name, found[name], each) if name in found else each
    if "oneOf" in one and "oneOf" in other and "anyOf" not in one:
        # Of two groups each has a place.
        found |= {"oneOf": one["oneOf"], "anyOf": other["oneOf"]}
    return found


def _both(name: str, one: Any, other: Any) -> Any:
    if name == "properties":
        both = {
            each: one[each] if one[each] == other[each] else {"allOf": [one[each], other[each]]}
            for each in one.keys() & other.keys()
        }
        return one | other | both
    if name in ("required", CONDITIONS):
        return [*one, *(each for each in other if each not in one)]
    if name == "enum":
        return [each for each in one if each in other]
    if name in LOWER | UPPER:
        return max(one, other) if name in LOWER else min(one, other)
    if name == "type":
        return _common(one, other)
    return one if name in ABOUT else other


def _common(one: Any, other: Any) -> Any:
    kinds, others = ([each] if isinstance(each, str) else each for each in (one, other))
    found = [kind for kind in kinds if kind in others or (kind == "integer" and "number" in others)]
    found += [kind for kind in others if kind == "integer" and "number" in kinds and kind not in found]
    return found or kinds
