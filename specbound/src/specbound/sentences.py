"""Violations in words: what a keyword of JSON Schema asks of a value, the half of a sentence that begins "must"."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

TYPES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
FORMATS = {
    "date": "be a date (RFC 3339), such as 2026-01-31",
    "date-time": "be a date and time with its offset (RFC 3339), such as 2026-01-31T09:30:00Z",
    "email": "be an e-mail address (RFC 5321), such as ada@example.com",
    "hostname": "be a host name (RFC 1123), such as www.example.com",
    "ipv4": "be an IPv4 address, such as 192.0.2.1",
    "ipv6": "be an IPv6 address (RFC 4291), such as 2001:db8::1",
    "uri": "be a URI with its scheme (RFC 3986), such as https://example.com/",
    "uri-reference": "be a URI, or the end of one (RFC 3986)",
    "uuid": "be a UUID, such as 7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
}
# Keywords that ask one thing together. What is not here asks it of a value's members, or of nothing.
TOGETHER = (
    ("type",), ("enum",), ("not",), ("anyOf",), ("oneOf",), ("format", "pattern"), ("minLength",), ("maxLength",),
    ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"), ("multipleOf",), ("minItems",), ("maxItems",),
    ("uniqueItems",), ("minProperties",), ("maxProperties",),
)  # fmt: skip
KINDS = {"items": "item", "additionalProperties": "other member"}
FORM = "have the form that the contract describes"


def demands(schema: Schema) -> list[tuple[str, Schema]]:
    """What a schema asks of a value itself: each demand as a sentence, with the part of the schema that makes it."""
    return [(sentence(_phrase(schema, part)), part) for part in _parts(schema)]


def sentence(phrase: str) -> str:
    return f"does not {phrase}" if phrase.startswith(FORM) else f"must {phrase}"


def _parts(schema: Schema) -> Iterator[Schema]:
    parts = ({key: schema[key] for key in keywords if schema.get(key, False) is not False} for keywords in TOGETHER)
    return filter(None, parts)


def _phrase(schema: Schema, part: Schema) -> str:
    keyword, value = next(iter(part.items()))
    match keyword:
        case "pattern":
            return f"{FORM}: {schema['description']}" if "description" in schema else FORM
        case "minimum":
            return f"be {'more than' if schema.get('exclusiveMinimum') else 'at least'} {_literal(value)}"
        case "maximum":
            return f"be {'less than' if schema.get('exclusiveMaximum') else 'at most'} {_literal(value)}"
    return PHRASES[keyword](value)


def _type(types: str | Iterable[str]) -> str:
    return "be " + " or ".join(TYPES[each] for each in ([types] if isinstance(types, str) else types))


def _enum(values: Sequence[Any]) -> str:
    return f"be {'one of ' * (len(values) > 1)}{', '.join(map(_literal, values))}"


def _not(schema: Schema) -> str:
    match _all(schema):
        case []:
            return "be left out"
        case [one]:
            return one.removeprefix("not ") if one.startswith("not ") else f"not {one}"
        case several:
            return f"not {_joined(several)} at once"


def _any_of(schemas: Iterable[Schema]) -> str:
    return "either " + ", or ".join(map(_whole, schemas))


def _one_of(schemas: Iterable[Schema]) -> str:
    return "do exactly one of these: " + "; ".join(map(_whole, schemas))


def _count(bound: str, unit: str) -> Callable[[int], str]:
    return lambda number: f"have {bound} {number} {unit}{'s' * (number != 1)}"


PHRASES: Mapping[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "not": _not,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "format": FORMATS.__getitem__,
    "minLength": _count("at least", "character"),
    "maxLength": _count("at most", "character"),
    "multipleOf": lambda number: f"be a multiple of {_literal(number)}",
    "minItems": _count("at least", "item"),
    "maxItems": _count("at most", "item"),
    "uniqueItems": lambda _: "have no item twice",
    "minProperties": _count("at least", "member"),
    "maxProperties": _count("at most", "member"),
}


def _whole(schema: Schema) -> str:
    return _joined(_all(schema)) or "be anything"


def _all(schema: Schema) -> list[str]:
    """Everything that a schema asks, of a value and of its members."""
    found = [_phrase(schema, part) for part in _parts(schema)]
    found += [phrase for each in schema.get("allOf", ()) for phrase in _all(each)]
    if "required" in schema:
        found.append(f"have {_joined(schema['required'])}")
    members = {f"in {name}": each for name, each in schema.get("properties", {}).items()}
    members |= {f"in each {kind}": schema[key] for key, kind in KINDS.items() if isinstance(schema.get(key), dict)}
    found += [f"{where} {_joined(phrases)}" for where, each in members.items() if (phrases := _all(each))]
    if schema.get("additionalProperties") is False:
        found.append(f"have no member{' but ' * ('properties' in schema)}{_joined(schema.get('properties', ()))}")
    return found


def _joined(phrases: Iterable[str]) -> str:
    *most, last = [*phrases] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _literal(value: Any) -> str:
    """A value of the contract as a person would write it: text in quotes only where it would be misread."""
    return value if isinstance(value, str) and _is_plain(value) else json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether a text, without quotes, is taken for nothing but itself: for no number, say, and not for two values."""
    if text.strip() != text or "," in text or not text.isprintable():
        return False
    try:
        json.loads(text)
    except ValueError:
        return text != ""
    return False
