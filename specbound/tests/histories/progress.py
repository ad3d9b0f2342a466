"""Progress of a run of histories: those that were played for the same code are not played again."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from tests.histories.playing import KEPT, Played

PLAYED = KEPT / "played.jsonl"
# Of the service in this folder, and of the engine, whose folder this one is below.
ENGINE = Path(__file__).parents[2]
CODE = ("openapi.yaml", "handlers/*.py")
ENGINES_CODE = (
    "src/specbound/*.py", "src/specbound/http/*.py", "src/specbound/resources/*.py", "src/specbound/store/*.py",
    "tests/histories/**/*.py", "tests/histories/clock.c", "tests/ministack/faults.py",
)  # fmt: skip


def code() -> str:
    """A hash of what is played, and of what plays it."""
    hashed = sha256()
    patterns = [*((Path(), each) for each in CODE), *((ENGINE, each) for each in ENGINES_CODE)]
    for path in sorted(path for folder, pattern in patterns for path in folder.glob(pattern)):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def keep(played: Played, of: str, path: Path = PLAYED) -> None:
    """Add a history to those that were played; `of` is the code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"code": of, **asdict(played)}) + "\n")


def kept(of: str, path: Path = PLAYED) -> list[Played]:
    """The histories that were played for this code. A line that was not written to its end is none."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    found = [json.loads(each) for each in lines if each.endswith("\n")]
    return [Played(**{name: each[name] for name in each if name != "code"}) for each in found if each["code"] == of]


def figures(played: Sequence[Played]) -> dict[str, int | str]:
    """What all of them were together."""
    outcomes = sum((Counter(each.outcomes) for each in played), Counter[str]())
    return {
        "operations": sum(each.operations for each in played),
        "histories": len(played),
        "requests": sum(each.requests for each in played),
        "writes and reads that were acknowledged": outcomes["done"],
        "refused": outcomes["refused"],
        "unknown": outcomes["unknown"],
    }


def faults(played: Sequence[Played]) -> list[tuple[str, str]]:
    """How often each kind of fault was planned."""
    counts = sum((Counter(each.faults) for each in played), Counter[str]())
    return [(kind.replace("_", " "), f"{count:,}") for kind, count in sorted(counts.items())]
