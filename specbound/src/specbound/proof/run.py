"""`specbound proof`: runs the parts that are not done for this code, and writes docs/conformance.md."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from specbound.compiler.files import ROOT
from specbound.proof import records
from specbound.proof.page import page
from specbound.proof.parts import Part, chosen, code, parts
from specbound.proof.records import FOLDER, Record

PAGE = ROOT / "docs" / "conformance.md"
# Of the make that this may be run by: each part's own make begins anew.
OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


def run(names: Sequence[str] = (), *, again: bool = False, page_only: bool = False) -> int:
    """Run the parts of these names, or all, and write the page after each. What is done for this code is left out, if
    not told `again`. Returns 1 if anything failed. Raises Failed for a name, or a proof.toml, that can't be run.
    """
    listed = parts()
    wanted = chosen(listed, names)
    if page_only:
        _write_page(listed)
        return 0
    failed = []
    for part in wanted:
        # The code of this moment: hours pass, and files change meanwhile.
        now = code()
        if not again and _is_done(part, now):
            print(f"{part.name}: done for this code", flush=True)
            continue
        found = _run(part, now)
        _write_page(listed)
        print(_said(found), flush=True)
        failed += [part.name] if found.failures else []
    if failed:
        print(f"Failed: {', '.join(failed)}. {PAGE.relative_to(ROOT)} says what.", file=sys.stderr)
    return int(bool(failed))


def _is_done(part: Part, now: str) -> bool:
    found = records.read(FOLDER, part.name)
    return found is not None and bool(now) and found.code == now and not found.failures


def _run(part: Part, now: str) -> Record:
    """Run a part; one that ends without a record has failed, whatever its status, and so has one with another."""
    (FOLDER / f"{part.name}.json").unlink(missing_ok=True)
    print(f"{part.name}: {part.command}", flush=True)
    others = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    own = {records.VARIABLE: str(FOLDER), records.CODE: now}
    status = subprocess.run(["sh", "-c", part.command], cwd=ROOT, env=others | own, check=False).returncode
    found = records.read(FOLDER, part.name)
    if found is None:
        found = Record(part.name, {}, [f"It ended with status {status}, and recorded nothing."], part.command, code=now)
    elif status and not found.failures:
        found = replace(found, failures=[f"It ended with status {status}."])
    records.write(FOLDER, found)
    return found


def _said(found: Record) -> str:
    figures = ", ".join(f"{each} {what}" for what, each in found.figures.items())
    return f"{found.part}: {figures}; {len(found.failures)} failures"


def _write_page(listed: Sequence[Part], file: Path = PAGE) -> None:
    file.parent.mkdir(exist_ok=True)
    earlier = file.read_text(encoding="utf-8") if file.exists() else ""
    found = {each.name: kept for each in listed if (kept := records.read(FOLDER, each.name))}
    file.write_text(page(listed, found, earlier), encoding="utf-8")
