"""The lint's rules: a contract is tight, so that wrong can be told from right; complete; and clean of AWS."""

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.compiler.common import differences
from specbound.compiler.document import Declaration, Document, declarations
from specbound.compiler.house import house_rules
from specbound.compiler.schemas import Schemas
from specbound.compiler.statuses import declared_replies
from specbound.validation import Validator

Place = tuple[str, ...]
"""The steps from the document's root to what is meant: a JSON pointer, before escaping."""
Finding = tuple[Place, str]

ANSWERED_BY_GATEWAY = {"401", "403", "429"}
# By the function, and where that was not asked or did not answer, by the gateway.
ANSWERED_BY_BOTH = {"400", "413", "500", "503"}
VALUES = {"example", "examples", "default", "enum", "not"}
"""What is no schema, or (`not`) one of what is shut out: it need not be tight."""


def check(document: Document) -> Iterator[Finding]:
    """Every place that breaks a rule. Raises Refused for what the compiler does not take at all."""
    yield from _document(document)
    yield from differences(document)
    for place, schema in _schemas(document):
        for complaint in _schema(schema):
            yield place, complaint
    yield from _examples(document)
    yield from house_rules(document)
    operations = {each.public_id: each for each in declarations(document)}
    for each in operations.values():
        place = ("paths", each.path, each.method.lower())
        yield from ((place, complaint) for complaint in _operation(document, each, operations))


def _document(document: Document) -> Iterator[Finding]:
    if document.get("openapi") != "3.0.3":
        yield ("openapi",), "use 3.0.3: not every tool that reads this takes another version"
    for place, value in _walk(document):
        if place and place[-1].startswith("x-amazon"):
            yield place, "leave AWS to Terraform, which adds what it needs"
        if isinstance(value, str) and ("arn:aws" in value or "${" in value):
            yield place, "names an AWS resource or a placeholder: the same contract is served everywhere"


def _schema(schema: Document) -> Iterator[str]:
    is_open = schema.get("additionalProperties") is not False
    match schema.get("type"):
        case None if not schema.keys() & {"allOf", "anyOf", "oneOf"}:
            yield "say its type"
        case "object" if is_open and ("additionalProperties" not in schema or not schema.get("description")):
            yield "say additionalProperties: false, or true and why in its description"
        case "array" if "maxItems" not in schema:
            yield "say maxItems"
        case "integer" | "number" if "enum" not in schema and not {"minimum", "maximum"} <= schema.keys():
            yield "say minimum and maximum"
        case "string" if "enum" not in schema:
            if not schema.keys() & {"format", "pattern"}:
                yield "say its format, pattern or enum"
            if "maxLength" not in schema:
                yield "say maxLength"


def _operation(document: Document, operation: Declaration, operations: Mapping[str, Declaration]) -> Iterator[str]:
    replies = declared_replies(document, operation)
    if not operation.definition.get("summary"):
        yield "say in a summary what it does"
    tags = operation.definition.get("tags", [])
    if len(tags) != 1 or tags[0] not in {each["name"] for each in document.get("tags", [])}:
        yield "give it one tag of those described at the root: the clients sort operations by it"
    yield from _security(document, operation)
    for status, why in _expected(document, operation).items():
        if status not in replies:
            yield f"declare {status}: {why}"
    if not any(status.startswith("2") for status in replies):
        yield "declare what a success answers"
    for status, reply in ((status, each) for status, each in replies.items() if status.isdecimal()):
        yield from (f"{status}: {complaint}" for complaint in _reply(status, reply))
        yield from (f"{status}: {complaint}" for complaint in _links(reply, operations))
    yield from _conditions(operation, replies)


def _security(document: Document, operation: Declaration) -> Iterator[str]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for name, scopes in [pair for each in operation.definition.get("security", []) for pair in each.items()]:
        flows = schemes.get(name, {}).get("flows", {}).values()
        if not set(scopes) <= {scope for flow in flows for scope in flow["scopes"]}:
            yield f"the security scheme {name} does not describe {', '.join(scopes)}"


