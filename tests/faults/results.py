"""Results: which tests caught each fault, kept after each of them, so that a run that was ended goes on.

A result stands for as long as the fault, the file that it is planted in and the tests that look are the same.
"""

import hashlib
import json
import os
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from tests.faults.table import ROOT, Fault

FILE = ROOT / "build" / "proof" / "faults" / "results.json"


class Results:
    """What is known of the faults, by their names; `file` has it as JSON."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._lock = Lock()
        self._known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["faults"] if file.exists() else {}

    def has(self, fault: Fault) -> bool:
        """Whether there is a result that still stands; one without a verdict is none."""
        return bool(self._known.get(fault.name, {}).get("digest") == digest(fault))

    def keep(self, fault: Fault, caught_by: Sequence[str], seconds: float) -> None:
        result = {"kind": fault.kind, "file": fault.file, "caught_by": list(caught_by), "seconds": round(seconds, 1)}
        confirmed = not caught_by
        with self._lock:
            self._known[fault.name] = {**result, "confirmed": confirmed, "digest": digest(fault)}
            self._write()

    def unconfirmed(self, faults: Sequence[Fault]) -> list[str]:
        """The tests that went red with a fault, and were not run without one since."""
        found = [each for each in self.of(faults).values() if not each["confirmed"]]
        return list(dict.fromkeys(test for each in found for test in each["caught_by"]))

    def confirm(self, faults: Sequence[Fault], red: Collection[str]) -> None:
        """All their tests were run without a fault; these were red all the same, and have caught nothing."""
        with self._lock:
            for each in self.of(faults).values():
                left = [test for test in each["caught_by"] if test not in red]
                each |= {"confirmed": True, "caught_by": left}
            self._write()

    def of(self, faults: Sequence[Fault]) -> dict[str, Any]:
        """The results of these, by their names."""
        return {each.name: self._known[each.name] for each in faults if self.has(each)}

    def _write(self) -> None:
        """Whole or not at all: whoever is ended meanwhile leaves what was."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"faults": self._known}, indent=1) + "\n", encoding="utf-8")
        os.replace(new, self._file)


def digest(fault: Fault) -> str:
    """Of all that a result depends on and that is named by its fault."""
    files = sorted({fault.file, *(each.partition("::")[0] for each in fault.tests)})
    contents = [(ROOT / name).read_text(encoding="utf-8") for name in files]
    return hashlib.sha256(json.dumps([asdict(fault), contents]).encode()).hexdigest()
