"""Compilation, `specbound compile`: write what the Lambda package needs of the contract into handlers/compiled/."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from specbound.compiled import WHOLE, CompiledContract, read
from specbound.compiler import about
from specbound.compiler.answers import complete
from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import Bundle, bundled
from specbound.compiler.current import OWN_PATHS
from specbound.compiler.document import CONTRACT, ROOT, Refused
from specbound.compiler.explanation import explained
from specbound.compiler.project import is_set
from specbound.compiler.published import published, rendered
from specbound.compiler.report import described
from specbound.compiler.types import types
from specbound.failures import Failed

COMPILED = ROOT / "handlers" / "compiled"
NO_SETTINGS: Mapping[str, str] = {}
START = r"""
import sys
from specbound.settings import Misconfigured
try:
    import handlers.router
except (Misconfigured, ImportError) as reason:
    sys.exit(str(reason))
from specbound.api import Api
from specbound.compiler.document import load
from specbound.compiler.raised import undeclared, unnamed
for each in vars(handlers.router).values():
    if isinstance(each, Api) and (found := undeclared(each) + unnamed(each, load())):
        sys.exit("\n".join(found))
"""


def run(
    contract: Path = CONTRACT, out: Path = COMPILED, *, explain: bool = False, settings: Mapping[str, str] = NO_SETTINGS
) -> None:
    """Compile a contract; the service's own is then tried with the functions that answer. Raises Failed.

    `explain` prints what becomes of each part of it, a line for each; `settings` are variables that it is tried with.
    """
    try:
        bundle = compile_to(out, contract)
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused
    if explain:
        print("\n".join(explained(bundle)))
    if out.resolve() == COMPILED and (reason := start(settings)):
        raise Failed(reason)


def compile_to(target: Path, contract: Path = CONTRACT) -> Bundle:
    """Compile the contract into a few files, and return it as it was read.

    Raises Refused and leaves the target as it was if it can't be kept, and Failed for a project that can't be read.
    """
    bundle = bundled(contract)
    write(target, bundle, artefact(bundle, own_paths=is_set(OWN_PATHS)))
    return bundle


def write(target: Path, bundle: Bundle, compiled: CompiledContract) -> None:
    """Write what was compiled of a contract, with what is published of it, into a folder."""
    whole = complete(bundle.document).document
    document = published(whole)
    files = {
        "contract.json": rendered(compiled),
        WHOLE: rendered(document),
        "types.py": types(document),
        **about.files(whole, compiled["routes"]),
    }
    target.mkdir(parents=True, exist_ok=True)
    about.remove_others(target, files)
    for name, content in files.items():
        _write(target / name, content.encode())


def start(settings: Mapping[str, str] = NO_SETTINGS) -> str | None:
    """Start the function with what was compiled, in a process of its own. Returns what keeps it from starting, if any.

    So an operation that has no function, or raises what it does not declare, is noticed before anything is tested,
    packaged or deployed.
    """
    own = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    tables = {f"TABLE_{name.upper()}": name.ljust(3, "_") for name in read(COMPILED)["tables"]}
    command = [sys.executable, "-c", START]
    environment = {**own, "AWS_DEFAULT_REGION": "us-east-1", **tables, **settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr.strip() if done.returncode else None


def _write(file: Path, content: bytes) -> None:
    """At once, and only what differs: others may be reading it, or be writing the same."""
    if file.is_file() and file.read_bytes() == content:
        return
    written = file.with_name(f".{file.name}.{os.getpid()}")
    written.write_bytes(content)
    written.replace(file)
