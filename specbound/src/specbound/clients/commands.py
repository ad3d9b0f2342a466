"""How the builds run the programs that do the work."""

import os
import subprocess
import sys
from pathlib import Path

from specbound.compiler.document import ROOT
from specbound.failures import Failed

PROGRAMS = Path(sys.executable).parent


def run(*command: Path | str, cwd: Path = ROOT) -> str:
    """Run a program, quietly. Returns what it said. Raises Failed, with all of that, if it fails."""
    # The generator looks for ruff on the path.
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr
