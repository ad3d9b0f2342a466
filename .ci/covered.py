"""How much of what ships the tests run, in every process that they start, and which lines of the run time they do not.

The run time is what a package has of the engine, and the service's handlers. `make coverage` measures all that ships by
the fast tests, or by those of the files that are named (tests/test_x.py, specbound/tests/test_y.py). `make test`
measures the run time alone, which takes less, by the same: `begin` says how, and `end` which lines none has run.
Status 1 if a test failed, or if less was run than is to be: LEAST of the run time, `fail_under` of what ships.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specbound.deploy.package import BUILD_TIME
from specbound.proof.records import Table, record

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "coverage"
DATA, REPORT = FOLDER / "data", FOLDER / "report.json"
# How the run time is measured.
CONFIG = FOLDER / "run-time.toml"
COVERAGE = [sys.executable, "-m", "coverage"]
# Of the run time's lines, in per cent: it goes up to 100 with what is tested, and never down.
LEAST = 99.9
SERVICE, ENGINE, PACKAGE = "handlers/", "specbound/", "specbound/src/specbound/"


def main() -> int:
    match sys.argv[1:]:
        case ["begin"]:
            return begin()
        case ["end"]:
            return end()
        case chosen:
            return measure(chosen)


def begin() -> int:
    """Forget what was measured, and write how the run time is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if CONFIG.exists():
        _coverage(CONFIG, "erase")
    left_out = [f"*/{PACKAGE}{name}{'' if '.' in name else '/*'}" for name in BUILD_TIME]
    settings = _settings()
    shown = settings | {"data_file": str(DATA), "branch": False, "omit": [*settings["omit"], *left_out]}
    _write(CONFIG, shown)
    return 0


def end() -> int:
    """Say which lines of the run time no test has run since `begin`."""
    files = _report(CONFIG)["files"]
    for name, numbers in _missing(files):
        print(f"{name}: no fast test runs line {', '.join(map(str, numbers))}.")
    covered = _of_run_time(files)
    print(f"The fast tests run {covered:.1f} % of the lines that run in Lambda.")
    if covered < LEAST:
        print(f"That is less than {LEAST} %: write a test that needs each line above that is new, or delete the line.")
    return int(covered < LEAST)


def measure(chosen: list[str]) -> int:
    os.environ["COVERAGE_FILE"] = str(DATA)
    FOLDER.mkdir(parents=True, exist_ok=True)
    config = ROOT / "pyproject.toml"
    _coverage(config, "erase")
    engine = [each.removeprefix(ENGINE) for each in chosen if each.startswith(ENGINE)]
    service = [each for each in chosen if not each.startswith(ENGINE)]
    failed = []
    if service or not chosen:
        failed.append(_run(ROOT, service))
    if engine or not chosen:
        failed.append(_run(ROOT / ENGINE, engine or ["-n", "auto", "--dist", "worksteal"]))
    covered = _tell(_report(config))
    least = _least()
    if not chosen and covered < least:
        print(f"The fast tests run {covered:.1f} % of what ships, and not {least} % (fail_under): test what is new.")
        failed.append(1)
    return int(any(failed))


def _run(folder: Path, arguments: list[str]) -> int:
    config = f"--rcfile={ROOT / 'pyproject.toml'}"
    command = [*COVERAGE, "run", config, "-m", "pytest", "-m", "not slow", *arguments]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _report(config: Path) -> dict[str, Any]:
    _coverage(config, "combine", "--quiet", str(FOLDER))
    _coverage(config, "json", "--quiet", "--fail-under=0", "-o", str(REPORT))
    found: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))
    return found


def _coverage(config: Path, command: str, *arguments: str) -> None:
    subprocess.run([*COVERAGE, command, f"--rcfile={config}", *arguments], cwd=ROOT, check=True)


def _tell(report: Mapping[str, Any]) -> float:
    """How much of what ships was run, in per cent."""
    files = report["files"]
    rows = [(f"`{name}`", ", ".join(map(str, numbers))) for name, numbers in _missing(files)]
    covered: float = report["totals"]["percent_covered"]
    figures: dict[str, int | float | str] = {
        "of what ships, lines and branches": f"{covered:.1f} %",
        "of the run time's lines": f"{_of_run_time(files):.1f} %",
    }
    for name, numbers in rows:
        print(f"{name}: {numbers}")
    print("; ".join(f"{value} {what}" for what, value in figures.items()))
    tables = [Table(("run time", "lines that no fast test runs"), rows)] if rows else []
    record("coverage", figures, [], "make coverage", tables=tables)
    return covered


def _missing(files: Mapping[str, Any]) -> Iterator[tuple[str, list[int]]]:
    for name, each in sorted(files.items()):
        if each["missing_lines"] and _is_run_time(name):
            yield name, each["missing_lines"]


def _of_run_time(files: Mapping[str, Any]) -> float:
    """How many of its lines were run, in per cent."""
    lines = sum(each["summary"]["num_statements"] for name, each in files.items() if _is_run_time(name))
    left = sum(len(numbers) for _, numbers in _missing(files))
    return 100 * (lines - left) / lines


def _is_run_time(name: str) -> bool:
    inside = Path(name.removeprefix(PACKAGE))
    return name.startswith(SERVICE) or (name.startswith(PACKAGE) and not set(inside.parts) & set(BUILD_TIME))


def _settings() -> dict[str, Any]:
    found: dict[str, Any] = _project()["run"]
    return found


def _least() -> float:
    found: float = _project()["report"]["fail_under"]
    return found


def _project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
    return found


def _write(file: Path, settings: Mapping[str, Any]) -> None:
    """As TOML, whose texts, lists and switches are written as JSON's."""
    run = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    report = f"exclude_also = {json.dumps(_project()['report']['exclude_also'])}\n"
    file.write_text(f"[tool.coverage.run]\n{run}\n[tool.coverage.report]\n{report}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
