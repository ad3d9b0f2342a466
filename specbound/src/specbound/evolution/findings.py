"""Findings: what a change of the contract breaks, for whom, where, and what to do about it."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from specbound.compiler.mistakes import Place

NOTHING = object()
LONGEST = 60


@dataclass(frozen=True)
class Finding:
    """`breaks` says for whom. `place` is in the contract's words, `steps` the way to it in the later contract.

    One that does not fail is a warning: it tells what to do, and does not forbid the change.
    """

    breaks: Literal["clients", "data", "rollback", "version"]
    place: str
    what: str
    advice: str
    steps: Place = field(default=(), compare=False)
    fails: bool = True

    @property
    def level(self) -> str:
        return "error" if self.fails else "warning"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.advice}"


def change(before: Any, after: Any) -> str:
    """`now 5`, `was 5` or `5 → 6`; NOTHING stands for what is not there."""
    if before is NOTHING:
        return f"now {show(after)}"
    return f"was {show(before)}" if after is NOTHING else f"{show(before)} → {show(after)}"


def show(value: Any) -> str:
    """A value as JSON, cut where it gets long; the same whatever the order of its members."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text[: LONGEST - 3]}…" if len(text) > LONGEST else text