def _expected(document: Document, operation: Declaration) -> dict[str, str]:
    """The statuses that an operation can answer, judged by what it takes, each with the reason."""
    expected = dict.fromkeys(("400", "429", "500", "503"), "every operation can answer it")
    if operation.definition.get("security", document.get("security")):
        expected |= dict.fromkeys(("401", "403"), "it needs a scope")
    if "requestBody" in operation.definition:
        expected |= dict.fromkeys(("413", "415"), "it takes a body")
    if any(each["in"] == "path" for each in operation.parameters):
        expected["404"] = "its path names a resource"
    headers = {each["name"] for each in operation.parameters if each["in"] == "header"}
    if "If-Match" in headers:
        expected["412"] = "it takes If-Match"
    if "If-None-Match" in headers:
        # RFC 9110, section 13.1.2.
        expected["304" if operation.method == "GET" else "412"] = "it takes If-None-Match"
    if "Idempotency-Key" in headers:
        expected |= dict.fromkeys(("409", "422"), "it takes an Idempotency-Key")
    return expected


def _reply(status: str, reply: Document) -> Iterator[str]:
    media_type = "application/json" if status in ANSWERED_BY_GATEWAY else "application/problem+json"
    if status >= "400" and media_type not in reply.get("content", {}):
        yield f"an error is {media_type}"
    if status in ANSWERED_BY_BOTH and "application/json" not in reply.get("content", {}):
        yield 'declare application/json as well: the gateway\'s own is {"message": …}'
    if status in ("429", "503") and "Retry-After" not in reply.get("headers", {}):
        yield "declare Retry-After: clients wait for that long"
    if status == "201" and "Location" not in reply.get("headers", {}):
        yield "declare Location: where the new resource is"
    if status == "201" and not reply.get("links"):
        yield "link to the operations that the new resource can be given to"


def _links(reply: Document, operations: Mapping[str, Declaration]) -> Iterator[str]:
    for name, link in reply.get("links", {}).items():
        target = operations.get(link.get("operationId", ""))
        if target is None:
            yield f"the link {name} leads to no operation"
        elif unknown := link.get("parameters", {}).keys() - {each["name"] for each in target.parameters}:
            yield f"the link {name} gives {target.public_id} a parameter it does not take: {', '.join(unknown)}"


def _conditions(operation: Declaration, replies: Mapping[str, Document]) -> Iterator[str]:
    headers = {each["name"] for each in operation.parameters if each["in"] == "header"}
    success = replies.get("200", {})
    if headers & {"If-Match", "If-None-Match"} and success and "ETag" not in success.get("headers", {}):
        yield "200: declare ETag: it takes conditions on it"


def _examples(document: Document) -> Iterator[Finding]:
    """Every example, and every default, that its own schema refuses."""
    for place, holder in _walk(document):
        if not isinstance(holder, dict):
            continue
        schema = holder if _is_schema(place) else holder.get("schema", {})
        for name, value in _values(holder) if schema else ():
            yield from ((place, f"{name}: {complaint}") for complaint in _violations(document, schema, value))


def _values(holder: Document) -> Iterator[tuple[str, Any]]:
    yield from ((key, holder[key]) for key in ("example", "default") if key in holder)
    yield from ((name, each["value"]) for name, each in holder.get("examples", {}).items())


def _violations(document: Document, schema: Document, value: Any) -> Iterator[str]:
    translated = Schemas(document).translate(schema, "example")
    for path, sentence in Validator(translated).violations(value):
        yield f"{'/'.join(map(str, path))} {sentence}".strip()


def _schemas(document: Document) -> Iterator[tuple[Place, Document]]:
    """Every schema where it is written out, not where it is referred to."""
    for place, value in _walk(document):
        if isinstance(value, dict) and "$ref" not in value and _is_schema(place):
            yield place, value


def _is_schema(place: Place) -> bool:
    return (
        place[-1:] in (("schema",), ("items",), ("additionalProperties",))
        or place[-2:-1] in (("properties",), ("allOf",), ("anyOf",), ("oneOf",))
        or (place[:2] == ("components", "schemas") and len(place) == 3)
    )


def _walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Everything in the document but the values given in it."""
    yield place, value
    is_table = place[-1:] in (("properties",), ("schemas",))
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in children:
        if is_table or key not in VALUES:
            yield from _walk(each, (*place, str(key)))
