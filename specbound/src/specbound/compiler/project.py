"""Settings of a service's project, `[tool.specbound]` in its pyproject.toml."""

import tomllib
from pathlib import Path
from typing import Any

from specbound.compiler.files import ROOT
from specbound.failures import Failed

PROJECT = ROOT / "pyproject.toml"


def is_set(setting: str, project: Path = PROJECT) -> bool:
    """What the project's file says, true or false; true where it says nothing. Raises Failed for anything else."""
    try:
        said: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8")) if project.exists() else {}
    except (ValueError, OSError) as error:
        raise Failed(f"{project.name} can't be read: {error}") from error
    value = said.get("tool", {}).get("specbound", {}).get(setting, True)
    if not isinstance(value, bool):
        raise Failed(f"{project.name}: tool.specbound.{setting} is true or false, not {value!r}.")
    return value
