"""Header fields and query parameters of an event: whatever the spelling, and wherever a gateway wrote them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

# What may stand around a value, and is no part of it (RFC 9110, section 5.5).
BLANKS = " \t"
# Longer numbers are not written out.
HUGE = 1e300


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
    return quote_plus(text, errors="surrogatepass")
