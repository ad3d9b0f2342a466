"""Page of a proof, docs/conformance.md: what each part claims, what was tried, what failed, and how to try it again.

The part of the page about one part is made of its record. Of a part without one it stays as it was: parts take hours,
and are run where there is time for them.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from specbound.proof.parts import Part
from specbound.proof.records import Figure, Record, Table

HEAD = """# Conformance

<!-- `make proof` writes this page, of what its parts found (proof.toml). -->

What the contract says is enforced, both ways, and nothing else is: each part of the proof tries that in another way.
The figures are those of its last run. `make proof` runs all of them, for as long as it takes; it can be stopped, and
then goes on with the parts that are not done. `make proof PARTS=…` runs some.

| | tried | failures |
|---|---|---:|
"""
WIDTH = 120
MOST_SHOWN = 20


def page(parts: Sequence[Part], records: Mapping[str, Record], earlier: str = "") -> str:
    """The page, by the records of those parts that have one; `earlier` is the page as it was."""
    rows = dict(re.findall(r"^(\| \[([^]]+)\]\(#.*)$", earlier, re.MULTILINE))
    rows = {title: row for row, title in rows.items()}
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", earlier, re.MULTILINE | re.DOTALL))
    told, listed = [], []
    for part in parts:
        if part.name in records:
            found = records[part.name]
            listed.append(_row(part, found))
            told.append("\n\n".join([f"## {part.title}", *_section(part, found)]))
        elif part.title in rows and part.title in sections:
            listed.append(rows[part.title])
            told.append(f"## {part.title}\n{sections[part.title]}".rstrip())
        else:
            listed.append(f"| {part.title} | not run yet | |")
    return HEAD + "\n".join([*listed, ""]) + "".join(f"\n{each}\n" for each in told)


def _row(part: Part, found: Record) -> str:
    anchor = re.sub(r"[^\w\- ]", "", part.title.lower()).replace(" ", "-")
    tried = ", ".join(f"{_number(each)} {what}" for what, each in found.figures.items())
    return f"| [{part.title}](#{anchor}) | {tried} | {len(found.failures)} |"


def _section(part: Part, found: Record) -> Iterator[str]:
    yield textwrap.fill(part.claim, WIDTH, break_on_hyphens=False, break_long_words=False)
    yield f"    {found.command}"
    for number, each in enumerate(found.failures[:MOST_SHOWN], 1):
        yield f"Failure {number}:\n\n{textwrap.indent(each.strip(), '    ')}"
    if len(found.failures) > MOST_SHOWN:
        yield f"And {len(found.failures) - MOST_SHOWN} more failures."
    for table in found.tables:
        if table.title:
            yield f"### {table.title}"
        yield _table(table)


def _table(table: Table) -> str:
    rows = [table.head, ["---"] * len(table.head), *([_cell(each) for each in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())


def _number(figure: Figure) -> str:
    return figure if isinstance(figure, str) else f"{figure:,}"
