"""Header fields and query parameters: wherever an event has them, however spelled, and what they say (RFC 9110).

Every pattern here takes a time that grows with the length of a field, and no faster: where two parts of one could take
the same character, the first takes it for good (`*+`).
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from specbound.patterns import pattern

# What may stand around a value, and is no part of it (section 5.5).
BLANKS = " \t"
# Longer numbers are not written out.
HUGE = 1e300
# Section 8.8.3. The contract lets the quotes be left out around letters and digits.
TAG = pattern(r'(W/)?(?:"([!#-~\x80-\xff]*)"|([0-9A-Za-z]++))')
WORD = "[!#$%&'*+.^_`|~0-9A-Za-z-]++"
# Beyond ASCII, a gateway may have read the bytes as characters, in UTF-8.
QUOTED = r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[^\x00-\x08\x0a-\x1f\x7f])*+"'
# Sections 8.3.1 and 5.6.6. No part of the grammar, and taken all the same: space around "=", and a URI without quotes,
# as many write one behind `profile` (RFC 6906, section 3.1).
VALUE = r"[!#$%&'()*+./:=?@\[\]^_`|~0-9A-Za-z-]++"
PARAMETER = rf"({WORD})[\t ]*+=[\t ]*+({VALUE}|{QUOTED})"
MEDIA_TYPE = pattern(rf"({WORD}/{WORD})((?:[\t ]*;(?:[\t ]*{PARAMETER})?)*+)")
# https://www.iana.org/assignments/character-sets, and the label that web browsers take as well. ASCII is a part of it.
UTF_8 = {"utf-8", "utf8", "csutf8", "us-ascii", "ascii"}
# RFC 9651, section 3.3.3: a String of a structured field.
STRING = pattern(r'"((?:[ !#-\[\]-~]|\\["\\])++)"')


class NoText(Exception):
    """A value that should be text is none, or a name that should be a field's."""


def read_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """The event's header fields by their names in lower case; the lines of one name, in whatever case, are one list.

    So says RFC 9110, sections 5.1 and 5.3. A field that takes no list (Content-Type, Idempotency-Key) and was sent
    twice thereby has a value that the contract refuses. Raises NoText.
    """
    single, multiple, cookies = event.get("headers"), event.get("multiValueHeaders"), event.get("cookies")
    if not multiple and not cookies and isinstance(single, dict) and _is_read(single):
        return single
    lines = _merge(_lines(multiple), _lines(single))
    if cookies is not None:
        # An HTTP API takes cookies out of the headers (payload 2.0). They are joined as RFC 9113, section 8.2.3 does.
        lines["cookie"] = [*lines.get("cookie", ()), *_texts(cookies)]
    return {name: ("; " if name == "cookie" else ", ").join(filter(None, texts)) for name, texts in lines.items()}


def readable_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Of an event whose header fields can't be read, those that can: enough to answer its caller."""
    headers = {}
    for table in (event.get("multiValueHeaders"), event.get("headers")):
        for name, value in table.items() if isinstance(table, dict) else ():
            text = value[-1] if isinstance(value, list) and value else value
            if isinstance(name, str) and isinstance(text, str):
                headers[name.lower()] = text.strip(BLANKS)
    return headers


