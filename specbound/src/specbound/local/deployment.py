"""The Terraform configuration as it is deployed to MiniStack: in a folder of its own, and never to anywhere else."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specbound.compiler.document import ROOT
from specbound.failures import Failed
from specbound.local.emulator import Emulator

CONFIGURATION = ROOT / "terraform"
# The user's own account, settings and environment: what is offline has nothing of them.
FOREIGN = ("AWS_", "TF_VAR_", "TF_CLI_ARGS", "TF_WORKSPACE")
# Where the user keeps the state of what is really deployed; and what MiniStack cannot: it forgets the expressions of
# alarms, and has no saved queries.
LEFT_OUT = {"backend.tf", "alarms.tf", "questions.tf"}


class TerraformFailed(Failed):
    """The message is what Terraform said."""


def check_terraform() -> None:
    """Raise Failed if Terraform is not installed, or there is no configuration here."""
    if shutil.which("terraform") is None:
        raise Failed("This needs Terraform 1.10 or newer, which is not installed.")
    if not any(CONFIGURATION.glob("*.tf")):
        raise Failed("There is no terraform/ with a configuration here: a service made by `specbound new` has one.")


class Deployment:
    """A copy of the configuration with a state and variables of its own, whose provider talks to `emulator`."""

    def __init__(self, folder: Path, emulator: Emulator, configuration: Path = CONFIGURATION) -> None:
        self.folder = folder
        self._emulator = emulator
        self._environment = _environment(emulator)
        folder.mkdir(parents=True, exist_ok=True)
        for source in configuration.glob("*.tf"):
            if source.name not in LEFT_OUT:
                shutil.copy(source, folder)
        self._terraform("init", "-input=false")

    def apply(self, variables: Mapping[str, Any]) -> None:
        self._set(variables)
        self._terraform("apply", "-auto-approve", "-input=false")

    def plan(self, variables: Mapping[str, Any]) -> dict[str, list[str]]:
        """What an apply would do: the address of each resource that changes to its actions."""
        self._set(variables)
        self._terraform("plan", "-input=false", "-out=plan")
        changes = json.loads(self._terraform("show", "-json", "plan")).get("resource_changes", [])
        actions = {each["address"]: each["change"]["actions"] for each in changes}
        return {address: each for address, each in actions.items() if each not in (["no-op"], ["read"])}

    def destroy(self) -> None:
        self._terraform("destroy", "-auto-approve", "-input=false")

    def outputs(self) -> dict[str, Any]:
        return {name: each["value"] for name, each in json.loads(self._terraform("output", "-json")).items()}

    @property
    def url(self) -> str:
        """Where MiniStack serves the API; the name that AWS would give it does not resolve here."""
        return f"{self._emulator.url}/_aws/execute-api/{self.outputs()['api_id']}"

    def _set(self, variables: Mapping[str, Any]) -> None:
        (self.folder / "offline.auto.tfvars.json").write_text(json.dumps(variables))

    def _terraform(self, *arguments: str) -> str:
        done = subprocess.run(
            ["terraform", *arguments, *(["-no-color"] if arguments[0] != "show" else [])],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode:
            raise TerraformFailed(f"terraform {arguments[0]}:\n{done.stdout}\n{done.stderr}")
        return done.stdout


def _environment(emulator: Emulator) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**others, **nowhere, **emulator.environment, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
