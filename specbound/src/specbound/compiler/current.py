"""Whether what is compiled was made of the contract as it is. The compiler is loaded only if it was not."""

import hashlib
from pathlib import Path

from specbound.compiled import COMPILED, VERSION, read
from specbound.compiler.files import CONTRACT, ROOT
from specbound.compiler.project import is_set
from specbound.settings import Misconfigured

# What the project may switch off.
OWN_PATHS = "own_paths"


def run_if_changed(**settings: str) -> None:
    """Compile the service's contract unless what is there was made of it by this version. Raises Failed.

    The function is tried with these variables beside its own.
    """
    if not is_current():
        from specbound.compiler import compilation  # noqa: PLC0415  # half a second, which it seldom takes

        compilation.run(settings=settings)


def is_current() -> bool:
    """Whether there is an artefact of this version, of each file of the contract and of the project's setting."""
    try:
        compiled = read(ROOT / COMPILED)
        files = {CONTRACT.name: compiled["source"], **compiled["parts"]}
        same = all(_digest(CONTRACT.parent / name) == digest for name, digest in files.items())
        same = same and ("own" in compiled) == is_set(OWN_PATHS)
    except (Misconfigured, OSError):
        return False
    return same and compiled["compiler"] == VERSION


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
