"""Contract changes, `specbound check`: what a contract breaks for the clients of an earlier one."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from specbound.clients import node
from specbound.compiler.document import CONTRACT
from specbound.failures import Failed


def run(base: str, contract: Path = CONTRACT) -> int:
    """Compare with the contract of a git ref, or with a file, and say what breaks.

    Returns 1 if anything does and the major version is the same, else 0. Raises Failed if there is nothing to compare.
    """
    if not contract.exists():
        raise Failed(f"{contract.name}: there is no such file.")
    text = (
        Path(base).read_text(encoding="utf-8", errors="replace") if Path(base).is_file() else _committed(base, contract)
    )
    node.install_tools()
    with TemporaryDirectory() as folder:
        earlier = Path(folder) / "base.yaml"
        earlier.write_text(text, encoding="utf-8")
        command: list[str | Path] = ["node", node.TOOLS / "breaking.mjs", earlier, contract]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise Failed(f"They can't be compared:\n{done.stderr.strip()}")
    sys.stdout.write(done.stdout)
    return done.returncode


def _committed(ref: str, contract: Path) -> str:
    """The contract as it was; git takes `./` as the folder that it runs in."""
    place = f"{ref}:./{contract.name}"
    command = ["git", "show", place]
    try:
        done = subprocess.run(command, cwd=contract.resolve().parent, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{ref} is no file, and git, which could know it, is not installed.") from error
    if done.returncode:
        raise Failed(f"{ref} is neither a file nor a git ref that has {contract.name}: {done.stderr.strip()}")
    return done.stdout
