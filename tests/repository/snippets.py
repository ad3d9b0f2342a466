"""Snippets: the blocks of code in the pages, fenced or indented, and which test executes each.

A page is any Markdown file of the repository. `EXECUTED` says of every snippet who runs it: a new one needs a row
there, unless there is one for its language, or all that it has are commands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.repository.project import files

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"( *)(```+)(\w*)$")
COMMANDS = "tests/repository/test_commands.py"
TREES = "tests/repository/test_snippets.py"
CODE = "tests/repository/test_shown_code.py"
CONTRACTS = "tests/repository/test_shown_contracts.py"
ANSWERS = "tests/repository/test_shown_answers.py"
TERRAFORM = "tests/repository/test_shown_terraform.py"
# The page, how the snippet's language and text begin, and the test that executes it; the first row that fits counts.
EXECUTED = (
    ("specbound/docs/from-nothing.md", "console", "tests/repository/test_walk.py"),
    ("docs/how-it-works.md", r"\n\$ specbound explain", "tests/test_explained.py"),
    ("docs/operate.md", r"\n\s*filter ", "tests/cloud/test_walkthrough.py"),
    ("specbound/src/specbound/clients/.*", r"ts|go|\n\s*go mod edit ", "specbound/tests/sdk/test_client_readmes.py"),
    (".*", "python", CODE),
    ("docs/evolution.md|specbound/.*", "yaml|json|toml", CONTRACTS),
    ("docs/.*", "hcl", TERRAFORM),
    (".*", r"\n\s*openapi\.yaml  ", TREES),
    ("docs/operate.md", r"\nusers \(catalogue-api-users\): ", ANSWERS),
    ("specbound/docs/mock-and-proxy.md", r"\ndrift: ", ANSWERS),
    (".*", r"(sh)?\n", COMMANDS),
)


@dataclass(frozen=True)
class Snippet:
    """A block of code: the page it stands in, from which line on, in which language, if that is said."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """Its name: the page, and the words that it begins with, which stay where they are when lines are added."""
        return f"{self.page}: {' '.join(self.text.split()[:4])}"

    @property
    def executed_by(self) -> str | None:
        """The test that executes it."""
        said = f"{self.language}\n{self.text}"
        return next((by for page, form, by in EXECUTED if re.fullmatch(page, self.page) and re.match(form, said)), None)


def snippets(executed_by: str | None = None) -> list[Snippet]:
    """Every snippet of every page, or those that a test executes."""
    pages = sorted(each.as_posix() for each in files() if each.suffix == ".md")
    found = [each for page in pages for each in _of(page, (ROOT / page).read_text(encoding="utf-8").splitlines())]
    return [each for each in found if executed_by in (None, each.executed_by)]


def _of(page: str, lines: list[str]) -> Iterator[Snippet]:
    at = 0
    while at < len(lines):
        begin, fence = at, FENCE.fullmatch(lines[at])
        if fence:
            at = next(end for end in range(at + 1, len(lines)) if lines[end].endswith(fence[2]))
            # Of a template the last line may be what is filled in there.
            body = [*lines[begin + 1 : at], lines[at].removesuffix(fence[2])]
            yield Snippet(page, begin + 1, fence[3], _shifted(body))
        elif lines[at].startswith("    ") and not lines[at - 1].strip():
            while at + 1 < len(lines) and (not lines[at + 1].strip() or lines[at + 1].startswith("    ")):
                at += 1
            yield Snippet(page, begin + 1, "", _shifted(lines[begin : at + 1]))
        at += 1


def _shifted(lines: list[str]) -> str:
    """The lines without what all of them are indented by."""
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:] for line in lines).strip("\n") + "\n"
