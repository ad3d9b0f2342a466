"""Explanation of who answers each operation: the engine, as long as there is no function, or a function alone."""

from specbound.compiler.document import Document, declarations
from specbound.compiler.standard import standard
from specbound.compiler.translation import compile_contract


def answerers(document: Document) -> dict[str, str]:
    """By the names of operations, how the engine serves each, or why it does not."""
    found = list(declarations(document))
    tables = compile_contract(document)["tables"] if "x-dynamodb" in document else {}
    return {
        name: f"served by the engine, which {each.why}, unless there is a function {name}"
        if each.compiled
        else f"needs a function, {name}: {each.why}"
        for name, each in standard(document, found, tables).items()
    }
