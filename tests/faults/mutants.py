"""`make mutants`: how many mutants of a module of the engine's run time its own tests kill, and which survive.

Which tests are a module's own stands under `[tool.mutants]` in pyproject.toml. Each mutant is run in a copy of its own.
What survives is looked at one by one: it gets a test, or stands in equivalent.toml beside this, with the reason why it
makes no difference. Status 1 if others survive.
"""

import argparse
import difflib
import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from specbound.proof.records import Table, record
from tests.faults import copies
from tests.faults.suites import NoVerdict, Suites
from tests.faults.table import HERE, ROOT, Fault, Unfit

RUN_TIME = "specbound/src/specbound"
TESTS = "specbound/tests/test_"
COSMIC_RAY = ROOT / ".venv-mutants" / "bin" / "python"
EQUIVALENT = HERE / "equivalent.toml"


@dataclass(frozen=True)
class Mutant:
    """A module with one mutation: what is written as code of the whole module, and what differs, line by line."""

    file: str
    line: int
    operator: str
    code: str
    before: str
    after: str

    @property
    def said(self) -> str:
        return f"{self.file.removeprefix(f'{RUN_TIME}/')}:{self.line}: `{self.before}` as `{self.after}`"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutants", description=__doc__)
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="such as http/reading; all that have tests without"
    )
    parser.add_argument("--sample", type=int, default=20, help="at how many places a module is mutated (20)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--jobs", type=int, default=2, help="how many copies are tested at a time (2)")
    arguments = parser.parse_args()
    try:
        return kill(arguments.modules, arguments.sample, arguments.seed, arguments.jobs)
    except Unfit as unfit:
        print(f"{unfit}.", file=sys.stderr)
        return 1


def kill(names: Sequence[str], sample: int, seed: int, jobs: int) -> int:
    tests, known = _tests(names), _equivalent()
    rows, failures, total, killed = [], [], 0, 0
    with copies.original(for_terraform=False) as original, Suites() as suites, ThreadPoolExecutor(jobs) as pool:
        for name, own in tests.items():
            if red := suites.failed(original, own):
                raise Unfit(f"{name}: these fail without a mutation: {', '.join(red)}")
            mutants = _mutants(name, sample, seed)
            survive = list(pool.map(partial(_survives, tests=own, original=original, suites=suites), mutants))
            left = [each for each, survived in zip(mutants, survive, strict=True) if survived]
            same = [each for each in left if (each.before, each.after) in known.get(name, ())]
            others = [each for each in left if each not in same]
            total, killed = total + len(mutants), killed + len(mutants) - len(left)
            rows.append((name, str(len(mutants)), str(len(mutants) - len(left)), str(len(same)), str(len(others))))
            failures += [f"survives: {each.said}" for each in others]
            print(
                f"{name}: {len(mutants)} mutants, {len(left)} survive, {len(same)} of them make no difference",
                flush=True,
            )
            print("".join(f"  {each.said}\n" for each in others), end="", flush=True)
    shown = sum(int(row[3]) for row in rows)
    score = f"{(killed + shown) / max(total, 1):.1%}"
    print(f"{total} mutants: {killed} killed, {shown} equivalent, {score} in all.")
    table = Table(("module", "mutants", "killed", "equivalent", "survived"), rows)
    command = f"make mutants MODULE='{' '.join(names)}' SAMPLE={sample} SEED={seed}"
    record("mutants", {"mutants": total, "killed or equivalent": score}, failures, command, tables=[table])
    return int(bool(failures))


def _tests(names: Sequence[str]) -> dict[str, list[str]]:
    """The tests of these modules, or of all, by the modules' names."""
    known: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
    if unknown := [name for name in names if name not in known]:
        raise Unfit(f"[tool.mutants] in pyproject.toml has no tests of {', '.join(unknown)}")
    return {name: [f"{TESTS}{each}.py" for each in known[name].split()] for name in names or known}


def _equivalent() -> dict[str, list[tuple[str, str]]]:
    """By module, lines before and after a mutation that makes no difference."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", []):
        found.setdefault(each["module"], []).append((each["before"], each["after"]))
    return found


def _mutants(name: str, sample: int, seed: int) -> list[Mutant]:
    file = f"{RUN_TIME}/{name}.py"
    command = [str(COSMIC_RAY), str(HERE / "mutations.py"), str(ROOT / file), str(sample), str(seed)]
    found: list[dict[str, Any]] = json.loads(subprocess.check_output(command))
    before = (ROOT / file).read_text(encoding="utf-8")
    return [Mutant(file, each["line"], each["operator"], each["code"], *_lines(before, each["code"])) for each in found]


def _lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, without the space around them."""
    found = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    sides = ([each[2:].strip() for each in found if each.startswith(sign)] for sign in "-+")
    removed, added = map(" ".join, sides)
    return removed, added


def _survives(mutant: Mutant, tests: Sequence[str], original: Path, suites: Suites) -> bool:
    before = (original / mutant.file).read_text(encoding="utf-8")
    fault = Fault("mutant", mutant.operator, mutant.file, before, mutant.code, tuple(tests))
    try:
        with copies.planted(original, fault) as copy:
            return not suites.failed(copy, tests, "-x")
    except NoVerdict:
        # The module can't be imported any more, or the tests do not end.
        return False


if __name__ == "__main__":
    sys.exit(main())
