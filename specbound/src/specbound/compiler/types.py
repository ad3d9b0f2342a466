"""Static types of the contract: each operation's request and response, and each table, for type checkers only.

A service imports them `if TYPE_CHECKING`; at run time nothing does.
"""

import keyword
from http import HTTPStatus

from specbound.compiled import EMPTY_REPLIES
from specbound.compiler.annotations import Annotations, is_described, pascal, union
from specbound.compiler.bodies import JSON
from specbound.compiler.document import Declaration, Document, declarations, resolve
from specbound.compiler.indexes import is_retired
from specbound.compiler.statuses import answered, declared_replies
from specbound.compiler.tables import declared_tables

HEAD = '''"""The contract's types. The compiler writes this file; import it only `if TYPE_CHECKING`."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal, Never, TypeAlias

from typing_extensions import NotRequired, ReadOnly, TypedDict

from specbound import Request, Response
from specbound.store.table import Table
'''
TAKEN = {
    "Any", "Decimal", "False", "HTTPStatus", "Literal", "Never", "None", "NotRequired", "ReadOnly", "Request",
    "Response", "Table", "Tables", "True", "TypeAlias", "TypedDict",
}  # fmt: skip
# What the engine itself writes of every item, beside its key.
STAMPS = ("version", "createdAt", "updatedAt")


def types(document: Document) -> str:
    """A Python module of types, of a contract that compiles; the same text for the same contract.

    For an operation `create_user` it has CreateUserParameters, CreateUserRequest and CreateUserResponse; for a table
    `users` the attribute `Tables.users`, and UsersInsert and UsersUpdate, which say what is given of a new item and of
    one that changes. A component schema is called as in the contract, in the form of a type's name.
    """
    found = list(declarations(document))
    tables = {name: each for name, each in declared_tables(document, found).items() if not is_retired(each)}
    annotations = Annotations(document, TAKEN)
    # Before any component is met: these names follow from one name of the contract alone.
    operations = [(each, _names(annotations, each.operation_id, "Parameters Request Response")) for each in found]
    kept = {name: _names(annotations, name, "Insert Update Table") for name in tables}
    for each, names in operations:
        _define_operation(annotations, document, each, names)
    for name, table in tables.items():
        _define_table(annotations, document, table, kept[name])
    return "\n\n".join([HEAD, *annotations.definitions, _tables({name: names[-1] for name, names in kept.items()})])


def _names(annotations: Annotations, name: str, parts: str) -> list[str]:
    return [annotations.name(f"{pascal(name)}{part}") for part in parts.split()]


def _define_operation(annotations: Annotations, document: Document, declaration: Declaration, names: list[str]) -> None:
    parameters, request, response = names
    stem = pascal(declaration.operation_id)
    described = f"{declaration.place}: {declaration.definition.get('summary', '')}".removesuffix(": ")
    annotations.members(parameters, _parameters(document, declaration), described)
    annotations.alias(request, f"Request[{parameters}, {_body(annotations, document, declaration, f'{stem}Body')}]")
    annotations.alias(response, _response(annotations, document, declaration, stem))


def _parameters(document: Document, declaration: Declaration) -> Document:
    """The parameters as one object, of which those are always there that are required or have a default."""
    schemas = {each["name"]: each["schema"] for each in declaration.parameters}
    always = [
        each["name"]
        for each in declaration.parameters
        if each.get("required") or "default" in resolve(document, each["schema"], "schemas")
    ]
    return {"type": "object", "properties": schemas, "required": always, "additionalProperties": False}


def _body(annotations: Annotations, document: Document, declaration: Declaration, name: str) -> str:
    if "requestBody" not in declaration.definition:
        return "None"
    body = resolve(document, declaration.definition["requestBody"], "requestBodies")
    annotation = annotations.of(body["content"][JSON]["schema"], name)
    return annotation if body.get("required") else union([annotation, "None"])


def _response(annotations: Annotations, document: Document, declaration: Declaration, stem: str) -> str:
    """All that an operation may return: a problem is raised instead. Never, if it answers nothing but problems."""
    found = []
    replies = declared_replies(document, declaration)
    for status, reply in replies.items():
        statuses = answered(status, replies)
        empty = [each for each in statuses if str(each.value) in EMPTY_REPLIES]
        if full := [each for each in statuses if each not in empty]:
            name = f"{stem}{pascal(full[0].name.title())}"
            bodies = [annotations.of(each["schema"], name) for each in reply.get("content", {}).values()]
            found.append(_answer(full, union(bodies) if bodies else "None"))
        if empty:
            found.append(_answer(empty, "None"))
    return " | ".join(found) or "Never"


def _answer(statuses: list[HTTPStatus], body: str) -> str:
    names = ", ".join(f"HTTPStatus.{each.name}" for each in statuses)
    return f"Response[Literal[{names}], {body}]"


def _define_table(annotations: Annotations, document: Document, table: Document, names: list[str]) -> None:
    insert, update, alias = names
    item = {"$ref": table["item"]} if "item" in table else {"type": "object"}
    schema = resolve(document, item, "schemas")
    fields = [annotations.of(item, "Item")] * 2
    if is_described(schema):
        given = {name: each for name, each in schema["properties"].items() if name not in (table["hash_key"], *STAMPS)}
        members = schema | {"properties": given}
        annotations.members(insert, members, "What is given of a new item; the engine writes the rest.")
        annotations.members(update, members | {"required": []}, "What may be given of an item that changes.")
        fields = names[:2]
    declared = table.get("global_secondary_indexes", {})
    indexes = ", ".join(repr(name) for name, each in declared.items() if not is_retired(each))
    index = f"Literal[{indexes}]" if indexes else "Never"
    annotations.alias(alias, f"Table[{annotations.of(item, 'Item')}, {index}, {', '.join(fields)}]")


def _tables(names: dict[str, str]) -> str:
    """The attributes of `contract.tables`; a table that is called as a keyword can't be one."""
    lines = [f"    {table}: {alias}\n" for table, alias in names.items() if not keyword.iskeyword(table)]
    return f'class Tables:\n    """The tables of the contract, by name."""\n\n{"".join(lines)}'
