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
from tests.faults import copies, suites
from tests.faults.results import Results
from tests.faults.suites import NoVerdict
from tests.faults.table import OF_TERRAFORM, Fault, Unfit, chosen


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
    pending = [each for each in faults if not results.has(each)]
    failures = list(_plant_all(pending, results, jobs)) if pending else []
    known = results.of(faults)
    survived = [name for name, each in known.items() if not each["caught_by"]]
    failures += [f"{name} survived: no test that is to look went red." for name in survived]
    print("\n".join([f"{len(known)} faults planted, {len(known) - len(survived)} caught.", *failures]))
    figures = {"faults planted": len(known), "caught": len(known) - len(survived)}
    record("faults", figures, failures, "make faults", tables=[_table(known)])
    return int(bool(failures))


def _plant_all(pending: Sequence[Fault], results: Results, jobs: int) -> Iterator[str]:
    """What went wrong, but for faults that survived."""
    tests = list(dict.fromkeys(test for each in pending for test in each.tests))
    with (
        copies.original(any(each.endswith(OF_TERRAFORM) for each in tests)) as original,
        ThreadPoolExecutor(jobs) as pool,
    ):
        try:
            print(f"{len(pending)} faults to plant; first the tests without one …", flush=True)
            if red := [
                each for found in pool.map(lambda part: suites.failed(original, part), _parts(tests)) for each in found
            ]:
                yield f"These fail without a fault: {', '.join(red)}."
                return
            running = {pool.submit(_plant, each, original, results): each for each in pending}
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


def _parts(tests: Sequence[str]) -> list[list[str]]:
    """Those of Terraform beside all others."""
    of_terraform = [each for each in tests if each.endswith(OF_TERRAFORM)]
    others = [each for each in tests if each not in of_terraform]
    return [each for each in (others, of_terraform) if each]


def _plant(fault: Fault, original: Path, results: Results) -> str:
    """What became of a fault, in words."""
    began = monotonic()
    with copies.planted(original, fault) as copy:
        caught_by = suites.failed(copy, fault.tests)
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
