"""Judged: which judges read an adopted contract otherwise than the compiler does, by its operations.

A process of its own says so, in the service's folder: a contract is that of the folder that a process starts in.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from specbound.compiler import current
from specbound.local.embedded import ENVIRONMENT
from specbound.proof.disagreements import CONNEXION, OPENAPI_CORE
from specbound.proof.referees import judged, try_operation

# As the service's own test has it.
SEED, BENT = 1, 10
JUDGES = (OPENAPI_CORE, CONNEXION)


def apart(folder: Path, operations: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By the names of operations the judges with whom the contract of a service differs in a way that is not known.

    All differ where nothing could be tried.
    """
    command = [sys.executable, "-W", "ignore", "-m", __name__]
    asked = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if asked.returncode:
        return dict.fromkeys(operations, JUDGES)
    return {name: tuple(judges) for name, judges in json.loads(asked.stdout.splitlines()[-1]).items()}


def who_differs(operation_id: str) -> list[str]:
    """All of them where no request could be made, or one could not judge what was."""
    try:
        tried = try_operation(operation_id, SEED, BENT)
    except Exception:  # of several libraries, each with its own
        return [*JUDGES]
    if not tried.counts["requests"]:
        return [*JUDGES]
    return [judge for judge in JUDGES if any(each.startswith(judge) for each in tried.disagreements)]


def main() -> None:
    logging.disable(logging.CRITICAL)
    os.environ.update(ENVIRONMENT)
    current.run_if_changed()
    found, names = {}, judged()
    for number, name in enumerate(names, 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\rwhat other judges say: {number} of {len(names)} operations …")
            sys.stderr.flush()
        found[name] = who_differs(name)
    print(json.dumps({name: judges for name, judges in found.items() if judges}))


if __name__ == "__main__":
    main()
