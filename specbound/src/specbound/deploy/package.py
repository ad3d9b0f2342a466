"""What Lambda runs, as one zip: the same source gives the same bytes in any folder."""

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
from specbound.compiler.document import ROOT

RUNTIME = "3.13"
# Amazon Linux 2023 has glibc 2.34.
PLATFORMS = {
    "arm64": ["manylinux_2_28_aarch64", "manylinux2014_aarch64"],
    "x86_64": ["manylinux_2_28_x86_64", "manylinux2014_x86_64"],
}
# Files of an installation that say where and by whom it was made, and nothing to the function.
LEFT_OUT = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}
ENGINE = Path(specbound.__file__).parent
# Rooms of the engine that nothing in Lambda enters.
BUILD_TIME = ("clients", "compiler", "deploy", "local")
EARLIEST = (1980, 1, 1, 0, 0, 0)


def build(output: Path, architecture: str | None) -> None:
    """Write the zip, for a Lambda architecture, or with None for the Python and the machine that run this."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder)
        _install_dependencies(content, architecture)
        shutil.copytree(ROOT / "handlers", content / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ENGINE, content / "specbound", ignore=shutil.ignore_patterns("__pycache__", *BUILD_TIME))
        _compile_bytecode(content, RUNTIME if architecture else _version(sys.executable))
        _write(output, content)


def _install_dependencies(content: Path, architecture: str | None) -> None:
    platforms = [f"--platform={platform}" for platform in PLATFORMS[architecture]] if architecture else []
    target = ["--implementation=cp", f"--python-version={RUNTIME}", *platforms] if architecture else []
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps",
         "--only-binary=:all:", "--require-hashes", f"--requirement={ROOT / 'requirements/lambda.txt'}",
         f"--target={content}", *target],
        check=True,
    )  # fmt: skip


def _compile_bytecode(content: Path, version: str) -> None:
    """Add .pyc files that are used without a look at the source: Lambda could not write them, and zips lose times."""
    python = _interpreter(version)
    if python is None:
        print(
            f"There is no Python {version} here, and no other can write its bytecode. The package works without, "
            f"but starts two to three times as slowly: put python{version} on the PATH before you deploy it."
        )
        return
    subprocess.run(
        [python, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash",
         "-s", content, "-p", "/var/task", content],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip


def _interpreter(version: str) -> str | None:
    """A Python of this minor version, which alone writes the bytecode that it reads."""
    candidates = [sys.executable, shutil.which(f"python{version}")]
    return next((python for python in candidates if python and _version(python) == version), None)


def _version(python: str) -> str:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    # One that is found need not run: pyenv leaves stubs of versions that are not switched on.
    return subprocess.run([python, "-c", program], capture_output=True, text=True, check=False).stdout.strip()


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


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m specbound.deploy.package", description=__doc__)
    arguments.add_argument("--output", type=Path, default=Path("build/lambda.zip"))
    target = arguments.add_mutually_exclusive_group()
    target.add_argument("--architecture", choices=PLATFORMS, default="arm64")
    target.add_argument(
        "--host", action="store_true", help="for this machine and this Python, as the offline cloud does"
    )
    given = arguments.parse_args()
    build(given.output, None if given.host else given.architecture)
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.1f} MB")
