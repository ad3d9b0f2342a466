"""Contract changes, `specbound check`: what a contract breaks, compared with an earlier one."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from specbound.compiled import CompiledContract
from specbound.compiler import apart, specification
from specbound.compiler.bundle import bundled
from specbound.compiler.document import CONTRACT, Document, Refused, load
from specbound.compiler.project import PROJECT, number
from specbound.compiler.report import described
from specbound.compiler.translation import compile_contract
from specbound.evolution import accepted, clients, data, reports
from specbound.evolution.deprecation import Periods
from specbound.evolution.earlier import compiled
from specbound.evolution.judged import Judgement, Level, judge
from specbound.failures import Failed

Form = Literal["text", "markdown", "json"]


def run(
    base: str,
    contract: Path = CONTRACT,
    *,
    changelog: bool = False,
    form: Form | None = None,
    fail_on: Level = "error",
) -> int:
    """Compare with the contract of a git ref, or with a file, and say what breaks, and what to do.

    With `changelog` also all that breaks nothing, in Markdown if no other form is asked for. On GitHub, text has
    annotations with it.

    Returns 1 if something of the level `fail_on` is not accepted with a reason; else 0. An error is what breaks what is
    stored, or breaks clients while the version may not. Raises Failed if there is nothing to compare.
    """
    today = datetime.now(UTC).date()
    periods = Periods(number("deprecation_days", 0, contract.with_name(PROJECT.name)), today)
    try:
        bundle = bundled(contract)
        later = bundle.document
        compile_contract(later, bundle.mistakes)
        # Clients rely on what was written: what the engine adds to it is not compared.
        after = cast(CompiledContract, compile_contract(later, bundle.mistakes, as_written=True))
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused
    earlier = _earlier(base, contract)
    try:
        before, uncompared = compiled(earlier)
        # What is served beside the contract is kept, whatever the contract itself has become.
        earlier = apart.among(later, earlier)
        found = [*clients.compare(earlier, later, periods), *uncompared, *data.compare(before, after)]
    except Refused as refused:
        raise Failed(f"{base} can't be compared: {refused}") from refused
    entries = accepted.read(contract, str(later["info"]["version"]))
    judgement = judge(earlier, bundle, found, entries, today)
    form = form or ("markdown" if changelog else "text")
    _print(judgement, form, fail_on, changelog, contract)
    for entry in entries:
        # What is read by programs, or published, has nothing else in it.
        notes = sys.stdout if form == "text" else sys.stderr
        if not any(map(entry.is_of, judgement.found)):
            print(f"{accepted.FILE}: this is not found, so it need not be accepted: {entry.finding}", file=notes)
        elif entry.is_over(today):
            print(f"{accepted.FILE}: this was accepted until {entry.until}: {entry.finding}", file=notes)
    return int(judgement.fails(fail_on))


def _print(judgement: Judgement, form: Form, least: Level, with_all: bool, contract: Path) -> None:
    if form == "json":
        print(reports.as_json(judgement, least, with_all=with_all))
    elif form == "markdown":
        print(reports.markdown(judgement, with_all=with_all))
    else:
        print(reports.text(judgement, with_all=with_all))
        if os.environ.get("GITHUB_ACTIONS") == "true":
            workspace = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
            for line in reports.annotations(judgement, contract.resolve().parent, workspace):
                print(line)


def _earlier(base: str, contract: Path) -> Document:
    """The earlier contract. Raises Failed if there is none, or it is no OpenAPI document."""
    file = Path(base)
    try:
        document = load(file) if file.is_file() else load(contract, lambda name: _committed(base, name, contract))
        specification.check(document)
    except Refused as refused:
        raise Failed(f"{base} can't be compared: {refused.mistakes[0].message}") from refused
    return document


def _committed(ref: str, name: str, contract: Path) -> bytes:
    """A file as it was; git takes `./` as the folder that it runs in."""
    command = ["git", "show", f"{ref}:./{name}"]
    try:
        done = subprocess.run(command, cwd=contract.resolve().parent, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{ref} is no file, and git, which could know it, is not installed.") from error
    if done.returncode:
        raise Failed(f"{ref} is neither a file nor a git ref that has {name}: {done.stderr.decode().strip()}")
    return done.stdout
