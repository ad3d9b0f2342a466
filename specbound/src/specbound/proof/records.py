"""Records of proof: what one run of a part found, a file of JSON for each part in the folder that PROOF names."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from specbound.compiler.files import ROOT
from specbound.failures import Failed

FOLDER = ROOT / "build" / "proof"
# Set by `specbound proof` alone: the folder, and the code that is proven.
VARIABLE, CODE = "PROOF", "PROOF_CODE"

Figure = int | float | str


@dataclass(frozen=True)
class Table:
    """A table of the page: rows of texts (Markdown), as long as its head; `title` stands above it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True)
class Record:
    """What a run of a part found: `figures` by what they count, and each failure with all that is known of it.

    `command` reproduces this run, seed included; `code` says of which code it is.
    """

    part: str
    figures: Mapping[str, Figure]
    failures: Sequence[str]
    command: str
    tables: Sequence[Table] = ()
    code: str = field(default_factory=lambda: os.environ.get(CODE, ""))


def record(
    part: str,
    figures: Mapping[str, Figure],
    failures: Sequence[str],
    command: str,
    *,
    tables: Sequence[Table] = (),
) -> None:
    """Keep what a run found, in place of what the one before it did. Nothing is kept where no proof is being made.

    `figures` are numbers, or texts with a unit, by what they count ("cases": 1000); `command` has the run's seed in it.
    """
    if folder := os.environ.get(VARIABLE):
        found = Record(part, figures, failures, command, tables)
        write(Path(folder), found)


def write(folder: Path, found: Record) -> None:
    """Replace the part's file as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{found.part}.new"
    new.write_text(json.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(folder / f"{found.part}.json")


def read(folder: Path, part: str) -> Record | None:
    """What the last run of a part found; None if it never ran. Raises Failed for a file that is no record."""
    path = folder / f"{part}.json"
    if not path.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        tables = [Table(**each) for each in found.pop("tables")]
        return Record(**found, tables=tables)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failed(f"{path} is no record of a proof: remove it, and the part is run again.") from error
