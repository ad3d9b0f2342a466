"""`specbound deploy` of a new index: it is filled before the function lists by it, and afterwards once more."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest

from specbound.compiler.document import ROOT
from specbound.local.deployment import LEFT_OUT
from specbound.local.emulator import emulator
from specbound.local.issuer import AUDIENCE, issuer

pytestmark = pytest.mark.slow

ORDERS = 30


class Service:
    """A service of orders in a folder of its own, and how to deploy what is in it."""

    def __init__(self, folder, aws, tokens):
        self.folder = folder
        self.token = tokens.token(["orders/read", "orders/write"])
        self._aws = aws
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))
        }
        self._environment |= aws.environment
        self._environment["TF_VAR_jwt"] = json.dumps({"issuer": tokens.url, "audience": [AUDIENCE]})
        self.command("new", "orders", "--into", str(folder), cwd=ROOT)
        for name in LEFT_OUT:  # what MiniStack cannot
            (folder / "terraform" / name).unlink(missing_ok=True)

    def command(self, *arguments, cwd=None):
        command = [sys.executable, "-m", "specbound", *arguments]
        return subprocess.run(
            command, cwd=cwd or self.folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def terraform(self, *arguments):
        command = ["terraform", "-chdir=terraform", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def deploy(self):
        packaged = self.command("package", "--host")
        assert packaged.returncode == 0, packaged.stderr
        self.terraform("init", "-input=false")
        return self.command("deploy", "--", "-auto-approve", "-input=false", "-no-color")

    def caller(self):
        url = f"{self._aws.url}/_aws/execute-api/{self.terraform('output', '-raw', 'api_id')}"
        return httpx.Client(base_url=url, headers={"authorization": f"Bearer {self.token}"}, timeout=30)

    def change(self, form, replacement):
        contract = self.folder / "openapi.yaml"
        text, count = re.subn(form, replacement, contract.read_text(encoding="utf-8"))
        assert count == 1
        contract.write_text(text, encoding="utf-8")


@pytest.fixture
def service(terraform, tmp_path):
    with emulator() as aws, issuer() as tokens:
        yield Service(tmp_path / "orders", aws, tokens)


def test_a_new_index_lists_all_that_was_there_before_it(service):
    contract = (service.folder / "openapi.yaml").read_text(encoding="utf-8")
    service.change(r" +by_status: .*\n", "")
    service.change(" statusPartition: S,", "")
    first = service.deploy()
    assert first.returncode == 0, first.stdout + first.stderr
    with service.caller() as caller:
        new = {"article": "Teapot", "pieces": 2}
        created = {caller.post("/orders", json=new).json()["orderId"] for _ in range(ORDERS)}
    (service.folder / "openapi.yaml").write_text(contract, encoding="utf-8")

    second = service.deploy()

    assert second.returncode == 0, second.stdout + second.stderr
    said = second.stdout
    steps = ["New to the version that the API calls: orders by by_status.", f"{ORDERS} filled", "Now the rest:",
             f"{ORDERS} right already"]  # fmt: skip
    assert [step for step in steps if step in said] == steps
    assert sorted(steps, key=said.index) == steps
    with service.caller() as caller:
        listed = caller.get("/orders", params={"status": "open", "limit": 100}).json()["items"]
    assert {each["orderId"] for each in listed} == created

    third = service.deploy()
    assert (third.returncode, "New to the version" in third.stdout) == (0, False), third.stderr
