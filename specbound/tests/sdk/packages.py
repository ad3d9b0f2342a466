"""Projects that use the TypeScript client: the packed client installed into an empty folder, and compiled against."""

import subprocess
from pathlib import Path

from specbound.clients import typescript_client

STRICT = ["--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022"]


def project(folder: Path, tarball: Path) -> None:
    """Install a tarball into an empty folder."""
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", tarball], cwd=folder, check=True)


def compile_strictly(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    compiler = typescript_client.PROGRAMS / "tsc"
    command = [compiler, *STRICT, "--lib", "es2022,dom,dom.iterable", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
