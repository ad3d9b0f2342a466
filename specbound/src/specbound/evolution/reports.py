"""Reports of a judgement: as text, as Markdown, as JSON, and as annotations of GitHub's workflows."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from specbound.evolution.accepted import FILE
from specbound.evolution.judged import Judged, Judgement, Level

NOTHING_BREAKS = "Nothing breaks for existing clients, for what is stored, or after a rollback."
NOTHING_CHANGED = "Nothing has changed."
# By whom it is about, and whether it fails.
HEADINGS = {
    ("data", "error"): "This breaks what is stored:",
    ("data", "warning"): "Look after what is stored:",
    ("rollback", "warning"): "A rollback to the version before would break this (a warning):",
    ("clients", "warning"): "Clients should be told (a warning):",
    ("version", "warning"): "The version says less than has changed (a warning):",
}
ACCEPTED = f"This is accepted ({FILE}):"
BREAKS_NOTHING = "This is another, and breaks nothing:"
SECTIONS = {
    "clients": "Breaks clients", "data": "What is stored", "rollback": "After a rollback", "version": "Version",
    "added": "New", "changed": "Changed", "removed": "Gone", "documentation": "Documentation",
}  # fmt: skip
MOST_OPERATIONS = 3


def text(judgement: Judgement, *, with_all: bool = False) -> str:
    """The findings under what they have in common, each with its file and line; `with_all` also what breaks nothing."""
    groups: dict[str, list[Judged]] = {each: [] for each in (_breaking(judgement), *HEADINGS.values(), ACCEPTED)}
    groups[BREAKS_NOTHING] = []
    for each in judgement.judged:
        groups[_heading(judgement, each)].append(each)
    if not with_all:
        del groups[BREAKS_NOTHING]
    lines = [line for heading, found in groups.items() if found for line in (heading, *map(_line, found))]
    return "\n".join(lines or [NOTHING_CHANGED if with_all else NOTHING_BREAKS])


def _heading(judgement: Judgement, each: Judged) -> str:
    if each.breaks_nothing:
        return BREAKS_NOTHING
    if each.accepted is not None:
        return ACCEPTED
    is_breaking = each.about == "clients" and each.level != "warning"
    return _breaking(judgement) if is_breaking else HEADINGS[each.about, each.level]


def _breaking(judgement: Judgement) -> str:
    if judgement.may_break:
        return f"Version {judgement.later} breaks clients of version {judgement.earlier}, as a new major version may:"
    return (
        f"This breaks existing clients of version {judgement.earlier} (keep what they rely on, or make it a new major "
        "version):"
    )


def _line(each: Judged) -> str:
    return f"- {each.file}:{each.line}: {_said(each)}"


def _said(each: Judged) -> str:
    after = each.advice if each.accepted is None else each.accepted.reason
    return f"{each.place}: {each.what}.{after and f' {after}'}"


def markdown(judgement: Judgement, *, with_all: bool = True) -> str:
    """A changelog, of all changes or of what breaks something; that comes first, words for people last."""
    judged = _chosen(judgement, with_all)
    lines = [f"# Changes from {judgement.earlier} to {judgement.later}", ""]
    if judgement.due is not None:
        lines += [f"By what has changed, version {judgement.due} is due.", ""]
    for name, heading in SECTIONS.items():
        found = [each for each in judged if _section(each) == name]
        if found:
            lines += [f"## {heading}", "", *map(_item, found), ""]
    return "\n".join(lines if judged else [*lines, NOTHING_CHANGED if with_all else NOTHING_BREAKS])


def _chosen(judgement: Judgement, with_all: bool) -> list[Judged]:
    return [each for each in judgement.judged if with_all or not each.breaks_nothing]


def _section(each: Judged) -> str:
    return each.kind if each.about == "contract" else each.about


def _item(each: Judged) -> str:
    level = "" if each.level == "info" else f" **{each.level}**:"
    notes = [each.advice]
    if each.accepted is not None:
        until = f" until {each.accepted.until}" if each.accepted.until else ""
        notes = [f"Accepted{until}: {each.accepted.reason}"]
    elif each.operations:
        rest = len(each.operations) - MOST_OPERATIONS
        more = f" and {rest} more" if rest > 0 else ""
        notes.append(f"For {', '.join(each.operations[:MOST_OPERATIONS])}{more}.")
    return " ".join(
        [f"-{level} {_code(each.place)}: {_code(each.what)}", *filter(None, notes), f"({each.file}:{each.line})"]
    )


def _code(value: str) -> str:
    """A code span that may hold backquotes, on one line."""
    value = " ".join(value.split())
    return f"`` {value} ``" if "`" in value else f"`{value}`"


def as_json(judgement: Judgement, least: Level, *, with_all: bool = True) -> str:
    """A judgement, whole or of what breaks something; `fails` if something is of at least that level."""
    said = {
        "earlier": judgement.earlier,
        "later": judgement.later,
        "due": judgement.due,
        "fails": judgement.fails(least),
        "changes": [_members(each) for each in _chosen(judgement, with_all)],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _members(each: Judged) -> dict[str, Any]:
    said = {name: value for name, value in asdict(each).items() if name != "accepted"}
    if each.accepted is not None:
        until = each.accepted.until
        said["accepted"] = {"reason": each.accepted.reason, "until": until and until.isoformat()}
    return said


def annotations(judgement: Judgement, folder: Path, workspace: Path) -> Iterator[str]:
    """Workflow commands, by which GitHub shows errors and warnings at their lines in a pull request.

    Files are told from the workspace. What is escaped, and how, is as in actions/toolkit, packages/core/src/command.ts.
    """
    for each in judgement.judged:
        if each.level != "info":
            file = (folder / each.file).resolve()
            name = file.relative_to(workspace) if file.is_relative_to(workspace) else file
            said = {"file": name.as_posix(), "line": str(each.line), "title": f"{each.about}: {each.place}"}
            where = ",".join(f"{key}={_property(value)}" for key, value in said.items())
            yield f"::{each.level} {where}::{_data(_said(each))}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
