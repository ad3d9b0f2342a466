"""The TypeScript client, packed, installed into an empty project and used against a running API on many platforms."""

import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from specbound.clients import typescript_client
from specbound.compiler.document import declarations, load
from tests.docs_page import DRIVER, QUIET
from tests.sdk.faults import FaultyGateway
from tests.sdk.packages import compile_strictly, project

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
PARTS = ["claims", "calls", "resources", "secrets", "values"]
SOURCE = "".join((HERE / f"{part}.mts").read_text(encoding="utf-8") for part in PARTS)
CLAIMS = re.findall(r"^  async (\w+)\(", SOURCE, re.MULTILINE)
# A host that only the browser knows: a page from there is no secure context, as it is no page from this machine.
PLAIN_HOST = "plain.test"
RUNTIMES = {
    "deno": ("2.9.6", "run", "--allow-all", "--no-config", "--node-modules-dir=manual"),
    "bun": ("1.4.5", "run"),
}
PAGE = """<!doctype html>
<script src="./taken_away.mjs" type="module"></script>
<script type="importmap">{"imports": {
  "catalogue-api-client": "./node_modules/catalogue-api-client/dist/index.js",
  "openapi-fetch": "./node_modules/openapi-fetch/dist/index.mjs"
}}</script>
<script type="module">import "./keep.mjs"</script>
"""


@pytest.fixture(scope="module")
def claiming(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was empty before the tarball came, with the claims compiled in it."""
    folder = tmp_path_factory.mktemp("project")
    project(folder, tarball)
    for name in [*PARTS, "claiming", "keep"]:
        shutil.copy(HERE / f"{name}.mts", folder)
    shutil.copy(HERE / "taken_away.mjs", folder)
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    compiled = compile_strictly(folder, "keep.mts")
    assert compiled.returncode == 0, compiled.stdout
    return folder


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_typescript_client_keeps_its_word(claim: str, claiming: Path, gateway: FaultyGateway, token: str) -> None:
    command = ["node", claiming / "keep.mjs", claim, gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def oldest_node(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The oldest Node that the client names, from npm."""
    engines = json.loads((typescript_client.TYPESCRIPT / "package.json").read_text(encoding="utf-8"))["engines"]
    version = f"{engines['node'].removeprefix('>=')}.0.0".split(".")[:3]
    system = subprocess.check_output([node, "-p", "process.platform + '-' + process.arch"], text=True).strip()
    folder = tmp_path_factory.mktemp("oldest")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder]
    done = subprocess.run([*command, f"node-{system}@{'.'.join(version)}"], capture_output=True, text=True, check=False)
    if done.returncode != 0 and os.environ.get("CI") != "true":
        pytest.skip(f"npm has no Node {'.'.join(version)} for {system}.")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "node_modules" / f"node-{system}" / "bin" / "node"


def test_every_claim_holds_on_the_oldest_node(
    oldest_node: Path, claiming: Path, gateway: FaultyGateway, token: str
) -> None:
    command = [oldest_node, claiming / "keep.mjs", "all", gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_claim_holds_on_other_platforms(
    runtime: str, tmp_path: Path, claiming: Path, gateway: FaultyGateway, token: str
) -> None:
    """Those that npm has as packages, whose program is in a package of its own for each kind of machine."""
    version, *arguments = RUNTIMES[runtime]
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", tmp_path]
    installed = subprocess.run([*command, f"{runtime}@{version}"], capture_output=True, text=True, check=False)
    found = [each for each in tmp_path.glob(f"node_modules/@*/*/**/{runtime}") if each.is_file()]
    if not found and os.environ.get("CI") != "true":
        pytest.skip(f"npm has no {runtime} {version} for this machine.")
    assert found, installed.stdout + installed.stderr
    found[0].chmod(0o755)

    environment = os.environ | {"DENO_DIR": str(tmp_path / "cache"), "DENO_NO_UPDATE_CHECK": "1"}
    command = [found[0], *arguments, claiming / "keep.mjs", "all", gateway.url, token]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)

    assert done.returncode == 0, done.stderr


def test_every_claim_holds_without_the_platforms_younger_functions(
    claiming: Path, gateway: FaultyGateway, token: str
) -> None:
    away = (claiming / "taken_away.mjs").as_uri()
    command = ["node", "--import", away, claiming / "keep.mjs", "all", gateway.url, token]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(DRIVER is None and os.environ.get("CI") != "true", reason="chromedriver is not installed.")
def test_every_claim_holds_on_a_page_that_came_over_plain_http(
    claiming: Path, gateway: FaultyGateway, token: str
) -> None:
    gateway.folder = claiming
    options = ChromeOptions()
    for argument in ("--headless=new", f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1", *QUIET):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not work for root
    url = gateway.url.replace("127.0.0.1", PLAIN_HOST)

    with Chrome(options=options, service=Service(DRIVER)) as browser:
        browser.get(f"{url}/files/page.html?all&{url}&{token}")
        WebDriverWait(browser, 120).until(lambda _: browser.title)
        title, secure = browser.title, browser.execute_script("return isSecureContext")

    assert (title, secure) == (f"{len(CLAIMS)} kept", False)


def test_the_package_says_what_it_runs_on(tarball: Path) -> None:
    with tarfile.open(tarball) as packed:
        package, readme = (
            packed.extractfile(f"package/{name}").read().decode()  # type: ignore[union-attr]  both are files
            for name in ("package.json", "README.md")
        )

    assert json.loads(package)["type"] == "module"
    assert f"Node {json.loads(package)['engines']['node'].removeprefix('>=')}" in readme
    assert "ESM only" in readme


def test_the_claims_use_every_operation(claiming: Path, gateway: FaultyGateway, token: str) -> None:
    gateway.seen.clear()

    command = ["node", claiming / "keep.mjs", "every_operation_is_a_method", gateway.url, token]
    subprocess.run(command, check=True)

    assert gateway.operations(load()) == {each.operation_id for each in declarations(load())}


def test_wrong_calls_do_not_compile(claiming: Path) -> None:
    shutil.copy(HERE / "misuse.mts", claiming)

    compiled = compile_strictly(claiming, "--noEmit", "misuse.mts")

    assert compiled.returncode == 0, compiled.stdout


def test_one_contract_makes_one_tarball(tarball: Path, tmp_path: Path) -> None:
    again = typescript_client.build(load(), tmp_path / "elsewhere")

    assert again.name == tarball.name
    assert again.read_bytes() == tarball.read_bytes()
