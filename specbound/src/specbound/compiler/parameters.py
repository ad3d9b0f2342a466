"""Parameters: how each is read from its text, and the one schema that checks them together."""

from typing import Any

from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.schemas import REQUEST, Schemas

CASTS = ("string", "integer", "number", "boolean")
STYLES = {"query": "form", "path": "simple", "header": "simple"}
# Of DynamoDB's BatchGetItem.
MOST_ITEMS = 100
# OpenAPI 3.0 ignores parameters of these names: it has its own places for what they say.
SAID_ELSEWHERE = {"accept": "responses", "content-type": "requestBody", "authorization": "security"}


def compile_parameters(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    """`parameters` (each with its place, name and cast) and `parameters_schema`. Raises Refused."""
    names = [_identity(each) for each in declaration.parameters]
    parameters: list[Document] = []
    with gathered() as at:
        for name in dict.fromkeys(names):
            with at("parameters"):
                if names.count(name) > 1:
                    raise Refused(
                        f"{declaration.place}: two parameters share the name {name}; the function needs one each."
                    )
        for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
            with at(*steps):
                parameters.append(_parameter(document, each, _place(declaration, each), schemas))
    return {"parameters": parameters, "parameters_schema": _schema(declaration, schemas)}


def _identity(parameter: Document) -> str:
    name = str(parameter["name"])
    return name.lower() if parameter["in"] == "header" else name


def _place(declaration: Declaration, parameter: Document) -> str:
    return f"{declaration.place} parameter {parameter['name']}"


def _parameter(document: Document, parameter: Document, place: str, schemas: Schemas) -> Document:
    where = parameter["in"]
    _refuse_unsupported(parameter, place)
    schema = resolve(document, parameter["schema"], "schemas")
    is_array = schema.get("type") == "array"
    style = parameter.get("style", STYLES[where])
    if style != STYLES[where] or (is_array and (where != "query" or not parameter.get("explode", True))):
        raise Refused(f"{place}: style {style} is not supported here; arrays are repeated query parameters.")
    item = _item(document, schema, place) if is_array else schema
    if item.get("type") not in CASTS:
        raise Refused(f"{place}: its type must be one of {', '.join(CASTS)}, or an array of one of them.")
    if schema.get("nullable") or item.get("nullable"):
        raise Refused(f"{place}: text is never null. Leave nullable out.")
    cast = "uuid" if item.get("format") == "uuid" else item["type"]
    compiled = {"in": where, "name": parameter["name"], "array": is_array, "cast": cast}
    if "default" in schema:
        compiled["default"] = _default(parameter, schema["default"], place, schemas)
    return compiled


def _item(document: Document, schema: Document, place: str) -> Document:
    """What a parameter that is sent again and again is an array of."""
    most = schema.get("maxItems")
    if "items" not in schema or type(most) is not int or most > MOST_ITEMS:
        raise Refused(
            f"{place}: an array says with items what it holds, and with maxItems how many, {MOST_ITEMS} at most: "
            "one call looks no more of them up."
        )
    return resolve(document, schema["items"], "schemas")


def _refuse_unsupported(parameter: Document, place: str) -> None:
    where, name = parameter["in"], parameter["name"].lower()
    if where not in STYLES:
        raise Refused(f"{place}: parameters in {where} are not supported. Send it as a header.")
    if where == "header" and name in SAID_ELSEWHERE:
        raise Refused(f"{place}: OpenAPI ignores it. Say it in {SAID_ELSEWHERE[name]}.")
    for key in ("content", "allowReserved", "allowEmptyValue"):
        if parameter.get(key):
            raise Refused(f"{place}: {key} is not supported. Give it a schema of one plain value.")


def _default(parameter: Document, default: Any, place: str, schemas: Schemas) -> Any:
    if parameter.get("required"):
        raise Refused(f"{place}: it is required, so its default is never used.")
    with within("schema"):
        validator = schemas.validator(parameter["schema"], place, REQUEST)
    if not validator.is_valid(default):
        raise Refused(f"{place}: its default {default!r} is not valid against its own schema.")
    return default


def _schema(declaration: Declaration, schemas: Schemas) -> int:
    """One schema for all parameters, `{"query": {…}, "path": {…}, "header": {…}}`: closed for the query."""
    properties: dict[str, Any] = {
        "query": {"type": "object", "additionalProperties": False, "properties": {}},
        "path": {"type": "object", "properties": {}},
        "header": {"type": "object", "properties": {}},
    }
    for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
        group = properties[each["in"]]
        with within(*steps, "schema"):
            group["properties"][each["name"]] = schemas.translate(each["schema"], _place(declaration, each), REQUEST)
        if each.get("required"):
            group.setdefault("required", []).append(each["name"])
    return schemas.number_of({"type": "object", "properties": properties}, f"{declaration.place} parameters")
