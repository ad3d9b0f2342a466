"""The lint's rules: a contract is tight, so that wrong can be told from right; complete; and clean of AWS."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specbound.compiler import misleading, wire_rules
from specbound.compiler.answers import expected
from specbound.compiler.common import differences
from specbound.compiler.document import Declaration, Document, declarations, is_3_1, resolve
from specbound.compiler.grammar import REFERABLE, kind_at, walk
from specbound.compiler.house import house_rules
from specbound.compiler.schemas import Schemas
from specbound.compiler.security import said_of_security
from specbound.compiler.statuses import declared_replies

Place = tuple[str, ...]
"""The steps from the document's root to what is meant: a JSON pointer, before escaping."""
Finding = tuple[Place, str]

ANSWERED_BY_GATEWAY = {"401", "403", "429"}
# By the function, and where that was not asked or did not answer, by the gateway.
ANSWERED_BY_BOTH = {"400", "413", "500", "503"}
VALUES = {"example", "examples", "default", "enum"}
# What has a schema, and examples of it beside that.
DESCRIBED = ("parameter", "header", "mediaType")


def check(document: Document) -> Iterator[Finding]:
    """Every place that breaks a rule. Raises Refused for what the compiler does not take at all."""
    yield from _document(document)
    yield from differences(document)
    yield from _beside(document)
    for place, schema in _schemas(document):
        complaints = () if "$ref" in schema else _schema(schema)
        yield from ((place, complaint) for complaint in (*complaints, *misleading.check(document, schema)))
    yield from _examples(document)
    yield from house_rules(document)
    operations = {each.public_id: each for each in declarations(document)}
    for each in operations.values():
        place = ("paths", each.path, each.method.lower())
        yield from ((place, complaint) for complaint in _operation(document, each, operations))


def _document(document: Document) -> Iterator[Finding]:
    for place, value in _walk(document):
        if place and place[-1].startswith("x-amazon"):
            yield place, "leave AWS to Terraform, which adds what it needs"
        if isinstance(value, str) and ("arn:aws" in value or "${" in value):
            yield place, "names an AWS resource or a placeholder: the same contract is served everywhere"


def _beside(document: Document) -> Iterator[Finding]:
    if is_3_1(document):
        return
    for place, kind, value in walk(document):
        is_reference = kind != "schema" and kind in REFERABLE and isinstance(value, dict) and "$ref" in value
        if is_reference and (siblings := ", ".join(sorted(value.keys() - {"$ref"}))):
            yield place, f"OpenAPI 3.0 ignores what stands beside a $ref: take {siblings} away"


def _schema(schema: Document) -> Iterator[str]:
    is_open = schema.get("additionalProperties") is not False
    match _kind(schema):
        case None if not schema.keys() & {"allOf", "anyOf", "oneOf", "const", "type"}:
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


def _kind(schema: Document) -> Any:
    """Its type; of several, the one beside null."""
    types = schema.get("type")
    kinds = [each for each in types if each != "null"] if isinstance(types, list) else [types]
    return kinds[0] if len(kinds) == 1 else None


def _operation(document: Document, operation: Declaration, operations: Mapping[str, Declaration]) -> Iterator[str]:
    replies = declared_replies(document, operation)
    if not operation.definition.get("summary"):
        yield "say in a summary what it does"
    tags = operation.definition.get("tags", [])
    if len(tags) != 1 or tags[0] not in {each["name"] for each in document.get("tags", [])}:
        yield "give it one tag of those described at the root: the clients sort operations by it"
    yield from _security(document, operation)
    for status, why in expected(document, operation).items():
        if status not in replies:
            yield f"declare {status}: {why}"
    if not any(status.startswith("2") for status in replies):
        yield "declare what a success answers"
    for status, reply in ((status, each) for status, each in replies.items() if status.isdecimal()):
        yield from (f"{status}: {complaint}" for complaint in _reply(status, reply))
        yield from (f"{status}: {complaint}" for complaint in _links(reply, operations))
    yield from _conditions(operation, replies)
    yield from wire_rules.check(document, operation)


def _security(document: Document, operation: Declaration) -> Iterator[str]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    ways = said_of_security(document, operation) or []
    if len(ways) > 1 or any(len(each) > 1 for each in ways):
        yield "let callers in by one scheme: of several, API Gateway decides none"
    for name, scopes in [pair for each in ways for pair in each.items()]:
        flows = resolve(document, schemes.get(name, {})).get("flows", {}).values()
        if len(scopes) > 1:
            yield f"ask for one scope of {name}: API Gateway lets in who has any of several"
        if not all(re.fullmatch("[^/]+/[^/]+", each) for each in scopes):
            yield f"write a scope of {name} as resource/action, as in users/read: Cognito's have this form"
        if not set(scopes) <= {scope for flow in flows for scope in flow["scopes"]}:
            yield f"the security scheme {name} does not describe {', '.join(scopes)}"


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
    for place, kind, holder in walk(document):
        if isinstance(holder, dict) and (kind == "schema" or kind in DESCRIBED):
            schema = holder if kind == "schema" else holder.get("schema", {})
            for name, value in _values(document, holder) if schema else ():
                yield from ((place, f"{name}: {complaint}") for complaint in _violations(document, schema, value))


def _values(document: Document, holder: Document) -> Iterator[tuple[str, Any]]:
    """Each by its name; an example that is kept elsewhere (`externalValue`) is not looked at."""
    yield from ((key, holder[key]) for key in ("example", "default") if key in holder)
    examples = holder.get("examples", {})
    if isinstance(examples, list):
        yield from ((f"examples {number}", each) for number, each in enumerate(examples))
    else:
        named = ((name, resolve(document, each, "examples")) for name, each in examples.items())
        yield from ((name, each["value"]) for name, each in named if "value" in each)


def _violations(document: Document, schema: Document, value: Any) -> Iterator[str]:
    for path, sentence in Schemas(document).validator(schema, "example").violations(value):
        yield f"{'/'.join(map(str, path))} {sentence}".strip()


def _schemas(document: Document) -> Iterator[tuple[Place, Document]]:
    """Every schema, where it is written out and where it is referred to, but those of what is shut out."""
    for place, kind, value in walk(document):
        if kind == "schema" and isinstance(value, dict) and not _is_shut_out(place):
            yield place, value


def _is_shut_out(place: Place) -> bool:
    """Whether it is said by `not`: then it need not be tight."""
    return any(step == "not" and kind_at(place[:index]) == "schema" for index, step in enumerate(place))


def _walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Everything in the document but the values given in it."""
    yield place, value
    is_table = place[-1:] in (("properties",), ("schemas",))
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in children:
        if is_table or key not in VALUES:
            yield from _walk(each, (*place, str(key)))
