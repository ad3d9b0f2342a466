"""Requests and replies that are nearly what the contract describes: right ones, with one thing bent or a few."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

import orjson
from hypothesis import strategies as st

from specbound.compiled import read
from specbound.proof.generation import Answered, Draw, Sent, on_the_wire, replies, requests, statuses, write

# openapi-core's own reader stumbles over empty parameters and over semicolons in quotes.
CONTENT_TYPES = [
    "Application/JSON ; charset=UTF-8", 'application/json; profile="a b"; charset="utf8"', "text/plain", "",
    "application/json;charset=latin-1", "application/merge-patch+json", "application/json, text/plain",
]  # fmt: skip
MEDIA_TYPES = ["application/json", "application/problem+json", "text/plain"]
TEXTS = [
    "+5", " 5", "05", "5.0", "1e1", "1_0", "\u0665", "-0", "0", "-1", "101", "true", "null", "*", "%", "\0", "",
    "9" * 5000, '"1",, "2"', ', W/"a,b",', ",", '"a" "b"', "w/2",
]  # fmt: skip
# Of the forms that formats ask for, what is right though it is rare, and what is wrong by a little.
FORMS = [
    "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.000000Z", "2017-01-01T00:59:60+01:00", "2016-12-30T23:59:60Z",
    "2024-02-29t10:20:30z", "2024-02-29T24:00:00Z", "2024-02-29T10:20:30+24:00", "0000-02-29T10:20:30Z",
    "2023-02-29T10:20:30Z", "2024-02-29T10:20:30", "2024-02-29 10:20:30Z", "20240229", "10:20:30", "24:00:00Z",
    '"a b"@example.com', "a@b@c", "a@192.0.2.1", "a..b@example.com", "-a.example", "256.0.0.1", "::1::", "%zz", "%2",
    "[", "//[::1", "//a:b", "1:b", "\\", "^", "{a", "YR==", "YW-_", "P1Y2W", "(", "[a", "/~2",
]  # fmt: skip
# What Python's values would not say: it is written into the JSON as it stands.
TOKENS = [
    "5.0", "1e2", "-0", "0.001", "19.990", "1e400", "NaN", r'"\ud800"', "2147483648", "9" * 30, "9" * 5000, "[" * 2000,
]  # fmt: skip
JUNK: list[Any] = [None, True, False, 0, 1, -1, "", "a", "x" * 3000, [], {}, *map(orjson.Fragment, TOKENS)]


@st.composite
def near_requests(draw: Draw, operation_id: str) -> Sent:
    sent: Sent = draw(requests(operation_id))
    for _ in range(draw(st.integers(0, 2))):
        sent = draw(st.sampled_from(list(bent_requests(sent))))
    return sent


@st.composite
def near_replies(draw: Draw, operation_id: str) -> Answered:
    answered: Answered = draw(replies(operation_id))
    for _ in range(draw(st.integers(0, 2))):
        answered = draw(st.sampled_from(list(bent_replies(answered))))
    return answered


def bent_requests(sent: Sent) -> Iterator[Sent]:
    """The request with one thing bent, in every way that is thought of here."""
    yield from (replace(sent, query=query) for query in _queries(sent))
    yield from (replace(sent, headers=headers) for headers in _headers(sent.headers))
    for name, text in sent.path_parameters.items():
        texts = {each.replace("/", "") for each in near_texts(text)} - {""}
        yield from (replace(sent, path_parameters={**sent.path_parameters, name: each}) for each in sorted(texts))
    if sent.body:
        yield from (replace(sent, headers={**sent.headers, "content-type": each}) for each in CONTENT_TYPES)
        yield from (replace(sent, body=body) for body in [*_values(sent.body), *_near_bytes(sent.body)])


def bent_replies(answered: Answered) -> Iterator[Answered]:
    """The reply with one thing bent, in every way that is thought of here."""
    promised = statuses(answered.operation).values()
    yield from (replace(answered, status=status) for status in [*promised, 202, 418])
    yield from (replace(answered, headers=headers) for headers in _headers(answered.headers))
    yield from (replace(answered, media_type=each, body=answered.body or b"{}") for each in MEDIA_TYPES)
    yield from (replace(answered, body=body) for body in _values(answered.body or b""))


def near_texts(text: str) -> list[str]:
    """Texts that are nearly this one, and texts that are seldom right anywhere."""
    return [*_other_words(text), *FORMS]


def _other_words(text: str) -> list[str]:
    return [*_misspelt(text), text.replace("-", ""), f"{{{text}}}", text * 500, *TEXTS]


def _misspelt(text: str) -> list[str]:
    other_digits = text.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    ends = [text + each for each in ("\n", "\r\n", " ", "\0", "%zz", "[", "\\", "\U0001f600")]
    return [*ends, "\n" + text, " " + text, text.upper(), text.lower(), text * 2, text[:-1], other_digits]


def _queries(sent: Sent) -> Iterator[tuple[str, ...]]:
    """A parameter with another text, given once more, or not at all; and one that no contract names."""
    yield (*sent.query, "")
    yield (*sent.query, "unknown=5")
    for name in (each["name"] for each in sent.operation.parameters if each["in"] == "query"):
        others = tuple(pair for pair in sent.query if not pair.startswith(f"{name}="))
        text = next((pair.partition("=")[2] for pair in sent.query if pair not in others), "5")
        yield others
        yield (*others, f"{name}={_every_byte(text)}")
        yield (*others, f"{name}={quote(text)}", f"{name}={quote(text)}")
        yield from ((*others, f"{name}={quote_plus(each)}") for each in near_texts(text))


def _every_byte(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _headers(headers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A header less, or one with another text, of what HTTP lets through."""
    for name in [*headers, "if-match", "idempotency-key"]:
        others = {each: text for each, text in headers.items() if each != name}
        yield others
        for text in dict.fromkeys(map(on_the_wire, _other_words(headers.get(name, "a")))):
            yield others | {name: text}


