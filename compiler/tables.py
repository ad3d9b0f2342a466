"""The compiled contract: plain tables that the router reads at start, with no YAML and no reference left."""

from collections.abc import Iterable
from typing import Any

from compiler.document import Declaration, Document, Refused, declarations, resolve
from compiler.schemas import Schemas

CASTS = ("string", "integer", "number", "boolean")
DEFAULT_STYLES = {"query": "form", "path": "simple", "header": "simple"}
JSON_TYPES = ("application/json", "application/problem+json")


def compile_contract(document: Document) -> Document:
    """Translate the contract. Raises Refused, by name, for whatever the run time could not keep.

    Returns `routes` (method and path template to operationId), `operations`, `reply_headers` (the names of
    all), `schemas` (by number), `bounds` (minimum and maximum of the named number schemas) and `tables`.
    """
    if not str(document.get("openapi", "")).startswith("3.0."):
        raise Refused(f"openapi is {document.get('openapi')!r}; API Gateway, Connexion and this compiler take 3.0.")
    schemas = Schemas(document)
    found = list(declarations(document))
    if not found:
        raise Refused("paths has no operation; an API needs at least one.")
    return {
        "routes": {each.place: each.operation_id for each in found},
        "operations": {each.operation_id: _operation(document, each, schemas) for each in found},
        "reply_headers": _reply_headers(document, found),
        "schemas": schemas.all,
        "bounds": _bounds(document),
        "tables": {name: _table(name, each) for name, each in document.get("x-dynamodb", {}).items()},
    }


