"""Packaging, `specbound package`: what Lambda runs, as one zip, with the manifest that Terraform reads beside it.

The same source gives the same bytes in any folder. The function's Python is the one that runs this.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from struct import pack_into, unpack_from

import specbound
from specbound.compiled import COMPILED, CompiledContract, read
from specbound.compiler import compilation, current, manifest
from specbound.compiler.artefact import artefact
from specbound.compiler.document import ROOT, Refused
from specbound.compiler.report import described
from specbound.deploy import bill, closed
from specbound.failures import Failed

# Amazon Linux 2023 has glibc 2.34.
PLATFORMS = {
    "arm64": ["manylinux_2_28_aarch64", "manylinux2014_aarch64"],
    "x86_64": ["manylinux_2_28_x86_64", "manylinux2014_x86_64"],
}
# Files of an installation that say where and by whom it was made, and nothing to the function.
LEFT_OUT = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}
ENGINE = Path(specbound.__file__).parent
# What of the engine nothing in Lambda imports.
BUILD_TIME = (
    "adoption", "assistants", "clients", "compiler", "deploy", "evolution", "local", "mock", "operating", "proof",
    "proxy", "survey", "template", "testing", "__main__.py", "cli.py", "failures.py", "openapi.schema.json",
    "shapes.py",
)  # fmt: skip
# What of its dependencies, and is large: Powertools' own docs page.
UNUSED = ("aws_lambda_powertools/event_handler/openapi/swagger_ui",)
# What the engine needs in Lambda, and what the service adds to it if it needs anything else: both with hashes.
PINNED = Path(__file__).parent / "requirements.txt"
ADDED = ROOT / "requirements" / "lambda.txt"
OUTPUT = Path("build") / "lambda.zip"
EARLIEST = (1980, 1, 1, 0, 0, 0)


class PackagingFailed(Failed):
    """What the package needs could not be installed; the message is what pip said."""


def run(output: Path = OUTPUT, architecture: str = "arm64", empty: Path | None = None) -> None:
    """Write the zip and its manifest, and say how large it is. The architecture is Lambda's, or `host`: this machine's.

    `empty` is a contract: of it only what a plan needs is written, see `stand_in`. Raises Failed, or Misconfigured: for
    an operation that has no function, for one.
    """
    if empty:
        try:
            stand_in(output, artefact(empty))
        except Refused as refused:
            raise Failed(described(refused, empty)) from refused
        return
    if not current.is_current():
        compilation.run()
    elif reason := compilation.start():
        raise Failed(reason)
    build(output, None if architecture == "host" else architecture)
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


def build(output: Path, architecture: str | None) -> None:
    """Write the zip, its manifest and its bill, for a Lambda architecture, or with None for the machine that runs this.

    Raises NoRuntime if Lambda has no Python like this one, Misconfigured if nothing was compiled, PackagingFailed, and
    Failed for operations that nobody said are public.
    """
    manifest.version()
    compiled = read()
    closed.check(compiled)
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder)
        _install_dependencies(content, architecture)
        shutil.copytree(ROOT / "handlers", content / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
        # For type checkers only.
        (content / COMPILED / "types.py").unlink(missing_ok=True)
        shutil.copytree(ENGINE, content / "specbound", ignore=shutil.ignore_patterns("__pycache__", *BUILD_TIME))
        for unused in UNUSED:
            shutil.rmtree(content / unused, ignore_errors=True)
        for library in content.rglob("*.so"):
            library.write_bytes(loadable(library.read_bytes()))
        _compile_bytecode(content)
        _write(output, content)
        bill.write(output, content, compiled)
    manifest.write(output, compiled, architecture or manifest.architecture())


def loadable(library: bytes) -> bytes:
    """A shared library without what only debuggers and linkers read, which is half of some: the part that is loaded.

    Sections need not be there for a program to run: https://refspecs.linuxfoundation.org/elf/elf.pdf
    """
    if library[:5] != b"\x7fELF\x02":
        return library
    programs, size, count = *unpack_from("<Q", library, 0x20), *unpack_from("<HH", library, 0x36)
    ends = [programs + size * count]
    for header in range(programs, ends[0], size):
        offset, length = unpack_from("<Q16xQ", library, header + 0x08)
        ends.append(offset + length)
    kept = bytearray(library[: max(ends)])
    pack_into("<Q", kept, 0x28, 0)  # where the sections are told
    pack_into("<HH", kept, 0x3C, 0, 0)  # how many there are, and which one has their names
    return bytes(kept)


def stand_in(output: Path, compiled: CompiledContract) -> None:
    """Write a zip with nothing in it, and its manifest: all that Terraform needs for a plan. Raises NoRuntime."""
    with tempfile.TemporaryDirectory() as nothing:
        _write(output, Path(nothing))
    manifest.write(output, compiled, "arm64")


def _install_dependencies(content: Path, architecture: str | None) -> None:
    platforms = [f"--platform={platform}" for platform in PLATFORMS[architecture]] if architecture else []
    target = ["--implementation=cp", f"--python-version={manifest.version()}", *platforms] if architecture else []
    pinned = [f"--requirement={file}" for file in (PINNED, ADDED) if file.exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps",
         "--only-binary=:all:", "--require-hashes", *pinned, f"--target={content}", *target],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        reason = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("WARNING"))
        raise PackagingFailed(f"What Lambda needs could not be installed:\n{reason}")


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
