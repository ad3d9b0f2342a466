"""Throw-away copies of the repository: what is planted and run in one never touches the work tree."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.table import ROOT, Fault, Unfit

# What is installed is shared, and written by nobody.
INSTALLED = (".venv-cloud", "build/node", "build/terraform-plugins")
VENV = ".venv"
CONTRACTS = ("things", "amazon", "foreign")


@contextmanager
def original(for_terraform: bool) -> Iterator[Path]:
    """A copy of all that is tracked, compiled; ready for tests of Terraform if there are any to run. Raises Unfit."""
    with TemporaryDirectory(prefix="faults-") as made:
        folder = Path(made) / "original"
        _copy_tracked(folder)
        _lend_packages(folder)
        run(folder, [python(folder), "-m", "specbound", "compile"])
        if for_terraform:
            _prepare_terraform(folder)
        yield folder


@contextmanager
def planted(source: Path, fault: Fault) -> Iterator[Path]:
    """A copy of a copy, with one fault in it."""
    with TemporaryDirectory(prefix="fault-") as made:
        folder = Path(made) / "copy"
        shutil.copytree(source, folder, symlinks=True)
        file = folder / fault.file
        file.write_text(fault.planted(file.read_text(encoding="utf-8")), encoding="utf-8")
        yield folder


def python(folder: Path) -> str:
    """The interpreter whose `specbound` is this copy's, in whatever environment it runs."""
    return str(folder / VENV / "bin" / "python")


def environment(folder: Path) -> dict[str, str]:
    """Of a process that works on this copy."""
    return {
        **os.environ,
        "TF_DATA_DIR": "../build/terraform-test",
        "TF_PLUGIN_CACHE_DIR": str(folder / "build" / "terraform-plugins"),
    }


def run(folder: Path, command: list[str]) -> None:
    """Raises Unfit, with what the command said, if it fails."""
    done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(f"`{' '.join(command)}` failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _copy_tracked(folder: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [Path(name) for name in filter(None, names) if (ROOT / name).is_file()]
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file)
    # make goes by the times of folders, too.
    for place in sorted({parent for file in files for parent in file.parents}, reverse=True):
        shutil.copystat(ROOT / place, folder / place)
    for name in INSTALLED:
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).symlink_to(ROOT / name)


def _lend_packages(folder: Path) -> None:
    """An environment that has all of this one's packages, but the engine from the copy."""
    real, own = ROOT / VENV, folder / VENV
    [library] = real.glob("lib/python*")
    packages = own / "lib" / library.name / "site-packages"
    packages.mkdir(parents=True)
    (own / "bin").mkdir()
    for tool in (real / "bin").iterdir():
        (own / "bin" / tool.name).symlink_to(tool)
    shutil.copy2(real / "pyvenv.cfg", own)
    # Lines are paths from here; the first one that has a package is where it comes from.
    engine = os.path.relpath(folder / "specbound" / "src", packages)
    lines = [engine, f"import site; site.addsitedir({str(library / 'site-packages')!r})"]
    (packages / "copy.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prepare_terraform(folder: Path) -> None:
    contracts = {"catalogue": "openapi.yaml"} | {name: f"terraform/tests/contracts/{name}.yaml" for name in CONTRACTS}
    for name, contract in contracts.items():
        to = f"build/terraform-test/{name}.zip"
        run(folder, [python(folder), "-m", "specbound", "package", "--empty", contract, "--output", to])
    run(folder, ["terraform", "-chdir=terraform", "init", "-backend=false", "-input=false"])
