"""The artefact that the compiler writes of a contract, which is all that anything else reads of it."""

from pathlib import Path

from specbound.compiled import FORMAT, VERSION, CompiledContract
from specbound.compiler.bundle import Bundle, bundled
from specbound.compiler.document import declarations
from specbound.compiler.translation import compile_contract


def artefact(
    contract: Path | Bundle, *, own_paths: bool = False, examples: bool = False, as_written: bool = False
) -> CompiledContract:
    """The compiled contract, with where it came from; the rest is said of `compile_contract`.

    Raises Refused; a bundle has been read before.
    """
    bundle = contract if isinstance(contract, Bundle) else bundled(contract)
    compiled = compile_contract(
        bundle.document, bundle.mistakes, own_paths=own_paths, examples=examples, as_written=as_written
    )
    made: CompiledContract = {
        "format": FORMAT,
        "compiler": VERSION,
        "source": bundle.source,
        "parts": bundle.parts,
        "routes": compiled["routes"],
        "gateway_paths": compiled["gateway_paths"],
        "bases": compiled["bases"],
        "operations": compiled["operations"],
        "reply_headers": compiled["reply_headers"],
        "schemas": compiled["schemas"],
        "definitions": compiled["definitions"],
        "referring": compiled["referring"],
        "problem_shapes": compiled["problem_shapes"],
        "bounds": compiled["bounds"],
        "tables": compiled["tables"],
        "places": _places(bundle),
        "standard": compiled["standard"],
        "unfinished": compiled["unfinished"],
        "infrastructure": compiled["infrastructure"],
    }
    return {**made, "own": compiled["own"]} if own_paths else made


def _places(bundle: Bundle) -> dict[str, str]:
    """Where each operation is named, or begins without an operationId, as `file:line`."""
    found: dict[str, str] = {}
    for each in declarations(bundle.document):
        file, line = bundle.where(("paths", each.path, each.method.lower(), "operationId"))
        found[each.operation_id] = f"{file}:{line}"
    return found
