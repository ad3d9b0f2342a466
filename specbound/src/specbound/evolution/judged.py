"""Judgement: every change of a contract with its level, where it is written, and by what it is accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from specbound.compiler.bundle import Bundle
from specbound.compiler.document import Document
from specbound.compiler.mistakes import Mistake, settled
from specbound.evolution import versions
from specbound.evolution.accepted import Accepted, accepting
from specbound.evolution.changes import Change, canonical_steps, changes
from specbound.evolution.findings import Finding, show
from specbound.evolution.uses import uses

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
About = Literal["clients", "data", "rollback", "version", "contract", "documentation"]


@dataclass(frozen=True)
class Judged:
    """One change. `about` says whom it breaks, or is `contract`, or `documentation` for words, where it breaks nobody;
    `operations` are those that a component is for.
    """

    level: Level
    about: About
    kind: str
    place: str
    what: str
    advice: str
    file: str
    line: int
    operations: tuple[str, ...] = ()
    accepted: Accepted | None = None

    @property
    def breaks_nothing(self) -> bool:
        return self.about in ("contract", "documentation")


@dataclass(frozen=True)
class Judgement:
    """`earlier` and `later` are the versions, `due` the least that the later one should be, None if it is."""

    earlier: str
    later: str
    due: str | None
    may_break: bool
    found: tuple[Finding, ...]
    judged: tuple[Judged, ...]

    def fails(self, least: Level) -> bool:
        """Whether something of at least that level is not accepted."""
        return any(LEVELS.index(each.level) >= LEVELS.index(least) for each in self.judged)


def judge(
    earlier: Document, bundle: Bundle, found: Sequence[Finding], entries: Sequence[Accepted], today: date
) -> Judgement:
    """What is found, and all else that has changed, in the order of the files and lines."""
    later = bundle.document
    was, now = (str(each["info"]["version"]) for each in (earlier, later))
    may_break = versions.may_break(was, now)
    every = changes(earlier, later)
    weight = _weight(found, every, entries, today)
    due = versions.due(was, now, weight)
    if due is not None and weight != "patch":
        advice = f"By what has changed a {weight} version is due, {due}."
        found = [*found, Finding("version", "info version", show(now), advice, ("#", "info", "version"), fails=False)]
    told = [*_findings(found, entries, bundle, today, may_break), *_rest(earlier, bundle, found)]
    ordered = sorted(told, key=lambda each: (each.file, each.line, each.place))
    return Judgement(was, now, due, may_break, tuple(found), tuple(ordered))


def _weight(found: Sequence[Finding], every: Sequence[Change], entries: Sequence[Accepted], today: date) -> str | None:
    if any(each.fails and each.breaks == "clients" and not accepting(each, entries, today) for each in found):
        return "major"
    return min((each.weight for each in every), default=None)  # "minor" before "patch"


def _findings(
    found: Sequence[Finding], entries: Sequence[Accepted], bundle: Bundle, today: date, may_break: bool
) -> Iterator[Judged]:
    for each in found:
        by = accepting(each, entries, today)
        is_allowed = by is not None or (each.breaks == "clients" and may_break)
        level: Level = "info" if is_allowed else "error" if each.fails else "warning"
        file, line = _where(bundle, each.steps)
        kind = "removed" if each.what.startswith("was ") else "added" if each.what.startswith("now ") else "changed"
        yield Judged(level, each.breaks, kind, each.place, each.what, each.advice, file, line, accepted=by)


def _rest(earlier: Document, bundle: Bundle, found: Sequence[Finding]) -> Iterator[Judged]:
    later = bundle.document
    of = uses(earlier), uses(later)
    for each in changes(earlier, later, found):
        file, line = _where(bundle, canonical_steps(later, each.steps))
        used = dict.fromkeys(name for side in of for name in each.used_by(side))
        about: About = "documentation" if each.weight == "patch" else "contract"
        yield Judged("info", about, each.kind, each.place, each.what, "", file, line, tuple(used))


def _where(bundle: Bundle, steps: tuple[Any, ...]) -> tuple[str, int]:
    steps = steps if steps[:1] == ("#",) else ("#", *steps)
    return bundle.where(settled(bundle.document, Mistake("", steps)).place[1:])
