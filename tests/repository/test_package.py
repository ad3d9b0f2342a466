"""What is in the package, and that the same source makes the same package."""

import base64
import hashlib
import importlib.util
import json
import platform
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.document import CONTRACT, ROOT
from specbound.compiler.manifest import NoRuntime, version
from specbound.deploy.package import build, stand_in

THINGS = ROOT / "specbound/tests/contracts/things.yaml"
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
    packages = []
    for name in ("one", "another"):
        clone = tmp_path / name
        for part in ("handlers", "requirements"):
            shutil.copytree(ROOT / part, clone / part, copy_function=shutil.copyfile)
        shutil.copyfile(ROOT / "openapi.yaml", clone / "openapi.yaml")
        command = [sys.executable, "-m", "specbound.deploy.package", "--host"]
        subprocess.run(command, cwd=clone, check=True, capture_output=True)
        packages.append([(clone / "build" / file).read_bytes() for file in ("lambda.zip", "lambda.json")])

    assert packages[0] == packages[1]


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

    assert manifest(tmp_path / "lambda.zip")["architecture"] == architecture
    with zipfile.ZipFile(tmp_path / "lambda.zip") as archive:
        libraries = [name for name in archive.namelist() if name.endswith(".so")]
        machines = {struct.unpack_from("<H", archive.read(name), 18)[0] for name in libraries}

    assert len(libraries) >= 2
    assert machines == {MACHINES[architecture]}
    assert all(f"cpython-{version().replace('.', '')}" in name or "abi3" in name for name in libraries)


def test_the_manifest_says_what_is_deployed_and_of_which_contract_and_zip(package):
    zip_file = package.parent / "lambda.zip"

    assert manifest(zip_file) == {
        "source": hashlib.sha256(CONTRACT.read_bytes()).hexdigest(),
        "package": base64.b64encode(hashlib.sha256(zip_file.read_bytes()).digest()).decode(),
        "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "architecture": {"aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "infrastructure": json.loads((package / "handlers/compiled/contract.json").read_bytes())["infrastructure"],
    }


def test_a_package_that_terraform_only_plans_with_is_empty_and_has_a_manifest(tmp_path):
    stand_in(tmp_path / "things.zip", artefact(THINGS))

    with zipfile.ZipFile(tmp_path / "things.zip") as archive:
        assert archive.namelist() == []
    assert manifest(tmp_path / "things.zip")["infrastructure"]["title"] == "Things"


@pytest.mark.parametrize("running", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_the_function_runs_on_the_python_that_built_the_package(running):
    assert version(running) == f"3.{running[1]}"


@pytest.mark.parametrize("running", [(3, 10), (3, 15)])
def test_a_python_that_lambda_does_not_have_builds_no_package(running):
    with pytest.raises(NoRuntime) as refused:
        version(running)

    assert str(refused.value) == (
        f"Lambda has no Python 3.{running[1]}, only 3.11, 3.12, 3.13, 3.14. Build the package with one of these: "
        "`make clean`, then `make package PYTHON=/path/to/python3.14`."
    )


def test_without_a_compiled_contract_there_is_no_package_and_the_way_out_is_said(tmp_path):
    ignored = shutil.ignore_patterns("compiled", "__pycache__")
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", ignore=ignored)

    command = [sys.executable, "-m", "specbound.deploy.package", "--host"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    missing = Path("handlers/compiled/contract.json")
    assert (ended.returncode, ended.stderr) == (1, f"{missing} is not there: run `python -m specbound.compiler`.\n")


def manifest(zip_file):
    return json.loads(zip_file.with_suffix(".json").read_bytes())
