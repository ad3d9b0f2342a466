"""`specbound clients --publish`: what two registries are sent by uv and npm, and what they are not."""

import base64
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from specbound.clients import python_client
from specbound.clients.publishing import publish
from specbound.compiler.document import load
from specbound.failures import Failed
from tests.tools import SERVICE

pytestmark = [pytest.mark.in_process, pytest.mark.slow]


class Registry(BaseHTTPRequestHandler):
    """Both kinds at once: keeps what is uploaded, or refuses it."""

    sent: dict[str, bytes]
    refused: set[str]

    def do_POST(self) -> None:
        """PyPI's way: a form of its Upload API."""
        self._keep("pypi")

    def do_PUT(self) -> None:
        """npm's way: JSON, the tarball within (npm/registry, docs/REGISTRY-API.md)."""
        self._keep("npm")

    def do_GET(self) -> None:
        self._answer(404)

    def _keep(self, kind: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if kind in self.refused:
            return self._answer(403)
        self.sent[kind] = body
        return self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


@pytest.fixture
def registry() -> Iterator[tuple[str, type[Registry]]]:
    handler = type("Kept", (Registry,), {"sent": {}, "refused": set()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", handler
        server.shutdown()


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of the service, with all that a package can say of itself."""
    document = load()
    contact = {"name": "Ada Lovelace", "email": "ada@example.com", "url": "https://example.com/support"}
    addresses = {"x-repository": "https://example.com/catalogue.git", "x-changelog": "https://example.com/changes"}
    document["info"] |= {"contact": contact, "license": {"name": "Apache 2.0"}} | addresses
    document["externalDocs"] = {"url": "https://example.com/catalogue"}
    written = tmp_path_factory.mktemp("contract") / "openapi.json"
    written.write_text(json.dumps(document), encoding="utf-8")
    return written


def settings(folder: Path, host: str) -> dict[str, str]:
    """Of both tools, in the environment: where to publish, and as whom."""
    file = folder / "npmrc"
    file.write_text(f"registry=http://{host}/\n//{host}/:_authToken=secret\nfetch-retries=0\n", encoding="utf-8")
    return {
        "NPM_CONFIG_USERCONFIG": str(file),
        "NPM_CONFIG_REGISTRY": f"http://{host}/",
        "UV_PUBLISH_URL": f"http://{host}/legacy/",
        "UV_PUBLISH_TOKEN": "secret",
    }


def published(contract: Path, folder: Path, host: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | settings(folder, host)
    command = [sys.executable, "-m", "specbound", "clients", "--contract", contract, "--out", folder / "sdk"]
    return subprocess.run(
        [*command, "--publish", *options], cwd=SERVICE, env=environment, capture_output=True, text=True, check=False
    )


def test_a_dry_run_publishes_nothing(
    node: str, contract: Path, tmp_path: Path, registry: tuple[str, type[Registry]]
) -> None:
    host, kept = registry

    done = published(contract, tmp_path, host, "--dry-run")

    assert done.returncode == 0, done.stderr
    assert kept.sent == {}
    assert "catalogue_api_client-1.0.0-py3-none-any.whl" in done.stdout
    assert "catalogue-api-client@1.0.0" in done.stdout


def test_both_packages_are_published_with_what_the_contract_says_of_them(
    node: str, contract: Path, tmp_path: Path, registry: tuple[str, type[Registry]]
) -> None:
    host, kept = registry

    done = published(contract, tmp_path, host)

    assert done.returncode == 0, done.stdout + done.stderr
    boundary = re.match(rb"(--[^\r]*)\r\n", kept.sent["pypi"])
    assert boundary
    [wheel] = [each for each in kept.sent["pypi"].split(boundary[1]) if b'name="content"' in each]
    with zipfile.ZipFile(BytesIO(wheel.partition(b"\r\n\r\n")[2])) as packed:
        [name] = [each for each in packed.namelist() if each.endswith("/METADATA")]
        metadata = BytesParser().parsebytes(packed.read(name))
    assert (metadata["License-Expression"], metadata["Version"]) == ("Apache-2.0", "1.0.0")
    assert metadata["Author-email"] == "Ada Lovelace <ada@example.com>"
    assert sorted(metadata.get_all("Project-URL", [])) == [
        "Changelog, https://example.com/changes",
        "Homepage, https://example.com/catalogue",
        "Repository, https://example.com/catalogue.git",
        "Support, https://example.com/support",
    ]
    [attachment] = json.loads(kept.sent["npm"])["_attachments"].values()
    with tarfile.open(fileobj=BytesIO(base64.b64decode(attachment["data"]))) as tarball:
        described = tarball.extractfile("package/package.json")
        assert described
        package = json.load(described)
    assert (package["license"], package["version"]) == ("Apache-2.0", "1.0.0")
    assert package["repository"]["url"] == "https://example.com/catalogue.git"
    assert (package["homepage"], package["bugs"]) == (
        "https://example.com/catalogue",
        {"url": "https://example.com/support"},
    )
    assert package["author"] == {"name": "Ada Lovelace", "email": "ada@example.com"}
    assert "secret" not in done.stdout + done.stderr


def test_nothing_is_published_unless_all_of_it_can_be(
    node: str, tmp_path: Path, registry: tuple[str, type[Registry]], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, kept = registry
    for name, each in settings(tmp_path, host).items():
        monkeypatch.setenv(name, each)
    wheel = python_client.build(load(), tmp_path / "client")
    (tmp_path / "broken.tgz").write_bytes(b"no tarball")

    with pytest.raises(Failed, match="npm failed"):
        publish([wheel, tmp_path / "broken.tgz"], dry_run=False)

    assert kept.sent == {}


def test_what_is_left_is_named_if_one_registry_refuses(
    node: str, contract: Path, tmp_path: Path, registry: tuple[str, type[Registry]]
) -> None:
    host, kept = registry
    kept.refused.add("npm")

    done = published(contract, tmp_path, host)
    kept.refused.clear()
    again = published(contract, tmp_path, host, "--only", "typescript")

    assert done.returncode == 1
    assert kept.sent.keys() == {"pypi", "npm"}
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "Published: catalogue_api_client-1.0.0-py3-none-any.whl. Not published: catalogue-api-client"
    )
    assert again.returncode == 0, again.stderr
