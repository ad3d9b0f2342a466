"""Explained requests in the documents: each block that begins with `$ specbound explain` has what the command says.

`python -m tests.repository.explained FILE` writes them anew.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```\n\$ (specbound explain .*)\n((?:.*\n)*?)```$", re.MULTILINE)


def said(command: str) -> str:
    """What the command prints here."""
    arguments = shlex.split(command)[1:]
    return subprocess.run(
        [sys.executable, "-m", "specbound", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def renewed(text: str, say: Callable[[str], str] = said) -> str:
    """A document with what its commands say now."""
    return BLOCK.sub(lambda found: f"```\n$ {found[1]}\n{say(found[1])}```", text)


def main(file: Path) -> None:
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