def is_unicode(text: str) -> bool:
    """Whether nothing in a text is half of a surrogate pair, which JSON can write and nobody can have sent."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_query(event: Mapping[str, Any]) -> str:
    """The query of an event that holds its parameters decoded, as it may have been sent. Raises NoText."""
    single, multiple = event.get("queryStringParameters"), event.get("multiValueQueryStringParameters")
    if not single and not multiple:
        return ""
    multiple, single = _table(multiple), _table(single)
    return "&".join(
        f"{_quoted(name)}={_quoted(value)}"
        for name, values in ({**single, **multiple}).items()
        for value in _texts(values)
    )


def normalise(name: str, value: str) -> str:
    """The value of a field in the one spelling that the contract's schema is asked about.

    Space around it is no part of it, nor are quotes around a key. All else is left for the contract to judge.
    """
    value = value.strip(BLANKS)
    match name:
        case "if-match" | "if-none-match":
            return _as_bytes(value)
        case "idempotency-key":
            return _bare_key(value)
    return value


def entity_tags(value: str) -> list[tuple[str, str]]:
    """Each tag of a list, and before it `W/` if it is weak, a prefix that does not come in lower case."""
    return [(weak, quoted or bare) for weak, quoted, bare in TAG.findall(value)]


def media_type(text: str) -> tuple[str, dict[str, str]] | None:
    """A media type in lower case, and its parameters; None for what is not of the grammar (RFC 9110, section 8.3.1)."""
    found = MEDIA_TYPE.fullmatch(text.strip(BLANKS))
    if found is None:
        return None
    parameters = {name.lower(): unquoted(value) for name, value in re.findall(PARAMETER, found[2])}
    return found[1].lower(), parameters


def is_utf_8(parameters: Mapping[str, str]) -> bool:
    """Whether JSON of a media type with these parameters is JSON.

    JSON knows none: one adds nothing, whatever it is (RFC 8259, section 11). Only a charset that contradicts it is
    taken at its word.
    """
    return parameters.get("charset", "utf-8").lower() in UTF_8


def codings(content_encoding: str) -> list[str]:
    """What was done to a body, in order; `identity` is nothing (RFC 9110, section 8.4)."""
    names = (each.strip(BLANKS).lower() for each in content_encoding.split(","))
    return [name for name in names if name not in ("", "identity")]


def _is_read(table: dict[Any, Any]) -> bool:
    """Whether a table is already what is read from it, as an HTTP API's is: this is asked of every request."""
    try:
        names, values = "\n".join(table), "\n".join(table.values())
    except TypeError:
        return False
    has_blanks = " \n" in values or "\n " in values or "\t" in values or values.strip(BLANKS) != values
    return names == names.lower() and _is_name(names) and not has_blanks and is_unicode(values)


def _is_name(name: str) -> bool:
    """Whether it can be a field's name: space before the colon must be refused (RFC 9112, section 5.1)."""
    return name.isascii() and " " not in name and "\t" not in name


def _lines(table: Any) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for name, value in _table(table).items():
        if not _is_name(name):
            raise NoText
        if texts := [text.strip(BLANKS) for text in _texts(value)]:
            lines.setdefault(name.lower(), []).extend(texts)
    return lines


def _merge(multiple: dict[str, list[str]], single: dict[str, list[str]]) -> dict[str, list[str]]:
    """All lines: `headers` holds the last of those in `multiValueHeaders`, or all of them joined, or others."""
    for name, texts in single.items():
        lines = multiple.get(name, [])
        known = {*lines, ",".join(lines), ", ".join(lines)} if lines else ()
        multiple[name] = lines + [text for text in texts if text not in known]
    return multiple


def _table(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise NoText
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value if (text := _text(each)) is not None]
    text = _text(value)
    return [] if text is None else [text]


def _text(value: Any) -> str | None:
    """A value as text. Local runners write a number as one, and what is missing as null. Raises NoText."""
    if value is None or (isinstance(value, str) and is_unicode(value)):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value) if abs(value) < HUGE else "inf"
    raise NoText


def _quoted(text: str) -> str:
    # What may delimit the items of a list is left as it is: whether it was encoded, such an event does not tell.
    return quote_plus(text, safe=",|", errors="surrogatepass")


def _as_bytes(value: str) -> str:
    """The bytes of entity tags mean no characters; a gateway may have read them as some, in UTF-8."""
    is_read = not value.isascii() and max(value) > "\xff"
    return value.encode(errors="replace").decode("latin-1") if is_read else value


def _bare_key(value: str) -> str:
    """The key itself. `"8e03978e"`, a structured field's String, and `8e03978e` are the same key.

    The quotes are what the draft of the header writes around a key, and none of it (draft-ietf-httpapi-
    idempotency-key-header, section 2.1); a client that learns to write them must not do a request twice.
    """
    found = STRING.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else value


def unquoted(value: str) -> str:
    """A parameter's value without the quotes and backslashes that it may be written with."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
