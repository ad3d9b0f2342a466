"""The manifest of a package: what Terraform reads, which knows of the contract only what stands there."""

import base64
import hashlib
import json
import platform
import sys
from pathlib import Path

from specbound.compiled import CompiledContract, Manifest
from specbound.failures import Failed

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = {"aarch64": "arm64", "arm64": "arm64", "amd64": "x86_64", "x86_64": "x86_64"}


class NoRuntime(Failed):
    """Lambda does not have the Python that runs this; the message is one line that says which ones it has."""


def version(running: tuple[int, int] = sys.version_info[:2]) -> str:
    """The Python that the package is for: the one that builds it, whose bytecode no other can write.

    Raises NoRuntime.
    """
    found = f"{running[0]}.{running[1]}"
    if found not in PYTHONS:
        raise NoRuntime(
            f"Lambda has no Python {found}, only {', '.join(PYTHONS)}. Build the package with one of these: "
            f"`make clean`, then `make package PYTHON=/path/to/python{PYTHONS[-1]}`."
        )
    return found


def architecture() -> str:
    """Lambda's name for the processor of this machine."""
    return MACHINES[platform.machine().lower()]


def write(package: Path, compiled: CompiledContract, architecture: str) -> Path:
    """Write the manifest of a zip beside it, `lambda.json` beside `lambda.zip`. Raises NoRuntime."""
    manifest: Manifest = {
        "source": compiled["source"],
        "parts": compiled["parts"],
        "package": base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode(),
        "runtime": f"python{version()}",
        "architecture": architecture,
        "infrastructure": compiled["infrastructure"],
    }
    file = package.with_suffix(".json")
    file.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return file
