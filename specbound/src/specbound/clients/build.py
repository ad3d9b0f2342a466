"""Clients of the contract, `specbound clients`: a wheel and an npm tarball, in build/sdk/."""

import shutil
from pathlib import Path

from specbound.clients import node, python_client, typescript_client
from specbound.clients.naming import methods
from specbound.compiler.answers import complete
from specbound.compiler.document import CONTRACT, ROOT, Refused, load
from specbound.compiler.report import described
from specbound.failures import Failed

OUT = ROOT / "build" / "sdk"


def run(contract: Path = CONTRACT, out: Path = OUT) -> None:
    """Build both clients (without Node only Python's) in place of earlier ones; say where they are. Raises Failed."""
    try:
        document = complete(load(contract)).document
        methods(document)
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused
    _remove_earlier(out)
    print(python_client.build(document, out))
    if node.is_installed():
        node.install_tools()
        print(typescript_client.build(document, out))
    else:
        print("Node is not installed: the TypeScript client was not built.")


def _remove_earlier(out: Path) -> None:
    """Nothing else: the folder may be anybody's."""
    for source in ("python", "typescript"):
        shutil.rmtree(out / source, ignore_errors=True)
    for package in (*out.glob("*.whl"), *out.glob("*.tgz")):
        package.unlink()
