"""`specbound import`: the bulk import of this service's Python client, as its users have it."""

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from specbound.clients import commands, python_client
from specbound.clients.commands import PROGRAMS
from specbound.compiler import specification
from specbound.compiler.document import CONTRACT, ROOT, Refused, load
from specbound.compiler.report import described
from specbound.failures import Failed

FOLDER = ROOT / "build" / "import"
ENVIRONMENT = FOLDER / "environment"
# What the client needs, pinned by hash. A service without this file gets what the client's own metadata lets in.
PINNED = ROOT / "requirements" / "import.txt"


def run(arguments: Sequence[str] = (), options: Sequence[str] = ()) -> NoReturn:
    """Become the import command, with `[FILE [API_URL [KIND]]]` or the variables of these names, and API_TOKEN.

    `options` are the command's own.

    The exit status is 0 if every row of the file was created, and 1 with a sentence on stderr otherwise. Raises Failed
    if this folder has no contract that can be read.
    """
    become("import", [*options, *arguments])


def become(name: str, arguments: Sequence[str]) -> NoReturn:
    """Become one of the client's commands, `import` or `export`. Raises Failed as `run` does."""
    try:
        command = install(name)
    except Refused as refused:
        raise Failed(described(refused, CONTRACT)) from refused
    os.execv(command, [str(command), *arguments])  # noqa: S606  # no shell is wanted, and Ctrl-C is to reach it alone


def install(name: str = "import") -> Path:
    """The command's path, in an environment of its own with the client's wheel: made anew when either has changed."""
    if not CONTRACT.exists():
        raise Refused("it is not there. Run this in the folder of a service.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready, state = FOLDER / "ready", _state()
        if not ready.exists() or ready.read_text(encoding="utf-8") != state:
            print("Installing the client into build/import (once, and when it changes) …", file=sys.stderr)
            ready.unlink(missing_ok=True)
            _install()
            ready.write_text(state, encoding="utf-8")
    return next((ENVIRONMENT / "bin").glob(f"*-client-{name}"))


def _install() -> None:
    shutil.rmtree(FOLDER / "client", ignore_errors=True)
    document = load()
    specification.check(document)
    wheel = python_client.build(document, FOLDER / "client")
    uv = PROGRAMS / "uv"
    commands.run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, ENVIRONMENT)
    install = (uv, "pip", "install", "--quiet", "--python", ENVIRONMENT / "bin" / "python")
    if PINNED.exists():
        commands.run(*install, "--require-hashes", "--requirements", PINNED)
        commands.run(*install, "--offline", "--no-deps", wheel)
    else:
        commands.run(*install, f"{wheel}[import]")


def _state() -> str:
    """A digest of all that decides what is installed."""
    sources = [file for file in sorted(Path(python_client.__file__).parent.rglob("*")) if file.is_file()]
    digest = hashlib.sha256(f"{ENVIRONMENT} {sys.version}".encode())
    digest.update(json.dumps(load()).encode())
    for file in [PINNED, *(each for each in sources if each.suffix != ".pyc")]:
        if file.exists():
            digest.update(file.read_bytes())
    return digest.hexdigest()
