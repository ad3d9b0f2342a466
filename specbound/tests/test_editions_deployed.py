"""Two versions of a contract, deployed by Terraform as one: both are called, each with its own clients."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from specbound.local.cloud import variables
from specbound.local.deployment import Deployment
from specbound.local.emulator import emulator
from specbound.local.issuer import Issuer, issuer
from tests.editions import EDITIONS, copied
from tests.environments import environment
from tests.sdk.packages import project
from tests.tools import REPOSITORY, lend

pytestmark = [pytest.mark.slow, pytest.mark.in_process]

CALLERS = EDITIONS / "callers"
READ, WRITE = "books/read", "books/write"
NEW = {"/v1/books": {"name": "Emma"}, "/v2/books": {"title": "Emma", "author": "Jane Austen"}}


@dataclass(frozen=True)
class Deployed:
    """The two versions, where they answer, and what was planned for them."""

    folder: Path
    url: str
    tokens: Issuer
    planned: dict[str, list[str]]

    def call(self, method: str, path: str, scope: str = "", body: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens.token([scope])}"} if scope else {}
        return httpx.request(method, self.url + path, json=body, headers=headers)

    def arguments(self) -> tuple[str, str]:
        return self.url, self.tokens.token([READ, WRITE])


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    lend(".venv-cloud")
    folder = tmp_path_factory.mktemp("deployed")
    service = copied(folder)
    _specbound(service, "compile")
    _specbound(service, "package", "--host")
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        deployment = Deployment(folder / "terraform", aws, REPOSITORY / "terraform")
        said = variables(tokens.url, service / "build" / "lambda.zip", service / "openapi.yaml")
        said |= {"forward": True, "name": "editions"}
        planned = deployment.plan(said)
        deployment.apply(said)
        # It is gone with MiniStack.
        yield Deployed(service, deployment.url, tokens, planned)


def test_the_routes_of_both_are_planned(deployed: Deployed) -> None:
    planned = " ".join(deployed.planned)

    for path in ("/books", "/books/{bookId}"):
        assert f"GET /v1{path}" in planned
        assert f"GET /v2{path}" in planned
    assert "GET /v1/docs" in planned


def test_what_one_version_makes_the_other_shows(deployed: Deployed) -> None:
    made = deployed.call("POST", "/v1/books", WRITE, {"name": "Emma"})
    shown = deployed.call("GET", f"/v2/books/{made.json()['bookId']}", READ)

    assert made.status_code == 201
    assert (shown.status_code, shown.json()["title"], shown.json()["author"]) == (200, "Emma", "unknown")


@pytest.mark.parametrize("path", NEW)
def test_each_version_asks_for_its_scopes(deployed: Deployed, path: str) -> None:
    assert deployed.call("GET", path).status_code == 401
    assert deployed.call("GET", path, READ).status_code == 200
    assert deployed.call("POST", path, READ, NEW[path]).status_code == 403
    assert deployed.call("POST", path, WRITE, NEW[path]).status_code == 201


def test_the_version_that_ends_says_so_through_the_gateway_and_the_other_does_not(deployed: Deployed) -> None:
    earlier, latest = (deployed.call("GET", f"/{version}/books", READ).headers for version in ("v1", "v2"))

    assert earlier["deprecation"] == "@1769817600"
    assert earlier["sunset"] == "Sun, 31 Jan 2027 00:00:00 GMT"
    assert not {"deprecation", "sunset"} & {*latest}


def test_each_version_has_its_contract_and_its_page(deployed: Deployed) -> None:
    versions = [deployed.call("GET", path).json()["info"]["version"] for path in ("/openapi.json", "/v1/openapi.json")]

    assert versions == ["2.1.0", "1.4.0"]
    assert "Version 2.1.0" in deployed.call("GET", "/v1/docs").text


@pytest.mark.parametrize(("caller", "options"), [("both.py", []), ("earlier.py", ["--version", "v1"])])
def test_python_clients_call_them_and_are_warned(
    deployed: Deployed, tmp_path: Path, caller: str, options: list[str]
) -> None:
    _specbound(deployed.folder, "clients", "--only", "python", "--out", str(tmp_path), *options)

    python = environment(tmp_path, next(tmp_path.glob("*.whl")))

    assert "it may be gone from Sun, 31 Jan 2027" in _warnings(python, CALLERS / caller, *deployed.arguments())


@pytest.mark.parametrize(("caller", "options"), [("both.mjs", []), ("earlier.mjs", ["--version", "v1"])])
def test_typescript_clients_call_them(
    node: str, deployed: Deployed, tmp_path: Path, caller: str, options: list[str]
) -> None:
    (deployed.folder / "build").mkdir(exist_ok=True)
    if not (deployed.folder / "build" / "node").exists():
        (deployed.folder / "build" / "node").symlink_to(REPOSITORY / "build" / "node")
    _specbound(deployed.folder, "clients", "--only", "typescript", "--out", str(tmp_path / "out"), *options)

    project(tmp_path, next((tmp_path / "out").glob("*.tgz")))
    shutil.copy(CALLERS / caller, tmp_path)

    _warnings(node, tmp_path / caller, *deployed.arguments())


def _specbound(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "specbound", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _warnings(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr
