"""Request bodies and replies: their media types, sizes and headers, as the compiler takes them."""

import re

from specbound.compiled import EMPTY_REPLIES
from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.schemas import Schemas
from specbound.compiler.statuses import declared_replies, references

JSON = "application/json"
# HTTP gives a body to a request of these methods no meaning, and OpenAPI 3.0 ignores it (RFC 9110, section 9.3).
WITHOUT_BODY = {"GET", "HEAD", "DELETE"}
# How large a body may be of which nothing is said, and at most: more than Lambda takes no function is given.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BYTES = 1_048_576
MOST_BYTES = 6_291_456
HEADER_TYPES = ("string", "integer")


def compile_body(document: Document, declaration: Declaration, schemas: Schemas) -> Document | None:
    """The request body's schema and limits, or None. Raises Refused."""
    if "requestBody" not in declaration.definition:
        return None
    if declaration.method in WITHOUT_BODY:
        raise Refused(f"{declaration.place}: a body has no meaning in a {declaration.method}. Use parameters, or POST.")
    body = resolve(document, declaration.definition["requestBody"], "requestBodies")
    compiled = {"required": body.get("required", False), "max_bytes": body.get("x-max-bytes", MAX_BYTES)}
    with gathered() as at:
        with at("x-max-bytes"):
            if type(compiled["max_bytes"]) is not int or not 1 <= compiled["max_bytes"] <= MOST_BYTES:
                raise Refused(
                    f"{declaration.place}: x-max-bytes is how large its body may be, from 1 to {MOST_BYTES} bytes: "
                    f"Lambda takes no more. Without it, it is {MAX_BYTES}."
                )
        with at("content"):
            if list(body["content"]) != [JSON]:
                raise Refused(f"{declaration.place}: a request body can only be {JSON}.")
            with within(JSON):
                compiled["schema"] = _schema(body["content"][JSON], f"{declaration.place} body", schemas)
    return compiled


def compile_replies(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    """By status, range or `default`: the schema of each media type, and of the headers. Raises Refused."""
    replies: Document = {}
    with gathered() as at:
        for status, reference in references(declaration).items():
            with at(status):
                replies[status] = _reply(document, reference, f"{declaration.place} reply {status}", schemas)
    return replies


def _reply(document: Document, reference: Document, place: str, schemas: Schemas) -> Document:
    status = place.rpartition(" ")[2]
    reply = resolve(document, reference, "responses")
    compiled: Document = {}
    with gathered() as at:
        with at("content"):
            compiled["content"] = _content(reply.get("content", {}), status, place, schemas)
        with at("headers"):
            compiled["headers"] = _headers(document, reply, place, schemas)
    return compiled


def reply_headers(document: Document, declaration: Declaration) -> set[str]:
    """The names of all headers that an operation may answer with."""
    replies = declared_replies(document, declaration).values()
    return {name.lower() for reply in replies for name in reply.get("headers", {})}


def _content(content: Document, status: str, place: str, schemas: Schemas) -> Document:
    if content and status in EMPTY_REPLIES:
        raise Refused(f"{place}: HTTP sends no body with {status}. Leave out its content.")
    compiled: Document = {}
    with gathered() as at:
        for name, each in content.items():
            with at(name):
                if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", name):
                    raise Refused(f"{place}: name each media type in lower case and without parameters, not {name!r}.")
                compiled[name] = _schema(each, f"{place} {name}", schemas)
    return compiled


def _schema(media_type: Document, place: str, schemas: Schemas) -> int:
    if "schema" not in media_type:
        raise Refused(f"{place}: give it a schema; without one it promises nothing.")
    with within("schema"):
        number = schemas.number(media_type["schema"], place)
    return number


def _headers(document: Document, reply: Document, place: str, schemas: Schemas) -> int | None:
    declared: Document = reply.get("headers", {})
    if not declared:
        return None
    headers: Document = {}
    properties: Document = {}
    with gathered() as at:
        for key, each in declared.items():
            name = key.lower()
            with at(key):
                headers[name] = resolve(document, each, "headers")
                properties[name] = _header(document, headers[name], f"{place} header {name}", schemas)
        if len({name.lower() for name in declared}) < len(declared):
            raise Refused(f"{place}: two headers differ in nothing but case, which HTTP does not see.")
    required = [name for name, each in headers.items() if each.get("required")]
    schema: Document = {"type": "object", "properties": properties}
    # Draft 4 knows no empty list of required names.
    return schemas.number_of({**schema, "required": required} if required else schema, f"{place} headers")


def _header(document: Document, header: Document, place: str, schemas: Schemas) -> Document:
    if place.endswith(" content-type"):
        raise Refused(f"{place}: OpenAPI ignores it. Say it in content.")
    if "schema" not in header:
        raise Refused(f"{place}: give it a schema; content is not supported here.")
    if resolve(document, header["schema"], "schemas").get("type") not in HEADER_TYPES:
        raise Refused(f"{place}: its type must be one of {', '.join(HEADER_TYPES)}.")
    with within("schema"):
        translated = schemas.translate(header["schema"], place)
    return translated
