"""Request bodies and replies: their media types, sizes and headers, as the compiler takes them."""

from specbound.compiled import EMPTY_REPLIES
from specbound.compiler import shapes
from specbound.compiler.document import Declaration, Document, Refused, is_3_1, resolve
from specbound.compiler.media import compile_content
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.parameters import schema_of, schema_steps
from specbound.compiler.schemas import REPLY, REQUEST, Schemas
from specbound.compiler.statuses import declared_replies, references
from specbound.http.kinds import kind_of

# OpenAPI 3.0 ignores a body with these, HTTP giving it no meaning; 3.1 lets it in. With DELETE, whatever the version,
# it is sent so often that it is taken (RFC 9110, section 9.3.5: by agreement).
WITHOUT_BODY = {"GET", "HEAD"}
# How large a body may be of which nothing is said, and at most: more than Lambda takes no function is given.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BYTES = 1_048_576
MOST_BYTES = 6_291_456
# As a header OpenAPI ignores it: content says it.
IGNORED = "content-type"


def compile_body(document: Document, declaration: Declaration, schemas: Schemas) -> Document | None:
    """The request body's schema and limits, or None. Raises Refused."""
    if not takes_body(document, declaration):
        return None
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
            place = f"{declaration.place} body"
            compiled["content"] = compile_content(document, body["content"], place, schemas, REQUEST)
    return compiled


def takes_body(document: Document, declaration: Declaration) -> bool:
    """Whether an operation has a body that OpenAPI does not ignore."""
    is_ignored = declaration.method in WITHOUT_BODY and not is_3_1(document)
    return "requestBody" in declaration.definition and not is_ignored


def compile_replies(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    """By status, range or `default`: the schema of each media type, and of the headers. Raises Refused."""
    replies: Document = {}
    with gathered() as at:
        for status, reference in references(declaration).items():
            key = (status, reference.get("$ref"))
            with at(status):
                # One that many operations refer to is compiled once.
                found = schemas.replies.get(key) or _reply(
                    document, reference, f"{declaration.place} reply {status}", schemas
                )
                if reference.keys() == {"$ref"}:
                    schemas.replies[key] = found
                replies[status] = dict(found)
    return replies


def _reply(document: Document, reference: Document, place: str, schemas: Schemas) -> Document:
    status = place.rpartition(" ")[2]
    reply = resolve(document, reference, "responses")
    compiled: Document = {}
    with gathered() as at:
        with at("content"):
            compiled["content"] = _content(document, reply.get("content", {}), status, place, schemas)
        with at("headers"):
            compiled |= _headers(document, reply, place, schemas)
    return compiled


def reply_headers(document: Document, declaration: Declaration) -> set[str]:
    """The names of all headers that an operation may answer with."""
    replies = declared_replies(document, declaration).values()
    return {name.lower() for reply in replies for name in reply.get("headers", {})}


def _content(document: Document, content: Document, status: str, place: str, schemas: Schemas) -> list[Document]:
    if content and status in EMPTY_REPLIES:
        raise Refused(f"{place}: HTTP sends no body with {status}. Leave out its content.")
    return compile_content(document, content, place, schemas, REPLY)


def _headers(document: Document, reply: Document, place: str, schemas: Schemas) -> Document:
    """The number of the schema of all headers together, None if there are none; and how some of them are written."""
    declared = {name: each for name, each in reply.get("headers", {}).items() if name.lower() != IGNORED}
    if not declared:
        return {"headers": None}
    headers: Document = {}
    properties: Document = {}
    written: Document = {}
    with gathered() as at:
        for key, each in declared.items():
            name = key.lower()
            with at(key):
                headers[name] = resolve(document, each, "headers")
                properties[name] = _header(headers[name], f"{place} header {name}", schemas)
                if how := _how(document, headers[name], f"{place} header {name}"):
                    written[name] = how
        if len({name.lower() for name in declared}) < len(declared):
            raise Refused(f"{place}: two headers differ in nothing but case, which HTTP does not see.")
    required = [name for name, each in headers.items() if each.get("required")]
    schema: Document = {"type": "object", "properties": properties}
    whole = {**schema, "required": required} if required else schema
    return {"headers": schemas.number_of(whole, f"{place} headers"), **({"written": written} if written else {})}


def _header(header: Document, place: str, schemas: Schemas) -> Document:
    with within(*schema_steps(header)):
        translated = schemas.translate(schema_of(header), place, REPLY)
    return translated


def _how(document: Document, header: Document, place: str) -> str | None:
    """How a header's value is written, if it is not plain: as JSON, or as an object in one of two ways."""
    if "content" in header:
        return "json" if kind_of(next(iter(header["content"])).partition(";")[0].strip().lower()) == "json" else None
    found = shapes.shape(document, schema_of(header), place, "simple", header.get("explode", False))
    return ("explode" if header.get("explode") else "object") if "members" in found else None
