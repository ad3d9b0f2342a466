"""`specbound fuzz`: schemathesis, as the service's schemathesis.toml says, against the API over HTTP.

All checks, all phases, all operations; its own display, and reports in build/fuzz/.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import schemathesis.cli

from specbound.compiled import read_document
from specbound.compiler import current
from specbound.compiler.files import ROOT
from specbound.compiler.published import with_whole_paths
from specbound.failures import Failed
from specbound.local.background import served
from specbound.proof.records import record
from specbound.testing.fuzzing import unwritten

FOLDER = Path("build") / "fuzz"
CONFIGURATION = Path("schemathesis.toml")
TOKEN = "API_TOKEN"  # noqa: S105  # the name of a variable
SECONDS = 600
LARGEST_SEED = 2**31
# What schemathesis calls it.
SAID = {"--seconds": "--max-time", "--examples": "--max-examples"}


def run(  # noqa: PLR0913  # one for each option of the command
    url: str | None = None,
    *,
    seconds: int = SECONDS,
    examples: int | None = None,
    cases: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
) -> int:
    """Fuzz the API at a URL, or else one that is started here, as `specbound run` does: for so many seconds, or with so
    many examples of each operation, however long they take. Or in this process, until there were so many `cases`.

    The same seed generates the same requests. Returns 1 if anything failed, and says how to send all of it again.
    Raises Failed if schemathesis can't run.
    """
    if not (ROOT / CONFIGURATION).exists():
        raise Failed(f"There is no {CONFIGURATION} here: it says which headers are sent with each request, and checks.")
    if cases is not None:
        if url:
            raise Failed("--cases are tried in this process: leave out the URL, or say --seconds or --examples.")
        from specbound.proof import fuzz_seeds  # noqa: PLC0415  # it starts a database, and imports the service

        return fuzz_seeds.run(cases, seed=1 if seed is None else seed, jobs=jobs)
    current.run_if_changed()
    seed = random.randrange(LARGEST_SEED) if seed is None else seed  # noqa: S311  # nothing is kept secret by it
    shutil.rmtree(ROOT / FOLDER, ignore_errors=True)
    (ROOT / FOLDER).mkdir(parents=True)
    document = ROOT / FOLDER / "openapi.json"
    document.write_text(json.dumps(with_whole_paths(read_document())), encoding="utf-8")
    amount = ("--seconds", seconds) if examples is None else ("--examples", examples)
    with _there(url) as (base, environment):
        status = _schemathesis(document, base, [f"{SAID[amount[0]]}={amount[1]}", f"--seed={seed}"], environment)
    return _told(url, f"{amount[0]} {amount[1]} --seed {seed}", status)


@contextmanager
def _there(url: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the API is, and with which environment it is asked."""
    if url:
        if not os.environ.get(TOKEN) and f"${{{TOKEN}}}" in (ROOT / CONFIGURATION).read_text(encoding="utf-8"):
            raise Failed(f"{CONFIGURATION} sends a token: {TOKEN}=… specbound fuzz {url}")
        yield url.rstrip("/"), dict(os.environ)
        return
    with served(ROOT / FOLDER / "server.log") as local:
        yield local, {TOKEN: "local", **os.environ}


def _schemathesis(document: Path, url: str, amount: Sequence[str], environment: Mapping[str, str]) -> int:
    """Its status."""
    reports = {"junit": "junit.xml", "html": "html", "json": "report.json"}
    options = [word for kind, name in reports.items() for word in (f"--report-{kind}-path", str(FOLDER / name))]
    command = [sys.executable, "-m", schemathesis.cli.__name__, "--config-file", str(CONFIGURATION), "run"]
    command += [str(document), f"--url={url}", *amount, *options]
    command += [f"--exclude-name={each}" for each in sorted(unwritten())]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _told(url: str | None, amount: str, status: int) -> int:
    """Say what to do about a failure, and record what was found."""
    command = f"specbound fuzz{f' {url}' if url else ''} {amount}"
    if not (ROOT / FOLDER / "report.json").exists():
        raise Failed(f"schemathesis ended with status {status}, before it had sent anything.")
    found = json.loads((ROOT / FOLDER / "report.json").read_text(encoding="utf-8"))
    failures = [*_failures(), *_untried(found)]
    if status and not failures:
        failures = [f"schemathesis ended with status {status}."]
    # Where a deployment for an hour was, nobody needs to know.
    record("fuzz_deployed" if url else "fuzz", _figures(found), failures, command.replace(str(url), "$API_URL"))
    log = "" if url else f", and what the server said in {FOLDER}/server.log"
    print(f"Reports: {FOLDER}/html/index.html, {FOLDER}/junit.xml{log}")
    if failures:
        print("\n".join([*_untried(found), f"To send the same again: {command}"]), file=sys.stderr)
    return int(bool(failures))


def _figures(found: Mapping[str, Any]) -> dict[str, int]:
    return {
        "cases": found["test_cases"]["generated"],
        "operations": found["operations"]["tested"],
        "phases": [each["status"] for each in found["phases"].values()].count("success"),
        "seconds": round(found["running_time"]),
    }


def _untried(found: Mapping[str, Any]) -> Iterator[str]:
    """What schemathesis did not fail at, and did not try either."""
    # The first phase has its time in any case, and nothing to do where the contract has no examples.
    later = {name: each for name, each in found["phases"].items() if name != "examples"}
    late = [name for name, each in later.items() if each["status"] == "skip" and not each["skip_reason"]]
    if late:
        yield f"There was no time for {', '.join(late)}: give it more seconds."
    if found["operations"]["tested"] < found["operations"]["total"]:
        yield f"Of {found['operations']['total']} operations {found['operations']['tested']} were tested."
    if locked := found["warnings"]["missing_auth"]:
        yield f"Almost nobody was let into {', '.join(locked)}: see the credentials in {CONFIGURATION}."


def _failures() -> Iterator[str]:
    """Each with how to send its request again, and what was answered."""
    for case in ElementTree.parse(ROOT / FOLDER / "junit.xml").iter("testcase"):  # noqa: S314  # it was written here
        for failed in (*case.iter("failure"), *case.iter("error")):
            yield f"{case.get('name')}: {failed.text or failed.get('message')}"
