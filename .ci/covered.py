"""How much of what ships the fast tests run, in every process that they start, and what of the run time they do not.

With names of tests' files (tests/test_x.py, specbound/tests/test_y.py) only these are run. Status 1 if a test failed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specbound.proof.records import Table, record

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "coverage"
COVERAGE = [sys.executable, "-m", "coverage"]
ENGINE = "specbound/"
# What runs in Lambda of the engine, and all of the service.
RUN_TIME = ("specbound/src/specbound/http/", "specbound/src/specbound/resources/", "specbound/src/specbound/store/")
TOP = "specbound/src/specbound"
COMMANDS = {"__main__.py", "cli.py"}


def main() -> int:
    chosen = sys.argv[1:]
    os.environ["COVERAGE_FILE"] = str(FOLDER / "data")
    FOLDER.mkdir(parents=True, exist_ok=True)
    _coverage("erase")
    engine = [each.removeprefix(ENGINE) for each in chosen if each.startswith(ENGINE)]
    service = [each for each in chosen if not each.startswith(ENGINE)]
    failed = []
    if service or not chosen:
        failed.append(_run(ROOT, service))
    if engine or not chosen:
        failed.append(_run(ROOT / ENGINE, engine or ["-n", "auto", "--dist", "worksteal"]))
    _coverage("combine", "--quiet", str(FOLDER))
    _coverage("json", "--quiet", "-o", str(FOLDER / "report.json"))
    _tell(json.loads((FOLDER / "report.json").read_text(encoding="utf-8")))
    return int(any(failed))


def _run(folder: Path, arguments: list[str]) -> int:
    config = f"--rcfile={ROOT / 'pyproject.toml'}"
    command = [*COVERAGE, "run", config, "-m", "pytest", "-m", "not slow", *arguments]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _coverage(*arguments: str) -> None:
    subprocess.run([*COVERAGE, *arguments], cwd=ROOT, check=True)


def _tell(report: Mapping[str, Any]) -> None:
    files = {name: each for name, each in report["files"].items() if _is_run_time(name)}
    lines = sum(each["summary"]["num_statements"] for each in files.values())
    missing = dict(_missing(files))
    left = sum(map(len, missing.values()))
    rows = [(f"`{name}`", ", ".join(map(str, numbers))) for name, numbers in missing.items()]
    figures: dict[str, int | float | str] = {
        "of what ships, lines and branches": f"{report['totals']['percent_covered']:.1f} %",
        "of the run time's lines": f"{100 * (lines - left) / lines:.1f} %",
    }
    for name, numbers in rows:
        print(f"{name}: {numbers}")
    print("; ".join(f"{value} {what}" for what, value in figures.items()))
    tables = [Table(("run time", "lines that no fast test runs"), rows)] if rows else []
    record("coverage", figures, [], "make coverage", tables=tables)


def _missing(files: Mapping[str, Any]) -> Iterator[tuple[str, list[int]]]:
    for name, each in sorted(files.items()):
        if each["missing_lines"]:
            yield name, each["missing_lines"]


def _is_run_time(name: str) -> bool:
    path = Path(name)
    is_top = str(path.parent) == TOP and path.name not in COMMANDS
    return name.startswith(("handlers/", *RUN_TIME)) or is_top


if __name__ == "__main__":
    sys.exit(main())
