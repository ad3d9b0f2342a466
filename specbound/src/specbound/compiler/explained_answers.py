"""Explanation of who answers each operation, the engine, as long as there is no function, or a function alone; and of
what DynamoDB counts for it.
"""

from specbound.compiler.document import Document, declarations
from specbound.compiler.lists import usual_length
from specbound.compiler.standard import standard
from specbound.compiler.tables import takes_key
from specbound.compiler.translation import compile_contract
from specbound.compiler.units import reads_of, writes_of

Answerers = dict[str, tuple[str, str | None]]


def answerers(document: Document) -> Answerers:
    """By the names of operations, how the engine serves each, or why it does not; and what it costs."""
    found = list(declarations(document))
    tables = compile_contract(document)["tables"] if "x-dynamodb" in document else {}
    standards, told = standard(document, found, tables), Answerers()
    for declaration in found:
        name = declaration.operation_id
        each = standards[name]
        if each.compiled is None:
            told[name] = f"needs a function, {name}: {each.why}", None
            continue
        page = usual_length(document, declaration)
        table = tables[each.compiled["table"]]
        writes = writes_of(each.compiled["does"], tables, each.compiled["table"], takes_key(declaration))
        units = " and ".join(filter(None, [reads_of(each.compiled, table, page), writes]))
        told[name] = f"served by the engine, which {each.why}, unless there is a function {name}", units
    return told
