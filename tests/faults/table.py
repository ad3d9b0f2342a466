"""The table of faults: what each is, where it is planted, and which tests are to look.

A file of this folder (`engine.toml`, …) has an entry for each: `kind` says what is wrong in a word or two, `text` is
there once in `file`, `becomes` is what takes its place, `tests` are files or single tests (`file::test`), few enough to
run in seconds.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# Those of Terraform's own tests end so.
OF_TERRAFORM = ".tftest.hcl"


class Unfit(Exception):
    """The table, or a fault in it, is not as it has to be; the message says which and why."""


@dataclass(frozen=True)
class Fault:
    """One mistake. `text` and `becomes` are exact, to the blank."""

    name: str
    kind: str
    file: str
    text: str
    becomes: str
    tests: tuple[str, ...]

    def planted(self, content: str) -> str:
        """The file with the fault in it. Raises Unfit where its text is not there once."""
        if content.count(self.text) != 1:
            raise Unfit(f"fault {self.name} no longer applies: its text is not in {self.file} once")
        return content.replace(self.text, self.becomes)


def faults(folder: Path = HERE) -> list[Fault]:
    """All of them, in the order of the table. Raises Unfit."""
    found = [_read(each) for file in sorted(folder.glob("*.toml")) for each in _entries(file)]
    names = [each.name for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Unfit(f"the table has {', '.join(twice)} more than once")
    return found


def chosen(names: Sequence[str]) -> list[Fault]:
    """The faults of these names, all without any. Raises Unfit for one that there is not."""
    known = {each.name: each for each in faults()}
    if unknown := [name for name in names if name not in known]:
        raise Unfit(f"there is no fault {', '.join(unknown)}: the names are in tests/faults/*.toml")
    return [known[name] for name in names] if names else list(known.values())


def _entries(file: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8")).get("fault", [])
    return entries


def _read(entry: dict[str, Any]) -> Fault:
    try:
        fault = Fault(**{**entry, "tests": tuple(entry["tests"])})
    except (KeyError, TypeError) as error:
        raise Unfit(f"fault {entry.get('name', '(no name)')}: {error}") from error
    if not fault.tests or fault.text == fault.becomes:
        raise Unfit(f"fault {fault.name}: it changes nothing, or no test is to look")
    return fault
