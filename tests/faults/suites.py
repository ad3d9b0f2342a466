"""Suites: tests run in a copy, each by the tool that it is for, and which of them failed."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.faults.copies import environment, python
from tests.faults.table import OF_TERRAFORM

# Of the tests of one fault. A copy that hangs is no verdict.
LONGEST_SECONDS = 600
ENGINE = "specbound/"


class NoVerdict(Exception):
    """The tests did not come to an end, or not one of them ran; the message says what they said."""


def failed(folder: Path, tests: Sequence[str]) -> list[str]:
    """The tests, as `file::test` from the root, that failed in this copy. Raises NoVerdict."""
    of_terraform = [each for each in tests if each.endswith(OF_TERRAFORM)]
    of_engine = [each for each in tests if each.startswith(ENGINE)]
    others = [each for each in tests if each not in of_terraform and each not in of_engine]
    found: list[str] = []
    if others:
        found += _pytest(folder, "", others)
    if of_engine:
        found += _pytest(folder, ENGINE, [each.removeprefix(ENGINE) for each in of_engine])
    if of_terraform:
        found += _terraform(folder, of_terraform)
    return list(dict.fromkeys(found))


def _pytest(folder: Path, prefix: str, tests: Sequence[str]) -> list[str]:
    with TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        options = ["-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}"]
        said = _run(folder / prefix, [python(folder), "-m", "pytest", *options, *tests], environment(folder))
        return [f"{prefix}{each}" for each in _failures(report, said)]


def _terraform(folder: Path, tests: Sequence[str]) -> list[str]:
    with TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        filters = [f"-filter={each.removeprefix('terraform/')}" for each in tests]
        command = ["terraform", "-chdir=terraform", "test", "-no-color", f"-junit-xml={report}", *filters]
        said = _run(folder, command, environment(folder))
        return [f"terraform/{each}" for each in _failures(report, said)]


def _run(folder: Path, command: list[str], environment: dict[str, str]) -> str:
    """What a command said. One that fails is no mistake here."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoVerdict(f"the tests ran for longer than {LONGEST_SECONDS} seconds") from error
    return done.stdout + done.stderr


def _failures(report: Path, said: str) -> Iterator[str]:
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    if not any(each.find("skipped") is None for each in cases):
        raise NoVerdict(f"no test ran: {said[-1500:]}")
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            file = case.get("file") or case.get("classname", "")
            yield f"{file}::{case.get('name', '').partition('[')[0]}" if file else case.get("name", "")
