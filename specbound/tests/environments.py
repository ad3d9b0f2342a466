"""Environments: those that were empty before a wheel came, as its users have, and what a process is told of ours."""

import os
import subprocess
import sys
from pathlib import Path

# How coverage is measured, where it is.
MEASURED = "COVERAGE_PROCESS_CONFIG"
UV = Path(sys.executable).parent / "uv"


def environment(folder: Path, wheel: Path | str, *options: str) -> Path:
    """The Python of a new environment in the folder, with the wheel (`<path>[extra]` for more) and what it needs."""
    interpreter = folder / "venv" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", interpreter, *options, wheel], check=True)
    return interpreter


def outside() -> dict[str, str]:
    """What any process is told by this one's variables: where programs are, and whether its coverage is measured."""
    return {name: os.environ[name] for name in ("PATH", MEASURED) if name in os.environ}
