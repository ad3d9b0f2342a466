"""Clients of the contract, `specbound clients`: a wheel, an npm tarball and a Go module, in build/sdk/."""

import shutil
from pathlib import Path

from specbound.clients import go_client, node, publishing, python_client, typescript_client
from specbound.clients.naming import methods
from specbound.compiler import apart, specification
from specbound.compiler.answers import complete
from specbound.compiler.document import CONTRACT, ROOT, Refused, load
from specbound.compiler.report import described
from specbound.failures import Failed

OUT = ROOT / "build" / "sdk"
PYTHON, TYPESCRIPT, GO = LANGUAGES = ("python", "typescript", "go")


def run(  # noqa: PLR0913  # one for each option of the command
    contract: Path = CONTRACT,
    out: Path = OUT,
    *,
    only: str = "",
    version: str = "",
    publishes: bool = False,
    dry_run: bool = False,
) -> None:
    """Build all clients (without Node not TypeScript's) in place of earlier ones; say where they are. Raises Failed.

    Of a contract that has several, `version` is the one that the clients are of, by its name (`v1`); all by default.
    `only` is one of the languages. With `publishes` they are published, or with `dry_run` tried to be; Go's is not: its
    users fetch it from where its files are.
    """
    if dry_run and not publishes:
        raise Failed("--dry-run goes with --publish: it says what would be published.")
    if publishes and only == GO:
        raise Failed("A Go module is published by whoever tags its files in their repository: see docs/clients.md.")
    try:
        document = load(contract)
        specification.check(document)
        document = complete(document).document
        document = apart.of(document, version) if version else document
        methods(document)
    except Refused as refused:
        raise Failed(described(refused, contract)) from refused
    except LookupError as error:
        known = ", ".join(apart.names(document)) or "none"
        raise Failed(f"{contract.name} has no version {version}: of earlier ones it has {known}.") from error
    _remove_earlier(out)
    packages = []
    if only in ("", PYTHON):
        packages.append(python_client.build(document, out))
        print(packages[-1])
    if only == TYPESCRIPT or (not only and (publishes or node.is_installed())):
        node.install_tools()
        packages.append(typescript_client.build(document, out))
        print(packages[-1])
    elif not only:
        print("Node is not installed: the TypeScript client was not built.")
    if only == GO or (not only and not publishes):
        print(go_client.build(document, out))
    if publishes:
        publishing.publish(packages, dry_run=dry_run)


def _remove_earlier(out: Path) -> None:
    """Nothing else: the folder may be anybody's."""
    for source in LANGUAGES:
        shutil.rmtree(out / source, ignore_errors=True)
    for package in (*out.glob("*.whl"), *out.glob("*.tgz")):
        package.unlink()
