"""`python -m specbound.deploy.package`: what Lambda runs, as one zip, with the manifest that Terraform reads beside it.

The same source gives the same bytes in any folder. The function's Python is the one that runs this.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import specbound
from specbound.compiled import CompiledContract, read
from specbound.compiler import manifest
from specbound.compiler.artefact import artefact
from specbound.compiler.document import ROOT, Refused
from specbound.settings import Misconfigured

# Amazon Linux 2023 has glibc 2.34.
PLATFORMS = {
    "arm64": ["manylinux_2_28_aarch64", "manylinux2014_aarch64"],
    "x86_64": ["manylinux_2_28_x86_64", "manylinux2014_x86_64"],
}
# Files of an installation that say where and by whom it was made, and nothing to the function.
LEFT_OUT = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}
ENGINE = Path(specbound.__file__).parent
# Rooms of the engine that nothing in Lambda enters.
BUILD_TIME = ("clients", "compiler", "deploy", "local", "testing")
EARLIEST = (1980, 1, 1, 0, 0, 0)


def build(output: Path, architecture: str | None) -> None:
    """Write the zip and its manifest, for a Lambda architecture, or with None for the machine that runs this.

    Raises NoRuntime if Lambda has no Python like this one, and Misconfigured if nothing was compiled.
    """
    manifest.version()
    compiled = read()
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder)
        _install_dependencies(content, architecture)
        shutil.copytree(ROOT / "handlers", content / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ENGINE, content / "specbound", ignore=shutil.ignore_patterns("__pycache__", *BUILD_TIME))
        _compile_bytecode(content)
        _write(output, content)
    manifest.write(output, compiled, architecture or manifest.architecture())


def stand_in(output: Path, compiled: CompiledContract) -> None:
    """Write a zip with nothing in it, and its manifest: all that Terraform needs for a plan. Raises NoRuntime."""
    with tempfile.TemporaryDirectory() as nothing:
        _write(output, Path(nothing))
    manifest.write(output, compiled, "arm64")


def _install_dependencies(content: Path, architecture: str | None) -> None:
    platforms = [f"--platform={platform}" for platform in PLATFORMS[architecture]] if architecture else []
    target = ["--implementation=cp", f"--python-version={manifest.version()}", *platforms] if architecture else []
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps",
         "--only-binary=:all:", "--require-hashes", f"--requirement={ROOT / 'requirements/lambda.txt'}",
         f"--target={content}", *target],
        check=True,
    )  # fmt: skip


def _compile_bytecode(content: Path) -> None:
    """Add .pyc files that are used without a look at the source: Lambda could not write them, and zips lose times."""
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash",
         "-s", content, "-p", "/var/task", content],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip


def _write(output: Path, content: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(_files(content)):
            entry = zipfile.ZipInfo(path.relative_to(content).as_posix(), EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(output)


def _files(content: Path) -> Iterator[Path]:
    for path in content.rglob("*"):
        if path.is_file() and path.name not in LEFT_OUT and path.relative_to(content).parts[0] != "bin":
            yield path


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m specbound.deploy.package", description=__doc__)
    arguments.add_argument("--output", type=Path, default=Path("build/lambda.zip"))
    target = arguments.add_mutually_exclusive_group()
    target.add_argument("--architecture", choices=PLATFORMS, default="arm64")
    target.add_argument("--host", action="store_true", help="for this machine, as the offline cloud does")
    target.add_argument(
        "--empty",
        type=Path,
        metavar="CONTRACT",
        help="an empty zip for this contract, which `terraform test` plans with",
    )
    given = arguments.parse_args()
    if given.empty:
        stand_in(given.output, artefact(given.empty))
        return
    build(given.output, None if given.host else given.architecture)
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    try:
        main()
    except (manifest.NoRuntime, Misconfigured, Refused) as reason:
        sys.exit(str(reason))
