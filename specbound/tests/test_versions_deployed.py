"""What holds when seven versions of a contract are deployed by Terraform, and each is rolled back once."""

import base64
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from specbound import Contract
from specbound.compiled import COMPILED
from specbound.compiler import manifest
from specbound.compiler.artefact import artefact
from specbound.deploy.rollback import roll_back
from specbound.local.cloud import variables
from specbound.local.deployment import Deployment
from specbound.local.emulator import Emulator, emulator
from specbound.local.issuer import Issuer, issuer
from tests.tools import REPOSITORY, lend
from tests.versioned.contracts import VERSIONS, contract
from tests.versioned.filling import fill
from tests.versioned.handlers.orders import upgrades
from tests.versioned.story import tell

pytestmark = pytest.mark.slow

HANDLERS = Path(__file__).parent / "versioned" / "handlers"


class Deployed:
    """MiniStack, to which Terraform deploys; `packages` has the zip of each version, with a manifest beside it."""

    def __init__(self, folder: Path, aws: Emulator, tokens: Issuer, packages: dict[int, Path]) -> None:
        self._aws = aws
        self._tokens = tokens
        self._packages = packages
        self._deployment = Deployment(folder, aws, REPOSITORY / "terraform")
        self._caller = httpx.Client(
            headers={"authorization": f"Bearer {tokens.token(['orders/read', 'orders/write'])}"}
        )

    def deploy(self, version: int) -> None:
        package = self._packages[version]
        settings = variables(self._tokens.url, package, package.with_suffix(".yaml"))
        self._deployment.apply(settings | {"forward": True, "name": "versions"})
        # Each look at it starts Terraform.
        self._url, outputs = self._deployment.url, self._deployment.outputs()
        self._function, tables = outputs["function"], outputs["tables"]
        compiled = artefact(package.with_suffix(".yaml"))
        environment = {f"TABLE_{name.upper()}": stored_as for name, stored_as in tables.items()}
        kept: Contract[Any] = Contract(compiled, environment=environment, upgrades=upgrades(version))
        fill(self._sdk("dynamodb"), kept.tables.orders)

    def roll_back(self, version: int) -> None:
        done = roll_back(self._sdk, self._function)
        assert done.after < done.before

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        headers = {"idempotency-key": key} if key else {}
        reply = self._caller.request(method, self._url + path, json=body, headers=headers)
        return reply.status_code, reply.json()

    def destroy(self) -> None:
        self._deployment.destroy()

    def _sdk(self, service: str) -> Any:
        client = self._aws.sdk(service)
        client.meta.events.register("after-call.lambda.GetFunction", self._give_its_own)
        return client

    def _give_its_own(self, parsed: Any, **_: Any) -> None:
        """MiniStack has the newest package for every version, though it knows the hash of each one's own."""
        hashes = {
            base64.b64encode(sha256(each.read_bytes()).digest()).decode(): each for each in self._packages.values()
        }
        parsed["Code"]["Location"] = hashes[parsed["Configuration"]["CodeSha256"]].as_uri()


@pytest.fixture
def packages(tmp_path: Path) -> dict[int, Path]:
    """The zip of each version: the first is built, and in the others the contract is another."""
    service = tmp_path / "service"
    shutil.copytree(HANDLERS, service / "handlers", ignore=shutil.ignore_patterns("compiled", "__pycache__"))
    (service / "openapi.yaml").write_text(json.dumps(contract(1)))
    for command in (["compile"], ["package", "--host"]):
        done = subprocess.run(
            [sys.executable, "-m", "specbound", *command], cwd=service, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return {version: _package(version, service / "build" / "lambda.zip", tmp_path) for version in VERSIONS}


@pytest.fixture
def cloud(tmp_path: Path, packages: dict[int, Path]) -> Iterator[Deployed]:
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    lend(".venv-cloud")
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        yield Deployed(tmp_path / "terraform", aws, tokens, packages)


def test_every_version_shows_lists_and_changes_what_any_other_wrote_where_they_are_deployed(cloud: Deployed) -> None:
    tell(cloud)
    cloud.destroy()


def _package(version: int, base: Path, folder: Path) -> Path:
    source = folder / f"{version}.yaml"
    source.write_text(json.dumps(contract(version)))
    compiled, package = artefact(source), folder / f"{version}.zip"
    others = {
        (COMPILED / "contract.json").as_posix(): json.dumps(compiled),
        (COMPILED / "openapi.json").as_posix(): source.read_text(),
    }
    with zipfile.ZipFile(base) as given, zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as made:
        for each in given.infolist():
            made.writestr(each, others.get(each.filename, given.read(each)))
    manifest.write(package, compiled, manifest.architecture())
    return package