def _near_bytes(body: bytes) -> list[bytes]:
    utf_16 = body.decode(errors="replace").encode("utf-16")
    return [body[:-1], b"\xef\xbb\xbf" + body, b" \n" + body, body + b"\xff", b"", body * 2, utf_16]


def _values(body: bytes) -> Iterator[bytes]:
    """JSON with another value at one place."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    for place, old in _places(value):
        for new in [*_near_values(old), *JUNK]:
            yield write(_with(value, place, new))


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place in a value; of a list, its first item stands for all."""
    yield place, value
    children = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for step, each in children:
        yield from _places(each, (*place, step))


def _with(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    changed = value.copy()
    changed[place[0]] = _with(value[place[0]], place[1:], new)
    return changed


def _near_values(value: Any) -> list[Any]:
    match value:
        case str():
            return [*_misspelt(value), value + "a" * (255 - len(value)), *FORMS]
        case int() | float():
            return [value + 1, value - 1, -value, value / 2, value + 0.001, str(value), *edges()]
        case list():
            return [value * 2, value[:-1], (value * 101)[:101]]
        case dict():
            less = [{each: value[each] for each in value if each != name} for name in value]
            return [*less, value | {"unknown": 1}, _twice(value)]
    return []


def _twice(members: dict[str, Any]) -> orjson.Fragment:
    """The object with its first member at its end again."""
    first = dict([next(iter(members.items()), ("unknown", 1))])
    return orjson.Fragment(write(members | first)[:-1] + b"," + write(first)[1:])


def _numbers(schema: Any) -> Iterator[float]:
    if isinstance(schema, dict):
        yield from (schema[key] for key in ("minimum", "maximum") if isinstance(schema.get(key), int | float))
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for each in children:
        yield from _numbers(each)


@cache
def edges() -> Sequence[float]:
    """Every bound of the contract, and what lies just outside."""
    found = {edge for number in _numbers(read()) for edge in (number, number - 1, number + 1)}
    return sorted(each for each in found if abs(each) < 2**53)
