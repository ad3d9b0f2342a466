"""Own paths: what the engine answers of the API itself, in an API whose contract says nothing of it.

They are deployed as the contract's operations are, public, and are no part of what is published.
"""

from typing import Any

from specbound.compiled import OWN, about_itself
from specbound.compiler import apart
from specbound.compiler.document import Declaration, Document, Refused, declarations
from specbound.http.paths import fitted

TEXT: Document = {"type": "string"}
SUCCESSES: dict[str, Document] = {
    "get_health": {"application/json": {"schema": {"type": "object", "properties": {"status": TEXT}}}},
    "get_contract": {"application/json": {"schema": {"type": "object"}}},
    "get_docs": {"text/html": {"schema": TEXT}},
}
# The page is large, and so may the contract be: nobody needs either often.
OF_A_VERSION = ("get_contract", "get_docs")
THROTTLES: dict[str, Document] = {"get_contract": {"rate": 10, "burst": 20}, "get_docs": {"rate": 2, "burst": 10}}


def own_paths(document: Document) -> dict[str, str]:
    """The paths that are the engine's, by the names of their operations: those that the contract does not have.

    Each earlier version has a contract and a page of its own, below its own path.

    None, if its operations can't be told apart: whoever compiles them says so.
    """
    try:
        found = list(declarations(document))
    except Refused:
        return {}
    names = {each.operation_id for each in found}
    wanted = OWN | {
        f"{version}_{name}": f"/{version}{OWN[name]}" for version in apart.names(document) for name in OF_A_VERSION
    }
    taken = {path: path in document["paths"] or any(_reaches(each, path) for each in found) for path in wanted.values()}
    return {name: path for name, path in wanted.items() if name not in names and not taken[path]}


def with_own_paths(document: Document, own: dict[str, str]) -> Document:
    """The contract with these paths."""
    added = {path: _item(name) for name, path in own.items()}
    return document | {"paths": document["paths"] | added} if added else document


def _reaches(declaration: Declaration, path: str) -> bool:
    return fitted(declaration.whole_path, path) is not None


def _item(name: str) -> Document:
    _, does = about_itself(name) or ("", name)
    operation: dict[str, Any] = {
        "operationId": name,
        "security": [],
        "responses": {"200": {"description": "What the engine says.", "content": SUCCESSES[does]}},
        **({"x-throttle": THROTTLES[does]} if does in THROTTLES else {}),
    }
    # Wherever the contract's own paths begin, the API's root is here.
    return {"servers": [{"url": "/"}], "get": operation}
