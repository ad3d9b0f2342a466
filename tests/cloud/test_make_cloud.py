"""`make cloud` as a newcomer uses it, in a copy of the project."""

import subprocess

import httpx
import pytest

from specbound.compiler.document import ROOT
from tests.cloud.clouds import PLACES, SECURED
from tests.repository.project import copy_to

pytestmark = pytest.mark.slow

ENVIRONMENTS = (".venv", ".venv-cloud")


@pytest.fixture
def project(terraform, tmp_path):
    copy_to(tmp_path)
    for environment in ENVIRONMENTS:
        (tmp_path / environment).symlink_to(ROOT / environment)
    yield tmp_path
    _make(tmp_path, "cloud-down")


def _make(project, target):
    installed = [f"--old-file={environment}/ready" for environment in ENVIRONMENTS]
    # Below another make, which `make test` is, make would say where it is.
    command = ["make", "--no-print-directory", target, *installed]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_make_cloud_prints_a_url_and_a_token_that_work_until_make_cloud_down(project):
    path = next(path for name, (_, path) in PLACES.items() if name in SECURED and "{" not in path)

    url, token = _make(project, "cloud")[-2:]
    address = url.removeprefix("API_URL=") + path
    headers = {"authorization": f"Bearer {token.removeprefix('TOKEN=')}"}

    assert httpx.get(address).status_code == 401
    assert httpx.get(address, headers=headers).status_code not in (401, 403)

    # Also while the contract is being worked on: what is destroyed is what was deployed.
    with (project / "openapi.yaml").open("a", encoding="utf-8") as contract:
        contract.write("# One more line.\n")
    _make(project, "cloud-down")
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
