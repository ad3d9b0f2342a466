"""The artefact that the compiler writes of a contract, which is all that anything else reads of it."""

import hashlib
from pathlib import Path

from specbound.compiled import FORMAT, VERSION, CompiledContract
from specbound.compiler.document import Document, declarations, load
from specbound.compiler.mistakes import line_of
from specbound.compiler.source import lines_of
from specbound.compiler.translation import compile_contract


def artefact(contract: Path, document: Document | None = None) -> CompiledContract:
    """The compiled contract, with where it came from. Raises Refused; `document` spares reading the file anew."""
    document = load(contract) if document is None else document
    compiled = compile_contract(document)
    return {
        "format": FORMAT,
        "compiler": VERSION,
        "source": hashlib.sha256(contract.read_bytes()).hexdigest(),
        "routes": compiled["routes"],
        "bases": compiled["bases"],
        "operations": compiled["operations"],
        "reply_headers": compiled["reply_headers"],
        "schemas": compiled["schemas"],
        "bounds": compiled["bounds"],
        "tables": compiled["tables"],
        "places": _places(document, contract),
        "infrastructure": compiled["infrastructure"],
    }


def _places(document: Document, contract: Path) -> dict[str, str]:
    """Where each operation is named, or begins without an operationId, as `file:line`."""
    lines = lines_of(contract.read_text(encoding="utf-8"))
    found = {each.operation_id: ("paths", each.path, each.method.lower()) for each in declarations(document)}
    return {name: f"{contract.name}:{line_of(lines, (*place, 'operationId'))}" for name, place in found.items()}
