"""What Terraform says of the deployment that was made from here."""

import json
import subprocess
from typing import Any

from specbound.failures import Failed
from specbound.local.deployment import CONFIGURATION, check_terraform


def outputs() -> dict[str, Any]:
    """By name, the outputs of terraform/. Raises Failed where nothing is deployed."""
    found = read_outputs()
    if "function" not in found:
        raise Failed("Nothing is deployed from here: `make deploy` deploys.")
    return found


def read_outputs() -> dict[str, Any]:
    """The same; none where nothing is deployed. Raises Failed where Terraform does."""
    check_terraform()
    terraform = ["terraform", f"-chdir={CONFIGURATION}", "output", "-json"]
    done = subprocess.run(terraform, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"terraform output:\n{done.stderr}")
    return {name: each["value"] for name, each in json.loads(done.stdout).items()}
