"""Parameters: how each is read from its text, and the one schema that checks them together."""

from collections.abc import Iterator
from typing import Any

from specbound.compiled import CompiledShape
from specbound.compiler import shapes
from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.mistakes import Place, gathered, within
from specbound.compiler.schemas import REQUEST, Schemas
from specbound.http.kinds import kind_of

# Where a parameter may be, in the order in which those that are named alike are given the name; and its usual style.
STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
# OpenAPI ignores parameters of these names: it has its own places for what they say.
SAID_ELSEWHERE = {"accept": "responses", "content-type": "requestBody", "authorization": "security"}


def heeded(declaration: Declaration) -> Iterator[tuple[Document, Place, str]]:
    """Every parameter that OpenAPI does not ignore, with the steps to it, and the key that the function finds it by.

    Of those that are named alike one has the name; another is found by its place as well, `query.id`.
    """
    found = zip(declaration.parameters, declaration.parameter_steps, strict=True)
    kept = [(each, steps) for each, steps in found if not is_ignored(each)]
    owners: dict[str, str] = {}
    for where in STYLES:
        for each, _ in kept:
            if each["in"] == where:
                owners.setdefault(str(each["name"]), where)
    for each, steps in kept:
        name = str(each["name"])
        yield each, steps, name if owners[name] == each["in"] else f"{each['in']}.{name}"


def is_ignored(parameter: Document) -> bool:
    return parameter["in"] == "header" and str(parameter["name"]).lower() in SAID_ELSEWHERE


def schema_of(parameter: Document) -> Any:
    """A parameter's schema: its own, or that of its one media type. One without is any text."""
    if "content" in parameter:
        return next(iter(parameter["content"].values())).get("schema", {})
    return parameter.get("schema", {})


def schema_steps(parameter: Document) -> Place:
    return ("content", next(iter(parameter["content"])), "schema") if "content" in parameter else ("schema",)


def compile_parameters(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    """`parameters` (each with its place, name and cast) and `parameters_schema`. Raises Refused."""
    found = list(heeded(declaration))
    parameters: list[Document] = []
    with gathered() as at:
        with at("parameters"):
            _check_names(declaration, found)
        for each, steps, key in found:
            with at(*steps):
                parameters.append(_parameter(document, each, key, _place(declaration, each), schemas))
    return {"parameters": parameters, "parameters_schema": _schema(declaration, found, schemas)}


def form_field(document: Document, name: str, schema: Any, encoding: Document, place: str) -> Document:
    """A member of a form as a parameter: how it is written by its encoding object, or by its type. Raises Refused."""
    if encoding.keys() & {"style", "explode", "allowReserved"}:
        style = encoding.get("style", "form")
        explode = encoding.get("explode", style == "form")
        found: CompiledShape = shapes.shape(document, schema, place, style, explode)
    else:
        style, explode = "form", True
        found = _of_content(document, schema, encoding.get("contentType", ""))
    # No member stands in a form for itself, without the name of what it is a member of.
    return {
        "in": "body", "name": name, "array": False, "cast": "string", "style": style, "explode": explode,
        "shape": found,
    }  # fmt: skip


def _of_content(document: Document, schema: Any, content_type: str) -> CompiledShape:
    """An object is JSON. Of an array each item is sent for itself; one of JSON may be so as a whole."""
    found = shapes.kinds(document, schema)
    if "array" in found:
        items = _of_content(document, shapes.items(document, schema), content_type)
        shape: CompiledShape = {"items": items}
        if "json" in items:
            shape["json"] = True
        elif set(shapes.PLAIN) & set(found):
            shape["cast"] = shapes.cast(document, schema, found)
        return shape
    if kind_of(content_type) == "json" or "object" in found:
        return {"json": True}
    return {"cast": shapes.cast(document, schema, found)}


def _check_names(declaration: Declaration, found: list[tuple[Document, Place, str]]) -> None:
    names = [each["name"].lower() for each, _, _ in found if each["in"] == "header"]
    for name in dict.fromkeys(each for each in names if names.count(each) > 1):
        raise Refused(f"{declaration.place}: two parameters are the header {name}, which HTTP reads in any case.")
    keys = [key for _, _, key in found]
    for key in dict.fromkeys(each for each in keys if keys.count(each) > 1):
        raise Refused(f"{declaration.place}: a parameter's name, {key}, is how another is found. Rename it.")


def _place(declaration: Declaration, parameter: Document) -> str:
    return f"{declaration.place} parameter {parameter['name']}"


def _parameter(document: Document, parameter: Document, key: str, place: str, schemas: Schemas) -> Document:
    where, name, schema = parameter["in"], parameter["name"], schema_of(parameter)
    style = parameter.get("style", STYLES[where])
    explode = parameter.get("explode", style == "form")
    found = (
        _of_media_type(parameter, place)
        if "content" in parameter
        else shapes.shape(document, schema, place, style, explode)
    )
    if style == "deepObject" and found.keys() == {"cast"}:
        # OpenAPI leaves open how a plain value is written in this style; as a form writes it, everybody does.
        style = "form"
    repeated = found.keys() == {"items"} and shapes.is_plain(found["items"]) and style == "form" and explode
    plain = found["items"] if repeated else found
    compiled: Document = {"in": where, "name": name, "array": repeated, "cast": plain.get("cast", "string")}
    is_usual = (repeated and where == "query") or (shapes.is_plain(found) and style in ("form", "simple", "deepObject"))
    lets_empty = where == "query" and parameter.get("allowEmptyValue") is True
    if not is_usual or where == "cookie" or key != name or lets_empty:
        compiled |= {"style": style, "explode": explode, "shape": found}
    compiled |= ({"key": key} if key != name else {}) | ({"empty": True} if lets_empty else {})
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if "default" in whole and not parameter.get("required"):
        compiled["default"] = _default(parameter, whole["default"], place, schemas)
    return compiled


def _of_media_type(parameter: Document, place: str) -> CompiledShape:
    name = next(iter(parameter["content"])).partition(";")[0].strip().lower()
    if kind_of(name) not in ("json", "text"):
        raise Refused(
            f"{place}: {name} is no text that a parameter could be. Say application/json, or give it a schema."
        )
    return {"json": True} if kind_of(name) == "json" else {"cast": "string"}


def _default(parameter: Document, default: Any, place: str, schemas: Schemas) -> Any:
    with within(*schema_steps(parameter)):
        validator = schemas.validator(schema_of(parameter), place, REQUEST)
    if not validator.is_valid(default):
        raise Refused(f"{place}: its default {default!r} is not valid against its own schema.")
    return default


def _schema(declaration: Declaration, found: list[tuple[Document, Place, str]], schemas: Schemas) -> int:
    """One schema for all parameters, `{"query": {…}, "path": {…}, "header": {…}}`: closed for the query."""
    properties: dict[str, Any] = {
        "query": {"type": "object", "additionalProperties": False, "properties": {}},
        "path": {"type": "object", "properties": {}},
        "header": {"type": "object", "properties": {}},
    }
    for each, steps, _ in found:
        group = properties.setdefault(each["in"], {"type": "object", "properties": {}})
        with within(*steps, *schema_steps(each)):
            schema = schemas.translate(schema_of(each), _place(declaration, each), REQUEST)
        if each["in"] == "query" and each.get("allowEmptyValue") is True:
            schema = {"anyOf": [schema, {"enum": [""]}]}
        group["properties"][each["name"]] = schema
        if each.get("required"):
            group.setdefault("required", []).append(each["name"])
    return schemas.number_of({"type": "object", "properties": properties}, f"{declaration.place} parameters")
