"""Settings of a service's project, `[tool.specbound]` in its pyproject.toml."""

import tomllib
from pathlib import Path
from typing import Any

from specbound.compiler.files import ROOT
from specbound.failures import Failed

PROJECT = ROOT / "pyproject.toml"
# Ten years of days.
MOST = 3650


def is_set(setting: str, project: Path = PROJECT) -> bool:
    """What the project's file says, true or false; true where it says nothing. Raises Failed for anything else."""
    value = _said(project).get(setting, True)
    if not isinstance(value, bool):
        raise Failed(f"{project.name}: tool.specbound.{setting} is true or false, not {value!r}.")
    return value


def number(setting: str, otherwise: int, project: Path = PROJECT) -> int:
    """A whole number from 0 on that the project's file says, or else another. Raises Failed for anything else."""
    value = _said(project).get(setting, otherwise)
    if type(value) is not int or not 0 <= value <= MOST:
        raise Failed(f"{project.name}: tool.specbound.{setting} is a whole number from 0 to {MOST}, not {value!r}.")
    return value


def _said(project: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8")) if project.exists() else {}
    except (ValueError, OSError) as error:
        raise Failed(f"{project.name} can't be read: {error}") from error
    for table in ("tool", "specbound"):
        said = said.get(table, {})
        if not isinstance(said, dict):
            raise Failed(f"{project.name}: {table} is a table, not {said!r}.")
    return said
