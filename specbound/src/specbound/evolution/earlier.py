"""Earlier contracts: what can be compared of one that an older version took, though this one would refuse it."""

from typing import cast

from specbound.compiled import CompiledContract
from specbound.compiler.document import Document, Refused
from specbound.compiler.translation import compile_contract
from specbound.evolution.findings import Finding

# The least that can be compiled: tables are compiled with it where the operations can't be.
NO_OPERATIONS = {"/": {"get": {"operationId": "none", "security": [], "responses": {"204": {"description": "None"}}}}}
ADVICE = "This version refuses it, so it can't be compared."


def compiled(earlier: Document) -> tuple[CompiledContract, list[Finding]]:
    """What can be compiled of a contract, and what can't be compared because of the rest."""
    try:
        return cast(CompiledContract, compile_contract(earlier, as_written=True)), []
    except Refused as refused:
        found = [Finding("rollback", "operations", str(refused.mistakes[0].message), ADVICE, fails=False)]
    tables = earlier.get("x-dynamodb", {})
    readable: Document = {}
    for name, table in tables.items() if isinstance(tables, dict) else ():
        try:
            compile_contract(_alone(earlier, {name: table}))
            readable[name] = table
        except Refused as refused:
            message = refused.mistakes[0].message
            found.append(Finding("data", f"x-dynamodb {name}", message, ADVICE, ("#", "x-dynamodb", name)))
    return cast(CompiledContract, compile_contract(_alone(earlier, readable), as_written=True)), found


def _alone(document: Document, tables: Document) -> Document:
    return document | {"paths": NO_OPERATIONS, "x-dynamodb": tables}
