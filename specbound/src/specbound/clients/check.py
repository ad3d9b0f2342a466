"""Contract changes, `specbound check`: what a contract breaks for the clients of an earlier one."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from specbound.clients import node
from specbound.compiler.document import CONTRACT, Document, Refused, load
from specbound.compiler.mistakes import described
from specbound.failures import Failed


def run(base: str, contract: Path = CONTRACT) -> int:
    """Compare with the contract of a git ref, or with a file, and say what breaks.

    Returns 1 if anything does and the major version is the same, else 0. Raises Failed if there is nothing to compare.
    """
    later = _read(contract)
    if Path(base).is_file():
        earlier = _read(Path(base))
    else:
        with TemporaryDirectory() as folder:
            committed = Path(folder) / contract.name
            committed.write_text(_committed(base, contract), encoding="utf-8")
            earlier = _read(committed)
    node.install_tools()
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("earlier.json", "later.json")]
        for file, document in zip(files, (earlier, later), strict=True):
            file.write_text(json.dumps(document), encoding="utf-8")
        command: list[str | Path] = ["node", node.TOOLS / "breaking.mjs", *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise Failed(f"They can't be compared:\n{done.stderr.strip()}")
    sys.stdout.write(done.stdout)
    return done.returncode


def _read(contract: Path) -> Document:
    try:
        return load(contract)
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused


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
