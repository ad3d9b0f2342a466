"""Texts that a mock answers: of a format, of a pattern, or of a length, the same for the same number."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SHORTEST_DAY, DAYS = 1, 28
FORMATS: dict[str, Callable[[int], str]] = {
    "date-time": lambda number: f"2026-01-{_day(number):02}T09:30:00Z",
    "date": lambda number: f"2026-01-{_day(number):02}",
    "time": lambda number: f"09:{number % 60:02}:00Z",
    "duration": lambda number: f"P{_day(number)}D",
    "uuid": lambda number: str(uuid5(NAMESPACE_URL, str(number))),
    "email": lambda number: f"user{number}@example.com",
    "idn-email": lambda number: f"user{number}@example.com",
    "uri": lambda number: f"https://example.com/{number}",
    "url": lambda number: f"https://example.com/{number}",
    "iri": lambda number: f"https://example.com/{number}",
    "uri-reference": lambda number: f"/{number}",
    "iri-reference": lambda number: f"/{number}",
    "uri-template": lambda number: f"https://example.com/{number}/{{id}}",
    "hostname": lambda number: f"host{number}.example.com",
    "idn-hostname": lambda number: f"host{number}.example.com",
    "ipv4": lambda number: f"192.0.2.{number % 256}",
    "ipv6": lambda number: f"2001:db8::{number % 65536:x}",
    "json-pointer": lambda number: f"/{number}",
    "relative-json-pointer": lambda number: f"{number}/name",
    "regex": lambda number: "^[a-z]+$",
    "byte": lambda number: "bW9jaw==",
    "binary": lambda number: "mock",
    "decimal": lambda number: f"{number}.50",
}
# What a pattern often is for, in the order in which it is tried.
USUAL = (
    "2026-01-15T09:30:00.000000Z", "2026-01-15T09:30:00Z", "2026-01-15", "+12025550123", "2025550123", "123-456-7890",
    "USD", "US", "en", "en-US", "12.50", "1.0.0", "#1f6f8b", "AB123", "ABC-123", "abc", "abc-123", "ABC", "1", "12345",
    "user@example.com", "https://example.com", "example.com", "/", '"1"', "0a1b2c3d", "A1",
)  # fmt: skip


# What Hypothesis makes of a pattern without these, which it is weak at, is often what the whole pattern matches.
LOOKING_AHEAD = re.compile(r"\(\?[=!][^()]*\)")


def texts(schema: Any, name: str, number: int) -> Iterator[str]:
    """Texts that may be what a schema describes, the likeliest first; `name` is what the property is called."""
    if made := FORMATS.get(schema.get("format", "")):
        yield _long(made(number), schema)
    plain = _words(name) + (f" {number}" if number else "")
    if "pattern" not in schema:
        yield _long(plain, schema)
        return
    for each in (plain, plain.replace(" ", "-"), plain.replace(" ", ""), *(make(number) for make in FORMATS.values())):
        yield _long(each, schema)
    yield from USUAL
    yield from _matching(schema["pattern"], schema.get("minLength", 0), schema.get("maxLength", 1000), number)


def _day(number: int) -> int:
    return SHORTEST_DAY + (14 + number) % DAYS


def _words(name: str) -> str:
    """`firstName` and `first_name` as words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[A-Za-z0-9]+", spaced)).lower() or "text"


def _long(text: str, schema: Any) -> str:
    """The text, as long as the schema has it."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    while len(text) < least:
        text += f" {text}"[: least - len(text)].rstrip() or text
        text += "x" * (1 if len(text) < least and len(text) > 5 * least else 0)
    return text if most is None else text[: int(most)]


def _matching(pattern: str, least: int, most: int, number: int) -> Iterator[str]:
    """Texts that Hypothesis makes of a pattern; none of one that Python does not read."""
    # Hypothesis takes a third of a second to import, and most contracts need none of it.
    from hypothesis.errors import HypothesisException  # noqa: PLC0415

    try:
        found = _drawn(LOOKING_AHEAD.sub("", pattern))
    except (re.error, ValueError, HypothesisException):
        return
    fitting = [each for each in found if least <= len(each) <= most]
    yield from fitting[number % len(fitting) :] if fitting else ()
    yield from fitting


@cache
def _drawn(pattern: str) -> list[str]:
    """Texts of a pattern, the same each time, the plainest first."""
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415
    from hypothesis import strategies as st  # noqa: PLC0415

    found: set[str] = set()
    letters = st.characters(min_codepoint=33, max_codepoint=126)

    @settings(
        database=None, deadline=None, max_examples=60, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.from_regex(pattern, alphabet=letters) | st.from_regex(pattern))
    def collect(text: str) -> None:
        found.add(text)

    collect()
    return sorted(found, key=lambda each: (not each.isascii(), not each.isalnum(), len(each) < 3, len(each), each))