def _operation(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    parameters = [_parameter(each, declaration, document) for each in declaration.parameters]
    names = [each["name"] for each in parameters]
    if len(set(names)) < len(names):
        raise Refused(f"{declaration.place}: two parameters share a name; the function could not tell them apart.")
    _check_path(declaration)
    return {
        "scope": _scope(document, declaration),
        "parameters": parameters,
        "parameters_schema": _parameters_schema(declaration, schemas),
        "body": _body(document, declaration, schemas),
        "replies": _replies(document, declaration, schemas),
    }


def _check_path(declaration: Declaration) -> None:
    declared = {each["name"] for each in declaration.parameters if each["in"] == "path"}
    named = {part[1:-1] for part in declaration.path.split("/") if part.startswith("{") and part.endswith("}")}
    if declared != named:
        odd = ", ".join(sorted(declared ^ named))
        raise Refused(f"{declaration.place}: the path and its path parameters differ in {odd}.")


def _scope(document: Document, declaration: Declaration) -> str | None:
    """The one scope of an operation, None if it is public (`security: []`)."""
    security = declaration.definition.get("security", document.get("security"))
    if security is None:
        raise Refused(f"{declaration.place}: say which scope it needs, or `security: []` if it is public.")
    if security == []:
        return None
    scopes = [scope for requirement in security for each in requirement.values() for scope in each]
    if len(security) != 1 or len(scopes) != 1:
        raise Refused(
            f"{declaration.place}: name exactly one scope, not {len(scopes)}. "
            "API Gateway lets any of a route's scopes in, OpenAPI asks for all; with one they agree."
        )
    return str(scopes[0])


def _parameter(parameter: Document, declaration: Declaration, document: Document) -> Document:
    place = f"{declaration.place} parameter {parameter['name']}"
    where = parameter["in"]
    if where not in DEFAULT_STYLES:
        raise Refused(f"{place}: parameters in {where} are not supported.")
    if "content" in parameter or parameter.get("allowReserved") or parameter.get("allowEmptyValue"):
        raise Refused(f"{place}: content, allowReserved and allowEmptyValue are not supported.")
    schema = resolve(document, parameter["schema"])
    is_array = schema.get("type") == "array"
    style = parameter.get("style", DEFAULT_STYLES[where])
    if style != DEFAULT_STYLES[where] or (is_array and (where != "query" or not parameter.get("explode", True))):
        raise Refused(f"{place}: style {style} is not supported here; arrays are repeated query parameters.")
    item = resolve(document, schema["items"]) if is_array else schema
    if item.get("type") not in CASTS:
        raise Refused(f"{place}: its type must be one of {', '.join(CASTS)}, or an array of one of them.")
    compiled = {"in": where, "name": parameter["name"], "array": is_array, "cast": item["type"]}
    if item.get("format") == "uuid":
        compiled["cast"] = "uuid"
    if "default" in schema:
        compiled["default"] = schema["default"]
    return compiled


def _parameters_schema(declaration: Declaration, schemas: Schemas) -> int | None:
    """One schema for all parameters, `{"query": {…}, "path": {…}, "header": {…}}`: closed for the query."""
    properties: dict[str, Any] = {
        "query": {"type": "object", "additionalProperties": False, "properties": {}},
        "path": {"type": "object", "properties": {}},
        "header": {"type": "object", "properties": {}},
    }
    for each in declaration.parameters:
        group = properties[each["in"]]
        place = f"{declaration.place} parameter {each['name']}"
        group["properties"][each["name"]] = schemas.translate(each["schema"], place)
        if each.get("required"):
            group.setdefault("required", []).append(each["name"])
    return schemas.number_of({"type": "object", "properties": properties})


def _body(document: Document, declaration: Declaration, schemas: Schemas) -> Document | None:
    if "requestBody" not in declaration.definition:
        return None
    body = resolve(document, declaration.definition["requestBody"])
    if list(body["content"]) != ["application/json"]:
        raise Refused(f"{declaration.place}: a request body can only be application/json.")
    if not isinstance(body.get("x-max-bytes"), int):
        raise Refused(f"{declaration.place}: say with x-max-bytes how large its body may be.")
    schema = body["content"]["application/json"]["schema"]
    return {
        "required": body.get("required", False),
        "max_bytes": body["x-max-bytes"],
        "schema": schemas.number(schema, f"{declaration.place} body"),
    }


def _replies(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    replies: Document = {}
    for status, reference in declaration.definition["responses"].items():
        place = f"{declaration.place} reply {status}"
        if not str(status).isdigit():
            raise Refused(f"{place}: name each status; `default` and ranges promise nothing.")
        reply = resolve(document, reference)
        content = {
            media_type: schemas.number(each["schema"], f"{place} {media_type}")
            for media_type, each in reply.get("content", {}).items()
        }
        headers = {name.lower(): resolve(document, each) for name, each in reply.get("headers", {}).items()}
        replies[str(status)] = {"content": content, "headers": _headers_schema(headers, place, schemas)}
    return replies


def _headers_schema(headers: Document, place: str, schemas: Schemas) -> int | None:
    if not headers:
        return None
    translated = {name: schemas.translate(each["schema"], f"{place} header {name}") for name, each in headers.items()}
    required = [name for name, each in headers.items() if each.get("required")]
    schema: Document = {"type": "object", "properties": translated}
    # Draft 4 knows no empty list of required names.
    return schemas.number_of({**schema, "required": required} if required else schema)


def _reply_headers(document: Document, found: Iterable[Declaration]) -> list[str]:
    replies = (resolve(document, reply) for each in found for reply in each.definition["responses"].values())
    return sorted({name.lower() for reply in replies for name in reply.get("headers", {})})


def _bounds(document: Document) -> Document:
    named = document.get("components", {}).get("schemas", {})
    return {
        name: [schema["minimum"], schema["maximum"]]
        for name, schema in named.items()
        if "minimum" in schema and "maximum" in schema
    }


def _table(name: str, table: Document) -> Document:
    """A table's keys, and for each index what its partitions are spread by. Raises Refused for a missing key."""
    attributes = table.get("attributes", {})
    indexes = table.get("global_secondary_indexes", {})
    for place, each in [(name, table), *((f"{name}/{index}", each) for index, each in indexes.items())]:
        if each.get("hash_key") not in attributes:
            raise Refused(f"x-dynamodb {place}: hash_key must be one of its table's attributes.")
        if each.get("range_key", each["hash_key"]) not in attributes:
            raise Refused(f"x-dynamodb {place}: range_key must be one of its table's attributes.")
    if indexes and not isinstance(table.get("partitions"), int):
        raise Refused(f"x-dynamodb {name}: say over how many partitions its indexes are spread.")
    return {
        "key": table["hash_key"],
        "partitions": table.get("partitions", 0),
        "indexes": {
            index: {
                "partition": each["hash_key"],
                "position": each["range_key"],
                "groups_by": each.get("groups_by"),
            }
            for index, each in indexes.items()
        },
    }
