"""The Node tools: what the TypeScript client is built with, as npm installs it once."""

import shutil
from pathlib import Path

from specbound.clients.commands import run
from specbound.compiler.document import ROOT
from specbound.failures import Failed

TYPESCRIPT = Path(__file__).parent / "typescript"
TOOLS = ROOT / "build" / "node"
# Written at the very end, so what is there is all there.
READY = TOOLS / "ready"
INSTALLED = ("package.json", "package-lock.json")
COPIED = ("redocly.yaml",)


def is_installed() -> bool:
    """Whether this machine has Node and npm."""
    return shutil.which("npm") is not None


def install_tools() -> None:
    """Install into build/node/ what is not there in this version. Raises Failed."""
    if not is_installed():
        raise Failed("This needs Node 20 or newer, which is not installed.")
    if not READY.exists() or not all(_is_same(name) for name in INSTALLED):
        print("Installing the Node tools into build/node (once) …", flush=True)
        shutil.rmtree(TOOLS, ignore_errors=True)
        shutil.copytree(TYPESCRIPT, TOOLS)
        run("npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", cwd=TOOLS)
        READY.touch()
    for name in COPIED:
        if not _is_same(name):
            shutil.copy(TYPESCRIPT / name, TOOLS)


def _is_same(name: str) -> bool:
    return (TOOLS / name).exists() and (TOOLS / name).read_bytes() == (TYPESCRIPT / name).read_bytes()
