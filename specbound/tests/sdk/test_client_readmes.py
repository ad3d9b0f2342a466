"""What the READMEs of the clients show is run as it stands, with the packages installed and an API that answers."""

import json
import os
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from specbound.compiler.document import load
from tests.sdk import modules
from tests.sdk.faults import FaultyGateway
from tests.sdk.packages import compile_strictly, project

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def free_address(url: str, token: str) -> None:
    """What the READMEs create has the contract's own examples, which other tests create as well."""
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}) as client:
        for each in client.get("/users", params={"email": "ada@example.com"}).json()["items"]:
            client.delete(f"/users/{each['userId']}")


def settings(gateway: FaultyGateway, token: str) -> dict[str, str]:
    return {"CATALOGUE_API_BASE_URL": f"{gateway.url}/none.readme", "CATALOGUE_API_TOKEN": token}


def shown(readme: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)


def test_the_packages_have_the_version_and_the_licence_of_the_contract(wheel: Path, tarball: Path) -> None:
    info = load()["info"]
    with zipfile.ZipFile(wheel) as packed:
        [metadata] = [name for name in packed.namelist() if name.endswith("/METADATA")]
        lines = packed.read(metadata).decode().splitlines()
    package = json.loads((tarball.parent / "typescript" / "package.json").read_text(encoding="utf-8"))

    assert {f"Version: {info['version']}", f"License-Expression: {info['license']['name']}"} <= set(lines)
    assert (package["version"], package["license"]) == (info["version"], info["license"]["name"])


def test_the_readme_of_the_python_client_runs(wheel: Path, python: Path, gateway: FaultyGateway, token: str) -> None:
    with zipfile.ZipFile(wheel) as packed:
        [metadata] = [name for name in packed.namelist() if name.endswith("/METADATA")]
        snippets = shown(packed.read(metadata).decode(), "python")

    done = [
        subprocess.run([python, "-c", each], env=settings(gateway, token), capture_output=True, text=True, check=False)
        for each in snippets
    ]

    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    assert "client.users.create(name=" in snippets[0]
    assert "There is no user" in done[0].stdout
    assert done[1].stdout.startswith("200 ")


def test_the_readme_of_the_typescript_client_runs(
    node: str, tarball: Path, tmp_path: Path, gateway: FaultyGateway, token: str
) -> None:
    with tarfile.open(tarball) as packed:
        member = packed.extractfile("package/README.md")
        assert member
        readme = member.read().decode()
    snippets = shown(readme, "ts")
    project(tmp_path, tarball)
    environment = os.environ | settings(gateway, token)
    done = []
    for number, each in enumerate(snippets):
        (tmp_path / f"shown{number}.mts").write_text(each, encoding="utf-8")
        compiled = compile_strictly(tmp_path, f"shown{number}.mts")
        assert compiled.returncode == 0, compiled.stdout
        command = [node, f"shown{number}.mjs"]
        done.append(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False))

    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    assert "client.users.create(" in snippets[0]
    assert "There is no user" in done[0].stdout
    assert done[1].stdout.startswith("201 ")


def test_the_readme_of_the_go_client_runs(
    go: str, go_module: Path, tmp_path: Path, gateway: FaultyGateway, token: str
) -> None:
    readme, info = (go_module / "README.md").read_text(encoding="utf-8"), load()["info"]
    [snippet] = shown(readme, "go")
    [edit] = re.findall(r"^    (go mod edit .*)$", readme, re.MULTILINE)
    for command in ("go mod init shown", edit.replace("./the/folder/of/this/file", str(go_module))):
        assert modules.run(tmp_path, *command.split()).returncode == 0, command
    (tmp_path / "main.go").write_text(snippet, encoding="utf-8")

    formatted = modules.run(tmp_path, Path(go).with_name("gofmt"), "-l", ".")
    done = modules.run(tmp_path, go, "run", ".", environment=settings(gateway, token))

    assert (done.returncode, formatted.stdout) == (0, ""), done.stderr
    assert "There is no user" in done.stdout
    assert f"version {info['version']}." in readme and f"Licence: {info['license']['name']}.\n" in readme
