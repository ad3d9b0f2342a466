"""The lint's rules for what goes over the wire: parameters and bodies that every client and every tool reads alike."""

from collections.abc import Iterator

from specbound.compiler import shapes
from specbound.compiler.bodies import IGNORED, WITHOUT_BODY
from specbound.compiler.document import Declaration, Document, resolve
from specbound.compiler.media import kinds_of, split
from specbound.compiler.parameters import SAID_ELSEWHERE, heeded, is_ignored, schema_of
from specbound.compiler.routes import WHOLE


def check(document: Document, operation: Declaration) -> Iterator[str]:
    """What of an operation is kept, and had better be said another way."""
    if any("{" in step and not WHOLE.fullmatch(step) for step in operation.path.split("/")):
        yield "let a path parameter be a whole step: API Gateway has no route of its own for less"
    for each in operation.parameters:
        yield from (f"{each['name']}: {complaint}" for complaint in _parameter(document, each))
    for _, _, key in heeded(operation):
        if key.partition(".")[0] in ("query", "header", "cookie") and "." in key:
            yield f"{key.partition('.')[2]}: give it a name of its own: the function finds it as {key}"
    if "requestBody" in operation.definition:
        if operation.method in WITHOUT_BODY | {"DELETE"}:
            yield f"take no body with {operation.method}: it has no meaning to HTTP, and much drops it on the way"
        body = resolve(document, operation.definition["requestBody"], "requestBodies")
        yield from (f"requestBody: {complaint}" for complaint in _content(document, body["content"]))
    for status, reference in operation.definition["responses"].items():
        reply = resolve(document, reference, "responses")
        yield from (f"{status}: {complaint}" for complaint in _content(document, reply.get("content", {})))
        if IGNORED in map(str.lower, reply.get("headers", {})):
            yield f"{status}: OpenAPI ignores Content-Type among the headers: say it in content"


def _parameter(document: Document, parameter: Document) -> Iterator[str]:
    if is_ignored(parameter):
        yield f"OpenAPI ignores it as a parameter: say it in {SAID_ELSEWHERE[parameter['name'].lower()]}"
    schema = schema_of(parameter)
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if parameter.get("required") and "default" in whole:
        yield "it is required, so its default is never used"
    if whole.get("nullable"):
        yield "text is never null: leave nullable out"
    if parameter.get("allowEmptyValue"):
        yield "let it be left out instead of empty: OpenAPI advises against allowEmptyValue"
    if "|" in shapes.cast(document, whole, shapes.kinds(document, whole)):
        yield "say one type: text does not tell which of several is meant"


def _content(document: Document, content: Document) -> Iterator[str]:
    for name, each in content.items():
        type_, parameters = split(name, name)
        if "*" in type_:
            yield f"{name}: name each media type: a range promises nothing"
        if name != type_ or parameters:
            yield f"{name}: name it in lower case and without parameters"
        if "schema" not in each:
            yield f"{name}: give it a schema; without one it promises nothing"
        elif kinds_of(document, type_, each["schema"]) == ["text"] and _is_structure(document, each["schema"]):
            yield f"{name}: say type: string: what its text stands for is described, and not checked"
        if any("headers" in encoding for encoding in each.get("encoding", {}).values()):
            yield f"{name}: leave out the headers of parts: nothing reads them"


def _is_structure(document: Document, schema: Document) -> bool:
    return bool(set(shapes.kinds(document, schema)) - set(shapes.PLAIN))
