"""Environments that were empty before a wheel came: what its users have."""

import subprocess
import sys
from pathlib import Path

UV = Path(sys.executable).parent / "uv"


def environment(folder: Path, wheel: Path | str, *options: str) -> Path:
    """The Python of a new environment in the folder, with the wheel (`<path>[extra]` for more) and what it needs."""
    interpreter = folder / "venv" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", interpreter, *options, wheel], check=True)
    return interpreter
