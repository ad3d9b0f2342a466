"""Contract changes, `specbound check`: what a contract breaks, compared with an earlier one."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from specbound.compiled import CompiledContract
from specbound.compiler import specification
from specbound.compiler.bundle import bundled
from specbound.compiler.document import CONTRACT, Document, Refused, load
from specbound.compiler.mistakes import Mistake, settled
from specbound.compiler.report import described
from specbound.compiler.translation import compile_contract
from specbound.evolution import accepted, clients, data
from specbound.evolution.earlier import compiled
from specbound.evolution.findings import Finding
from specbound.failures import Failed

NOTHING_BREAKS = "Nothing breaks for existing clients, for what is stored, or after a rollback."


def run(base: str, contract: Path = CONTRACT) -> int:
    """Compare with the contract of a git ref, or with a file, and say what breaks, and what to do.

    Returns 1 if anything breaks what is stored, or breaks clients while the major version is the same, and is not
    accepted with a reason; else 0. Raises Failed if there is nothing to compare.
    """
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
        found = [*clients.compare(earlier, later), *uncompared, *data.compare(before, after)]
    except Refused as refused:
        raise Failed(f"{base} can't be compared: {refused}") from refused
    entries = accepted.read(contract, str(later["info"]["version"]))
    reasons = {each: accepted.reason(each, entries) for each in found}
    left = [each for each in found if reasons[each] is None]
    report = _report(left, earlier, later)
    if taken := [each for each in found if reasons[each] is not None]:
        report.append((f"This is accepted ({accepted.FILE}):", taken))
    for heading, findings in report:
        print(heading)
        for file, line, each in sorted((*bundle.where(_place(later, each)), _told(each, reasons)) for each in findings):
            print(f"- {file}:{line}: {each}")
    if not report:
        print(NOTHING_BREAKS)
    for entry in entries:
        if not any(map(entry.is_of, found)):
            print(f"{accepted.FILE}: this is not found, so it need not be accepted: {entry.finding}")
    return int(any(each.fails and (each.breaks != "clients" or not _is_new(earlier, later)) for each in left))


def _place(later: Document, finding: Finding) -> tuple[str, ...]:
    return settled(later, Mistake("", finding.steps)).place[1:]


def _report(found: Iterable[Finding], earlier: Document, later: Document) -> list[tuple[str, list[Finding]]]:
    """The findings under what they have in common, without headings of nothing."""
    old, new = (document["info"]["version"] for document in (earlier, later))
    if _is_new(earlier, later):
        breaking = f"Version {new} breaks clients of version {old}, as a new major version may:"
    else:
        breaking = (
            f"This breaks existing clients of version {old} (keep what they rely on, or make it a new major version):"
        )
    groups = {
        ("clients", True): breaking,
        ("data", True): "This breaks what is stored:",
        ("data", False): "Look after what is stored:",
        ("rollback", False): "A rollback to the version before would break this (a warning):",
    }
    together = [
        (heading, [each for each in found if (each.breaks, each.fails) == kind]) for kind, heading in groups.items()
    ]
    return [(heading, findings) for heading, findings in together if findings]


def _told(finding: Finding, reasons: Mapping[Finding, str | None]) -> str:
    reason = reasons[finding]
    return str(finding) if reason is None else f"{finding.place}: {finding.what}. {reason}"


def _is_new(earlier: Document, later: Document) -> bool:
    return _major(later) > _major(earlier)


def _major(document: Document) -> int:
    found = re.match("[0-9]+", str(document["info"]["version"]))
    return int(found[0]) if found else 0


def _earlier(base: str, contract: Path) -> Document:
    """The earlier contract. Raises Failed if there is none, or it is no OpenAPI document."""
    file = Path(base)
    try:
        document = load(file) if file.is_file() else load(contract, lambda name: _committed(base, name, contract))
        if broken := specification.mistakes(document):
            raise Refused(*broken)
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
