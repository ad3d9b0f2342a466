"""A service of its own, as `specbound new` writes it, deployed to MiniStack by the commands that everybody has."""

import json
import os
import re
import subprocess
import sys

import httpx

from specbound.compiler.document import ROOT
from specbound.local.deployment import LEFT_OUT
from specbound.local.issuer import AUDIENCE


class Service:
    """A service of orders in a folder of its own, and how to deploy what is in it."""

    def __init__(self, folder, aws, tokens, with_alarms=False):
        self.folder = folder
        self.token = tokens.token(["orders/read", "orders/write"])
        self._aws = aws
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))
        }
        self._environment |= aws.environment
        self._environment["TF_VAR_jwt"] = json.dumps({"issuer": tokens.url, "audience": [AUDIENCE]})
        self.command("new", "orders", "--into", str(folder), cwd=ROOT)
        for name in LEFT_OUT - ({"alarms.tf"} if with_alarms else set()):  # what MiniStack cannot
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

    def package(self):
        packaged = self.command("package", "--host")
        assert packaged.returncode == 0, packaged.stderr
        self.terraform("init", "-input=false")

    def deploy(self, *arguments, variables=()):
        self.package()
        return self.command(*self.deployment(*arguments, variables=variables))

    def deployment(self, *arguments, variables=()):
        """The command that deploys, with these variables of Terraform."""
        said = [word for each in variables for word in ("-var", each)]
        return ["deploy", *arguments, "--", "-auto-approve", "-input=false", "-no-color", *said]

    def start(self, *arguments):
        """A command that goes on running."""
        command = [sys.executable, "-m", "specbound", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=self.folder, env=self._environment, **pipes)

    def caller(self):
        url = f"{self._aws.url}/_aws/execute-api/{self.terraform('output', '-raw', 'api_id')}"
        return httpx.Client(base_url=url, headers={"authorization": f"Bearer {self.token}"}, timeout=30)

    def change(self, form, replacement):
        contract = self.folder / "openapi.yaml"
        text, count = re.subn(form, replacement, contract.read_text(encoding="utf-8"))
        assert count == 1
        contract.write_text(text, encoding="utf-8")
