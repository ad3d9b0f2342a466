"""Subjects: of which table's items an operation tells, as far as its replies, or those at the same path, show."""

from collections.abc import Iterator
from contextlib import suppress

from specbound.compiler.document import METHODS, Declaration, Document, Refused, resolve
from specbound.compiler.indexes import is_retired


def tables_with(document: Document, member: str) -> set[str]:
    """The `item` of each table that says something of this member, and is not retired."""
    tables = document.get("x-dynamodb")
    listed = tables.values() if isinstance(tables, dict) else ()
    found = (each for each in listed if isinstance(each, dict) and each.get(member) and not is_retired(each))
    return {each["item"] for each in found if isinstance(each.get("item"), str)}


def parents_of(document: Document) -> set[str]:
    """The `item` of each table whose items are kept while others belong to them."""
    tables = document.get("x-dynamodb")
    if not isinstance(tables, dict):
        return set()
    declared = [each["belongs_to"] for each in tables.values() if isinstance(each, dict) and "belongs_to" in each]
    pairs = [pair for each in declared if isinstance(each, dict) for pair in each.items()]
    names = {name for name, each in pairs if isinstance(each, dict) and each.get("on_delete") == "restrict"}
    found = (tables[name].get("item") for name in names if isinstance(tables.get(name), dict))
    return {each for each in found if isinstance(each, str)}


def item_of(document: Document, declaration: Declaration, items: set[str]) -> str | None:
    """Which of these items an operation answers, or another one at its path, or at a path that goes on from it."""
    if not items:
        return None
    paths: Document = document["paths"]
    found = next(_answered(document, declaration.definition, items), None)
    if found is not None:
        return found
    near = [path for path in paths if path == declaration.path or path.rpartition("/{")[0] == declaration.path]
    return next((item for path in near for item in _at(document, paths[path], items)), None)


def _at(document: Document, path: Document, items: set[str]) -> Iterator[str]:
    for method in METHODS:
        if isinstance(path, dict) and isinstance(path.get(method), dict):
            yield from _answered(document, path[method], items)


def _answered(document: Document, operation: Document, items: set[str]) -> Iterator[str]:
    for status, reply in operation.get("responses", {}).items():
        if not str(status).startswith("2"):
            continue
        with suppress(Refused, AttributeError, KeyError, TypeError):
            for media in resolve(document, reply, "responses").get("content", {}).values():
                if media.get("schema", {}).get("$ref") in items:
                    yield media["schema"]["$ref"]
