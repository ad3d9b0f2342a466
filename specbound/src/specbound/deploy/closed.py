"""Closed by default: an operation is only deployed as a public one if the contract says that it is."""

import tomllib
from pathlib import Path
from typing import Any

from specbound.compiled import CompiledContract
from specbound.compiler.document import ROOT
from specbound.failures import Failed

PROJECT = ROOT / "pyproject.toml"
# In `[tool.specbound]` of the project's file.
SETTING = "closed"


def check(compiled: CompiledContract, project: Path = PROJECT) -> None:
    """Raise Failed for operations of whose security the contract says nothing, unless the setting lets them be open."""
    left_open = compiled["infrastructure"]["left_open"]
    if not left_open or not is_closed(project):
        return
    operations = compiled["operations"]
    named = ", ".join(f"{operations[name]['public_id']} ({compiled['places'][name]})" for name in left_open)
    raise Failed(
        f"The contract does not say who may call {named}, so everybody could. Say which scope each needs, or "
        "`security: []` if it is public: at an operation, or at the root for all that say nothing.\n"
        f"`{SETTING} = false` under [tool.specbound] in {project.name} deploys them as they are."
    )


def is_closed(project: Path) -> bool:
    """What the project's file says; true where it says nothing. Raises Failed for anything but true and false."""
    try:
        said: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8")) if project.exists() else {}
    except (ValueError, OSError) as error:
        raise Failed(f"{project.name} can't be read: {error}") from error
    closed = said.get("tool", {}).get("specbound", {}).get(SETTING, True)
    if not isinstance(closed, bool):
        raise Failed(f"{project.name}: tool.specbound.{SETTING} is true or false, not {closed!r}.")
    return closed
