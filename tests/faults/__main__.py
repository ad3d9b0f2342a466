"""`make faults`: plants each fault in a copy of its own, and says which test catches it.

Status 1 if one survives, or if a test that is to look fails without a fault. A run that was ended goes on, and what has
not changed since is not run again.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from time import monotonic
from typing import Any

from specbound.proof.records import Table, record
from tests.faults import copies
from tests.faults.results import Results
from tests.faults.suites import NoVerdict, Suites
from tests.faults.table import OF_TERRAFORM, Fault, Unfit, chosen
from tests.faults.threats import not_shown, threats

# What is copied, and what runs the tests in the copies.
Ground = tuple[Path, Suites]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of faults: all of the table without any")
    parser.add_argument("--jobs", type=int, default=2, help="how many copies are tested at a time (2)")
    parser.add_argument("--list", action="store_true", help="only say which faults there are")
    arguments = parser.parse_args()
    try:
        faults = chosen(arguments.names)
        if arguments.list:
            print("\n".join(f"{each.name:34} {each.kind:24} {each.file}" for each in faults))
            return 0
        return catch(faults, arguments.jobs)
    except Unfit as unfit:
        print(f"{unfit}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Ended: the same command goes on.", file=sys.stderr)
        return 130


def catch(faults: Sequence[Fault], jobs: int) -> int:
    results = Results()
    failures = list(_plant_all(faults, results, jobs))
    known = results.of(faults)
    survived = [name for name, each in known.items() if not each["caught_by"]]
    failures += [f"{name} survived: no test that is to look went red." for name in survived]
    failures += not_shown(known)
    print("\n".join([f"{len(known)} faults planted, {len(known) - len(survived)} caught.", *failures]))
    shown = [each for each in threats() if each.fault in known]
    figures = {"faults planted": len(known), "caught": len(known) - len(survived), "threats shown": len(shown)}
    record("faults", figures, failures, "make faults", tables=[_table(known)])
    return int(bool(failures))


def _plant_all(faults: Sequence[Fault], results: Results, jobs: int) -> Iterator[str]:
    """Plant what has no result yet. Yields what went wrong, but for faults that survived."""
    pending = [each for each in faults if not results.has(each)]
    if not pending and not results.unconfirmed(faults):
        return
    for_terraform = any(test.endswith(OF_TERRAFORM) for each in faults for test in each.tests)
    with copies.original(for_terraform) as original, Suites() as suites:
        yield from _each(pending, (original, suites), results, jobs)
        # A test that fails anyway has caught nothing.
        tests = results.unconfirmed(faults)
        print(f"{len(tests)} tests went red: now without a fault …", flush=True)
        red = [each for each in suites.failed(original, tests) if each in tests] if tests else []
        results.confirm(faults, red)
        yield from (f"{each} fails without a fault, too." for each in red)


def _each(pending: Sequence[Fault], ground: Ground, results: Results, jobs: int) -> Iterator[str]:
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(_plant, each, ground, results): each for each in pending}
        try:
            for number, done in enumerate(as_completed(running), 1):
                name = running[done].name
                try:
                    said = done.result()
                except NoVerdict as reason:
                    said = f"no verdict: {reason}"
                    yield f"{name}: {said}"
                print(f"{number:4} of {len(pending)}  {name}: {said}", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _plant(fault: Fault, ground: Ground, results: Results) -> str:
    """What became of a fault, in words."""
    (original, suites), began = ground, monotonic()
    with copies.planted(original, fault) as copy:
        caught_by = suites.failed(copy, fault.tests, "-x")
    results.keep(fault, caught_by, monotonic() - began)
    others = f" and {len(caught_by) - 1} more" if len(caught_by) > 1 else ""
    return f"caught by {caught_by[0]}{others}" if caught_by else "SURVIVED"


def _table(known: Mapping[str, Any]) -> Table:
    rows = [(name, each["kind"], f"`{each['file']}`", _said(each["caught_by"])) for name, each in known.items()]
    return Table(("fault", "kind", "in", "caught by"), rows)


def _said(caught_by: Sequence[str]) -> str:
    if not caught_by:
        return "**nothing**"
    others = f" and {len(caught_by) - 1} more" if len(caught_by) > 1 else ""
    return f"`{caught_by[0]}`{others}"


if __name__ == "__main__":
    sys.exit(main())
