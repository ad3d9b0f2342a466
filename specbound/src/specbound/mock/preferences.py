"""Preferences: what a caller asks of the mock for one request, in the header `Prefer` (RFC 7240)."""

import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

# token [= value], the value a token or in quotes; parameters after a semicolon are let be (section 2).
PREFERENCE = re.compile(
    r"""\s*(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(=\s*("(?P<quoted>([^"\\]|\\.)*)"|(?P<plain>[^\s",;]*)))?"""
    r"""\s*(;([^",]|"([^"\\]|\\.)*")*)?(,|$)"""
)
CODE = re.compile("[2-5][0-9]{2}")
DURATION = re.compile(r"(?P<number>[0-9]{1,6}(\.[0-9]{1,3})?)(?P<unit>ms|s|)")
LONGEST_SECONDS = 60.0


@dataclass
class Preferences:
    """What is asked for: a status, an example by its name, data that is `dynamic` (made, though there are examples), a
    delay in seconds; `is_strict` if what can't be done is to be refused.

    `applied` has what was done, as it is told in `Preference-Applied`, `ignored` says of the rest why not.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    delay: float | None = None
    is_strict: bool = False
    applied: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether nothing else is asked for than is answered anyway."""
        return self.code is None and self.example is None and not self.dynamic


ASKED: ContextVar[Preferences] = ContextVar("ASKED")
"""Those of the request that is being answered."""


def read(lines: Iterable[str]) -> Preferences:
    """What the lines of the header say; of a preference that is there twice, the first is meant (section 2)."""
    found: dict[str, str] = {}
    for name, value in _pairs(",".join(lines)):
        found.setdefault(name, value)
    made = Preferences()
    if (code := found.get("code")) is not None:
        if CODE.fullmatch(code):
            made.code = int(code)
        else:
            made.ignored.append(f"code={code} is no status from 200 to 599")
    made.example = found.get("example") or None
    made.dynamic = found.get("dynamic", "").lower() == "true"
    if (delay := found.get("delay")) is not None:
        made.delay = seconds(delay)
        if made.delay is None:
            made.ignored.append(f"delay={delay} is no time: write 200ms or 1.5s, up to {LONGEST_SECONDS:.0f}s")
        else:
            made.applied.append(f"delay={delay}")
    made.is_strict = found.get("handling", "").lower() == "strict"
    return made


def seconds(text: str) -> float | None:
    """`200ms`, `1.5s`, or milliseconds without a unit, in seconds; None for anything else, and for what is too long."""
    found = DURATION.fullmatch(text)
    if not found:
        return None
    value = float(found["number"]) / (1 if found["unit"] == "s" else 1000)
    return value if value <= LONGEST_SECONDS else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """What is not of the grammar is not read."""
    position = 0
    while position < len(text):
        found = PREFERENCE.match(text, position)
        if found is None:
            position = text.find(",", position) + 1 or len(text)
            continue
        position = max(found.end(), position + 1)
        quoted = found["quoted"]
        yield found["name"].lower(), found["plain"] or "" if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
