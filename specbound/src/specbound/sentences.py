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
    "time": "be a time of day with its offset (RFC 3339), such as 09:30:00Z",
    "duration": "be a duration (RFC 3339, appendix A), such as P3DT12H",
    "date-time-local": "be a date and time without offset, such as 2026-01-31T09:30:00",
    "time-local": "be a time of day without offset, such as 09:30:00",
    "http-date": "be a date as HTTP writes it (RFC 9110), such as Sat, 31 Jan 2026 09:30:00 GMT",
    "idn-email": "be an e-mail address (RFC 6531), such as ada@example.com",
    "idn-hostname": "be a host name (RFC 5890), such as www.example.com",
    "iri": "be an IRI with its scheme (RFC 3987), such as https://example.com/",
    "iri-reference": "be an IRI, or the end of one (RFC 3987)",
    "uri-template": "be a URI template (RFC 6570), such as /orders/{orderId}",
    "json-pointer": "be a JSON pointer (RFC 6901), such as /items/0",
    "relative-json-pointer": "be a relative JSON pointer, such as 1/items",
    "regex": "be a regular expression (ECMA-262)",
    "byte": "be base64 (RFC 4648, section 4)",
    "base64url": "be base64url (RFC 4648, section 5)",
    "decimal": "be a decimal number, such as 19.99",
    "decimal128": "be a decimal number of 128 bits, such as 19.99 or 2E-7",
    "media-range": "be a media range (RFC 9110), such as text/*",
    "sf-string": "be a structured field's string (RFC 8941), in double quotes",
    "sf-token": "be a structured field's token (RFC 8941), such as gzip",
    "sf-binary": "be a structured field's byte sequence (RFC 8941), base64 between colons",
    "sf-boolean": "be a structured field's boolean (RFC 8941): ?0 or ?1",
    "sf-decimal": "be a structured field's decimal (RFC 8941), such as 19.99",
    "sf-integer": "be a structured field's integer (RFC 8941), such as 42",
}
# Keywords that ask one thing together. What is not here asks it of a value's members, or of nothing.
TOGETHER = (
    ("type",), ("enum",), ("const",), ("not",), ("anyOf",), ("oneOf",), ("format", "pattern"), ("minLength",),
    ("maxLength",), ("minimum",), ("exclusiveMinimum",), ("maximum",), ("exclusiveMaximum",), ("multipleOf",),
    ("minItems",), ("maxItems",), ("uniqueItems",), ("contains", "minContains", "maxContains"), ("minProperties",),
    ("maxProperties",), ("propertyNames",), ("dependentRequired",),
)  # fmt: skip
KINDS = {"items": "item", "additionalProperties": "other member"}
FORM = "have the form that the contract describes"
FALLBACK = f"does not {FORM}"
# So many characters of a pattern say something to a person.
READABLE = 80
# What is for the other side alone is shut out here, and says whose it is.
HIDDEN = {
    "readOnly": "be left out: it is read-only, and only replies have it",
    "writeOnly": "be left out: it is write-only, and only requests have it",
}


def demands(schema: Schema) -> list[tuple[str, Schema]]:
    """What a schema asks of a value itself: each demand as a sentence, with the part of the schema that makes it."""
    return [(sentence(_phrase(schema, part)), part) for part in _parts(schema)]


def sentence(phrase: str) -> str:
    return f"does not {phrase}" if phrase.startswith(FORM) else f"must {phrase}"


def _parts(schema: Schema) -> Iterator[Schema]:
    for keywords in TOGETHER:
        # How many are asked for is read beside what they are.
        is_asked = any(key in schema for key in keywords) and not (
            "minContains" in keywords and "contains" not in schema
        )
        part = {key: schema[key] for key in keywords if key in schema and (key == "const" or schema[key] is not False)}
        if is_asked and part:
            yield part


def _phrase(schema: Schema, part: Schema) -> str:
    keyword, value = next(iter(part.items()))
    match keyword:
        case "pattern":
            return _form(value, schema.get("description", ""))
        case "multipleOf" if "description" in schema:
            return f"{PHRASES[keyword](value)}: {schema['description']}"
        case "not" if hidden := schema.keys() & HIDDEN:
            return HIDDEN[min(hidden)]
        case "contains":
            return _contains(part)
    return PHRASES[keyword](value)


def _form(pattern: str, description: str) -> str:
    """A pattern in the contract's own words, by itself where it has none, and not at all where it is beyond reading."""
    if description:
        return f"be as described: {description}"
    return f"match {pattern}" if len(pattern) <= READABLE else FORM


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


def _contains(schema: Schema) -> str:
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    bounds = [f"at least {least}"] * (least > 0) + [f"at most {most}"] * (most is not None)
    return f"have {' and '.join(bounds) or 'any number of'} items that are these: {_whole(schema['contains'])}"


def _together(dependent: Mapping[str, Iterable[str]]) -> str:
    pairs = (f"{_joined(needed)} where it has {name}" for name, needed in dependent.items())
    return f"have {', '.join(pairs)}"


def _count(bound: str, unit: str) -> Callable[[int], str]:
    return lambda number: f"have {bound} {number} {unit}{'s' * (number != 1)}"


PHRASES: Mapping[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value: f"be {_literal(value)}",
    "not": _not,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "format": lambda name: FORMATS.get(name, f"have the format {name}"),
    "minimum": lambda number: f"be at least {_literal(number)}",
    "exclusiveMinimum": lambda number: f"be more than {_literal(number)}",
    "maximum": lambda number: f"be at most {_literal(number)}",
    "exclusiveMaximum": lambda number: f"be less than {_literal(number)}",
    "minLength": _count("at least", "character"),
    "maxLength": _count("at most", "character"),
    "multipleOf": lambda number: f"be a multiple of {_literal(number)}",
    "minItems": _count("at least", "item"),
    "maxItems": _count("at most", "item"),
    "uniqueItems": lambda _: "have no item twice",
    "minProperties": _count("at least", "member"),
    "maxProperties": _count("at most", "member"),
    "propertyNames": lambda schema: f"have members whose names are these: {_whole(schema)}",
    "dependentRequired": _together,
}


def _whole(schema: Schema | bool) -> str:
    return _joined(_all(schema)) or "be anything"


def _all(schema: Schema | bool) -> list[str]:
    """Everything that a schema asks, of a value and of its members."""
    if isinstance(schema, bool):
        return [] if schema else ["be left out"]
    found = [_phrase(schema, part) for part in _parts(schema)]
    if "$ref" in schema:
        # What contains itself would never come to its end.
        found.append(f"be as the contract describes {schema['$ref'].rpartition('/')[2]}")
    found += [phrase for each in schema.get("allOf", ()) for phrase in _all(each)]
    if schema.get("required"):
        found.append(f"have {_joined(schema['required'])}")
    members = {f"in {name}": each for name, each in schema.get("properties", {}).items()}
    members |= {f"in each {kind}": schema[key] for key, kind in KINDS.items() if isinstance(schema.get(key), Mapping)}
    members |= {f"in item {index}": each for index, each in enumerate(schema.get("prefixItems", ()), 1)}
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
