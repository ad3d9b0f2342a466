"""Static types of the contract: each operation's request and response, and each table, for type checkers only.

A service imports them `if TYPE_CHECKING`; at run time nothing does.
"""

import keyword
from collections.abc import Iterator
from http import HTTPStatus

from specbound.compiled import EMPTY_REPLIES
from specbound.compiler import sides
from specbound.compiler.annotations import Annotations, is_described, pascal, union
from specbound.compiler.bodies import takes_body
from specbound.compiler.document import Declaration, Document, declarations, resolve
from specbound.compiler.hidden import REQUEST
from specbound.compiler.indexes import is_retired
from specbound.compiler.items import key_made, keys_of
from specbound.compiler.lists import paging
from specbound.compiler.media import kinds_of, split, with_files
from specbound.compiler.parameters import heeded, schema_of
from specbound.compiler.shapes import PLAIN, kinds
from specbound.compiler.statuses import answered, declared_replies
from specbound.compiler.tables import declared_tables
from specbound.messages import MERGE_PATCH, PAGING
from specbound.store.table import STAMPS

HEAD = '''"""The contract's types. The compiler writes this file; import it only `if TYPE_CHECKING`."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal, Never, TypeAlias

from typing_extensions import NotRequired, ReadOnly, TypedDict

from specbound import File, Request, Response
from specbound.store.table import Table
'''
TAKEN = {
    "Any", "Decimal", "False", "File", "HTTPStatus", "Literal", "Never", "None", "NotRequired", "ReadOnly", "Request",
    "Response", "Table", "Tables", "True", "TypeAlias", "TypedDict",
}  # fmt: skip


def types(document: Document) -> str:
    """A Python module of types, of a contract that compiles; the same text for the same contract.

    For an operation `create_user` it has CreateUserParameters, CreateUserRequest and CreateUserResponse; for a table
    `users` the attribute `Tables.users`, and UsersInsert and UsersUpdate, which say what is given of a new item and of
    one that changes. A component schema is called as in the contract, in the form of a type's name.
    """
    found = list(declarations(document))
    tables = {name: each for name, each in declared_tables(document, found).items() if not is_retired(each)}
    annotations = Annotations(document, TAKEN, sides.answered(document, found, tables.values()))
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
    annotations.members(parameters, _parameters(document, declaration), described, REQUEST)
    body = _body(annotations, document, declaration, f"{stem}Body")
    if paging(document, declaration) in (None, PAGING):
        annotations.alias(request, f"Request[{parameters}, {body}]")
        annotations.alias(response, _response(annotations, document, declaration, stem))
    else:
        # What a list takes and answers under names of its own, no type of a resource says.
        annotations.alias(request, f"Request[Any, {body}]")
        annotations.alias(response, "Response[Literal[HTTPStatus.OK], Any]")


def _parameters(document: Document, declaration: Declaration) -> Document:
    """The parameters as one object, of which those are always there that are required or have a default."""
    found = [(key, each, schema_of(each)) for each, _, key in heeded(declaration)]
    always = [
        key
        for key, each, schema in found
        if each.get("required") or (isinstance(schema, dict) and "default" in resolve(document, schema, "schemas"))
    ]
    schemas = {
        key: {"anyOf": [schema, {"enum": [""]}]} if each.get("allowEmptyValue") else schema
        for key, each, schema in found
    }
    return {"type": "object", "properties": schemas, "required": always, "additionalProperties": False}


def _body(annotations: Annotations, document: Document, declaration: Declaration, name: str) -> str:
    if not takes_body(document, declaration):
        return "None"
    body = resolve(document, declaration.definition["requestBody"], "requestBodies")
    found = [each for media in body["content"].items() for each in _content(annotations, document, media, name)]
    return union(found if body.get("required") else [*found, "None"])


def _content(annotations: Annotations, document: Document, media: tuple[str, Document], name: str) -> Iterator[str]:
    """What the operation gets of a body of a media type."""
    schema = media[1].get("schema", {})
    for kind in kinds_of(document, split(media[0], "")[0], schema):
        match kind:
            case "multipart" if schema:
                encoding = media[1].get("encoding", {})
                yield annotations.of(with_files(document, schema, encoding, lambda _: {"type": "file"}), name, REQUEST)
            case "form" | "multipart":
                yield annotations.of(schema, name, REQUEST) if schema else "dict[str, Any]"
            case "json" if split(media[0], "")[0] == MERGE_PATCH:
                # Any of its members may be null, which no type of the resource says.
                yield "Any"
            case "json":
                yield annotations.of(schema, name, REQUEST)
            case _:
                yield _plain(annotations, document, kind, schema)


def _answered(annotations: Annotations, document: Document, media: tuple[str, Document], name: str) -> Iterator[str]:
    """What the operation gives for a body of a media type."""
    schema = media[1].get("schema", {})
    for kind in kinds_of(document, split(media[0], "")[0], schema):
        if kind == "json":
            yield annotations.of(schema, name)
        else:
            plain = {"multipart": "binary", "form": "text"}.get(kind, kind)
            yield _plain(annotations, document, plain, schema if kind == "text" else {})


def _plain(annotations: Annotations, document: Document, kind: str, schema: Document) -> str:
    """The type of text, or of bytes."""
    if kind == "binary":
        return "bytes"
    found = kinds(document, schema)
    return annotations.of(schema, "Text") if found and set(found) <= set(PLAIN) else "str"


def _response(annotations: Annotations, document: Document, declaration: Declaration, stem: str) -> str:
    """All that an operation may return: a problem is raised instead. Never, if it answers nothing but problems."""
    found = []
    replies = declared_replies(document, declaration)
    for status, reply in replies.items():
        statuses = answered(status, replies)
        empty = [each for each in statuses if str(each.value) in EMPTY_REPLIES]
        if full := [each for each in statuses if each not in empty]:
            name = f"{stem}{pascal(full[0].name.title())}"
            content = reply.get("content", {}).items()
            bodies = [each for media in content for each in _answered(annotations, document, media, name)]
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
        *parent, key = keys_of(table)
        how = key_made(document, table)
        given = {name: each for name, each in schema["properties"].items() if name not in STAMPS}
        changed = {name: each for name, each in given.items() if name not in (*parent, key)}
        required = {name for name in schema.get("required", ()) if name != key} | ({key} if how == "never" else set())
        new_ones = {name: each for name, each in given.items() if name != key or how != "always"}
        new = {"properties": new_ones, "required": sorted(required | {*parent})}
        annotations.members(insert, schema | new, "What is given of a new item; the engine writes the rest.")
        change = {"properties": changed, "required": []}
        annotations.members(update, schema | change, "What may be given of an item that changes.")
        fields = names[:2]
    declared = table.get("global_secondary_indexes", {})
    indexes = ", ".join(repr(name) for name, each in declared.items() if not is_retired(each))
    index = f"Literal[{indexes}]" if indexes else "Never"
    annotations.alias(alias, f"Table[{annotations.of(item, 'Item')}, {index}, {', '.join(fields)}]")


def _tables(names: dict[str, str]) -> str:
    """The attributes of `contract.tables`; a table that is called as a keyword can't be one."""
    lines = [f"    {table}: {alias}\n" for table, alias in names.items() if not keyword.iskeyword(table)]
    return f'class Tables:\n    """The tables of the contract, by name."""\n\n{"".join(lines)}'
