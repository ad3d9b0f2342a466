"""Deprecation periods: what was said to end may go from its sunset on, and none comes sooner than it was promised."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from specbound.compiler.document import Document
from specbound.compiler.grammar import SUNSET
from specbound.compiler.sunsets import sunset
from specbound.evolution.findings import NOTHING

SOONER = "Clients were told the later day: keep it."


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Periods:
    """`days` lie at least between the release that says that something ends, and its end."""

    days: int = 0
    today: date = field(default_factory=_today)

    def is_over(self, was: Any) -> bool:
        """Whether what is gone was deprecated, and had come to its end."""
        end = _end(was)
        return end is not None and end <= self.today

    def advice(self, was: Any, otherwise: str) -> str:
        """What to do about something that is gone before its end."""
        end = _end(was)
        if end is not None:
            return f"It was to last until {end}: keep it until then."
        if isinstance(was, dict) and was.get("deprecated") is True:
            return f"It is deprecated, and nothing says until when: say `{SUNSET}`, and keep it until then."
        return otherwise

    def changed(self, before: Document, after: Document) -> Iterator[tuple[Any, Any, str]]:
        """What was said of an end and is said now, with what to do, where clients have less time than promised."""
        was, now = _end(before), _end(after)
        if now is None or was == now:
            return
        own = before[SUNSET] if was is not None else NOTHING
        if was is not None and now < was:
            yield own, after[SUNSET], SOONER
        elif now < (least := self.today + timedelta(days=self.days)):
            yield own, after[SUNSET], f"Clients have {self.days} days after they are told: say {least} or later."


def _end(said: Any) -> date | None:
    """The sunset of what is deprecated; None without, and for one that is no day."""
    return sunset(said.get(SUNSET)) if isinstance(said, dict) and said.get("deprecated") is True else None
