"""Suites: tests run in a copy, each by the tool that it is for, and which of them failed."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import Self
from xml.etree import ElementTree

from tests.faults.copies import environment, python
from tests.faults.table import OF_TERRAFORM
from tests.faults.warm import Warm

# Of the tests of one fault. A copy that hangs is no verdict.
LONGEST_SECONDS = 600
ENGINE = "specbound/"


class NoVerdict(Exception):
    """The tests did not come to an end, or not one of them ran; the message says what they said."""


class Suites:
    """Runs tests, for as many threads as ask; it has a warm process for each of them."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[Warm] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while not self._idle.empty():
            self._idle.get().close()

    def failed(self, folder: Path, tests: Sequence[str], *options: str) -> list[str]:
        """The tests that failed in this copy, as `file::test` from the root; `options` are for pytest.

        Raises NoVerdict.
        """
        of_terraform = [each for each in tests if OF_TERRAFORM in each]
        of_engine = [each for each in tests if each.startswith(ENGINE)]
        others = [each for each in tests if each not in of_terraform and each not in of_engine]
        found: list[str] = []
        if others:
            found += self._pytest(folder, "", others, options)
        if of_engine:
            found += self._pytest(folder, ENGINE, [each.removeprefix(ENGINE) for each in of_engine], options)
        if of_terraform:
            found += _terraform(folder, of_terraform)
        return list(dict.fromkeys(found))

    def _pytest(self, copy: Path, prefix: str, tests: Sequence[str], own: Sequence[str]) -> list[str]:
        try:
            warm = self._idle.get_nowait()
        except Empty:
            warm = Warm()
        with TemporaryDirectory() as made:
            report = Path(made) / "report.xml"
            options = [*own, "-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}"]
            engine = str(copy / "specbound" / "src")
            try:
                said = warm.pytest(copy / prefix, python(copy), [engine], [*options, *tests], LONGEST_SECONDS)
            except TimeoutError as error:
                raise NoVerdict(f"the tests ran for longer than {LONGEST_SECONDS} seconds") from error
            finally:
                self._idle.put(warm)
            return [f"{prefix}{each}" for each in _failures(report, said, tests)]


def _terraform(folder: Path, tests: Sequence[str]) -> list[str]:
    with TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        files = dict.fromkeys(each.partition("::")[0].removeprefix("terraform/") for each in tests)
        filters = [f"-filter={each}" for each in files]
        command = ["terraform", "-chdir=terraform", "test", "-no-color", f"-junit-xml={report}", *filters]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment(folder),
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NoVerdict(f"the tests ran for longer than {LONGEST_SECONDS} seconds") from error
        return [f"terraform/{each}" for each in _failures(report, done.stdout + done.stderr)]


def _failures(report: Path, said: str, asked: Sequence[str] = ()) -> Iterator[str]:
    """What failed: with a test's parameters only where it was asked for so."""
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    if not any(each.find("skipped") is None for each in cases):
        raise NoVerdict(f"no test ran: {said[-1500:]}")
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            name, file = case.get("name", ""), case.get("file") or case.get("classname", "")
            whole = f"{file}::{name}"
            yield whole if whole in asked else whole.partition("[")[0]
