"""Programs of Go that have nothing but the client's module and the standard library."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Nothing is fetched: neither modules nor another Go.
ALONE = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def project(folder: Path, module: Path, name: str, version: str) -> None:
    """A folder becomes a module that takes this one."""
    text = f"module claims\n\ngo 1.19\n\nrequire {name} v{version}\n\nreplace {name} => {module}\n"
    (folder / "go.mod").write_text(text, encoding="utf-8")


def run(
    folder: Path, *command: Path | str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A program of that folder; what it says comes back with how it ended."""
    known = {**os.environ, **ALONE, **(environment or {})}
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, timeout=300, check=False)
