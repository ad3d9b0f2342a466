"""What is in the package, and that the same source makes the same package."""

import importlib.util
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT
from specbound.deploy.package import RUNTIME, build

NOT_FOR_LAMBDA = {"boto3", "botocore", "compiler", "local", "tests"}
# What the function imports from outside, once boto3 is there, which the runtime brings with all that it needs.
IMPORTED = """
import sys
import boto3
boto3.client("dynamodb")
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import handlers.router
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items() if name not in before}
print(*(name for name, file in files.items() if "site-packages" in file))
"""
MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}  # e_machine, in the ELF specification's numbers


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package for this machine, unpacked."""
    folder = tmp_path_factory.mktemp("package")
    build(folder / "lambda.zip", None)
    with zipfile.ZipFile(folder / "lambda.zip") as archive:
        archive.extractall(folder / "content")
    return folder / "content"


def test_two_folders_with_the_same_source_make_the_same_bytes(tmp_path):
    archives = []
    for name in ("one", "another"):
        clone = tmp_path / name
        for part in ("handlers", "requirements"):
            shutil.copytree(ROOT / part, clone / part, copy_function=shutil.copyfile)
        shutil.copyfile(ROOT / "openapi.yaml", clone / "openapi.yaml")
        subprocess.run(
            [sys.executable, "-m", "specbound.deploy.package", "--host"], cwd=clone, check=True, capture_output=True
        )
        archives.append((clone / "build/lambda.zip").read_bytes())

    assert archives[0] == archives[1]


def test_it_holds_what_runs_in_lambda_and_nothing_else(package):
    names = {path.name.split(".")[0] for path in package.iterdir()}

    assert {"handlers", "aws_lambda_powertools", "jmespath", "jsonschema_rs", "orjson"} <= names
    assert not names & NOT_FOR_LAMBDA
    assert (package / "handlers/compiled/contract.json").exists()


def test_it_needs_nothing_besides_but_what_the_runtime_brings(package):
    command = [sys.executable, "-I", "-c", IMPORTED, package]
    imported = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert [name for name in imported if not name.startswith(("boto3.", "botocore."))] == []


def test_every_module_has_bytecode_that_is_used_without_a_look_at_its_source(package):
    for source in package.rglob("*.py"):
        bytecode = Path(importlib.util.cache_from_source(str(source))).read_bytes()
        magic, flags = bytecode[:4], struct.unpack_from("<I", bytecode, 4)[0]

        assert magic == importlib.util.MAGIC_NUMBER
        assert flags == 0b01, f"{source}: PEP 552 calls it hash-based and unchecked"


@pytest.mark.parametrize("architecture", MACHINES)
def test_it_holds_the_binaries_of_the_architecture_that_was_asked_for(tmp_path, architecture):
    build(tmp_path / "lambda.zip", architecture)

    with zipfile.ZipFile(tmp_path / "lambda.zip") as archive:
        libraries = [name for name in archive.namelist() if name.endswith(".so")]
        machines = {struct.unpack_from("<H", archive.read(name), 18)[0] for name in libraries}

    assert len(libraries) >= 2
    assert machines == {MACHINES[architecture]}
    assert all(f"cpython-{RUNTIME.replace('.', '')}" in name or "abi3" in name for name in libraries)


def test_terraform_runs_it_with_the_python_that_it_was_built_for():
    assert f'"python{RUNTIME}"' in (ROOT / "terraform/function.tf").read_text()
