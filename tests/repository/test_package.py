"""What is in the package, and that the same source makes the same package."""

import base64
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from specbound.compiled import VERSION
from specbound.compiler.artefact import artefact
from specbound.compiler.document import CONTRACT, ROOT
from specbound.compiler.manifest import NoRuntime, version
from specbound.deploy import bill
from specbound.deploy.package import PINNED, build, stand_in

pytestmark = pytest.mark.slow

THINGS = ROOT / "specbound/tests/contracts/things.yaml"
NOT_FOR_LAMBDA = {"boto3", "botocore", "tests"}
# Of the engine; what lies beside them is modules, of which these are commands.
ROOMS = {"http", "resources", "store"}
COMMANDS = {"__main__.py", "cli.py", "failures.py"}
MOST_BYTES = 12_000_000
# What the function imports from outside of it.
IMPORTED = """
import sys
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
        shutil.copytree(ROOT / "handlers", clone / "handlers", copy_function=shutil.copyfile)
        shutil.copyfile(ROOT / "openapi.yaml", clone / "openapi.yaml")
        command = [sys.executable, "-m", "specbound", "package", "--host"]
        subprocess.run(command, cwd=clone, check=True, capture_output=True)
        packages.append([(clone / "build" / file).read_bytes() for file in ("lambda.zip", "lambda.json")])

    assert packages[0] == packages[1]


def test_it_holds_what_runs_in_lambda_and_nothing_else(package):
    names = {path.name.split(".")[0] for path in package.iterdir()}

    assert {"handlers", "aws_lambda_powertools", "jmespath", "jsonschema_rs", "orjson"} <= names
    assert not names & NOT_FOR_LAMBDA
    engine = [path for path in (package / "specbound").iterdir() if path.name != "__pycache__"]
    assert {path.name for path in engine if path.is_dir()} == ROOMS
    files = {path.name for path in engine if path.is_file()}
    assert not files & COMMANDS and {Path(name).suffix for name in files} == {".py", ".typed"}
    assert (package / "handlers/compiled/contract.json").exists()
    assert not (package / "handlers/compiled/types.py").exists()


def test_it_needs_nothing_besides(package):
    """And its libraries do what they are for, though what only debuggers read was taken from them."""
    command = [sys.executable, "-I", "-c", IMPORTED, package]
    environment = os.environ | {"DATABASE_CLIENT": "specbound"}
    imported = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split()

    assert imported == []


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
    assert (tmp_path / "lambda.zip").stat().st_size <= MOST_BYTES
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
        "parts": {},
        "package": base64.b64encode(hashlib.sha256(zip_file.read_bytes()).digest()).decode(),
        "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "architecture": {"aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "infrastructure": json.loads((package / "handlers/compiled/contract.json").read_bytes())["infrastructure"],
    }


def test_the_bill_names_each_package_with_its_version_and_a_licence_that_lets_it_be_used(package):
    zip_file = package.parent / "lambda.zip"
    told = json.loads(bill.path(zip_file).read_bytes())
    pinned = dict(re.findall(r"^([a-z-]+)==(\S+)", PINNED.read_text(encoding="utf-8"), re.MULTILINE))

    found = {each["name"].lower().replace("_", "-"): each for each in told["components"]}

    assert {name: each["version"] for name, each in found.items()} == {**pinned, "specbound": VERSION}
    assert told["metadata"]["component"]["hashes"][0]["content"] == hashlib.sha256(zip_file.read_bytes()).hexdigest()
    licences = {name: " ".join(map(json.dumps, each["licenses"])) for name, each in found.items()}
    assert not [name for name, said in licences.items() if not re.search("Apache|MIT|PSF|BSD|MPL", said)]
    assert not [name for name, said in licences.items() if "GPL" in said]


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


def test_what_has_changed_is_compiled_before_it_is_packaged_and_what_is_refused_is_not_packaged(tmp_path):
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
    changed = CONTRACT.read_text(encoding="utf-8").replace("operationId: get_health", "operationId: get_wealth")
    (tmp_path / "openapi.yaml").write_text(changed, encoding="utf-8")

    ended = package_in(tmp_path)

    assert ended.returncode == 1
    assert "operation get_wealth has no function" in ended.stderr
    assert not (tmp_path / "build").exists()


def test_what_the_service_needs_beside_the_engine_is_in_it_only_with_hashes(tmp_path):
    shutil.copytree(ROOT / "handlers", tmp_path / "handlers", copy_function=shutil.copyfile)
    shutil.copyfile(CONTRACT, tmp_path / "openapi.yaml")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "lambda.txt").write_text("idna==3.10\n", encoding="utf-8")

    ended = package_in(tmp_path)

    assert ended.returncode == 1
    assert ended.stderr.startswith("What Lambda needs could not be installed:\nERROR: ")
    assert "idna==3.10 --hash=" in ended.stderr


def test_what_is_pinned_is_what_the_engine_declares():
    declared = tomllib.loads((ROOT / "specbound" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = PINNED.read_text(encoding="utf-8")

    assert declared["version"] == VERSION
    names = {each.replace("_", "-") for each in declared["dependencies"]}
    assert names <= set(re.findall(r"^([a-z-]+)==", pinned, re.MULTILINE))


def package_in(folder):
    command = [sys.executable, "-m", "specbound", "package", "--host"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def manifest(zip_file):
    return json.loads(zip_file.with_suffix(".json").read_bytes())
