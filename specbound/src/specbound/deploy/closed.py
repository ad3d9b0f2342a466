"""Closed by default: an operation is only deployed as a public one if the contract says that it is."""

from pathlib import Path

from specbound.compiled import CompiledContract
from specbound.compiler.project import PROJECT, is_set
from specbound.failures import Failed

SETTING = "closed"


def check(compiled: CompiledContract, project: Path = PROJECT) -> None:
    """Raise Failed for operations of whose security the contract says nothing, unless the setting lets them be open."""
    left_open = compiled["infrastructure"]["left_open"]
    if not left_open or not is_set(SETTING, project):
        return
    operations = compiled["operations"]
    named = ", ".join(f"{operations[name]['public_id']} ({compiled['places'][name]})" for name in left_open)
    raise Failed(
        f"The contract does not say who may call {named}, so everybody could. Say which scope each needs, or "
        "`security: []` if it is public: at an operation, or at the root for all that say nothing.\n"
        f"`{SETTING} = false` under [tool.specbound] in {project.name} deploys them as they are."
    )
