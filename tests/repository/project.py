"""Copies of the project, for tests that use it as a newcomer would."""

import shutil
import subprocess
from pathlib import Path

from specbound.compiler.document import ROOT

ENGINE = ROOT / "specbound"


def files() -> list[Path]:
    """What is in the project, also what is not committed yet, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return [Path(name) for name in names if (ROOT / name).is_file()]


def copy_to(folder: Path) -> None:
    """Copy all of it, times included, so that make finds what is installed as fresh as it was."""
    for name in files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
