"""Contents, explained: what becomes of media types, encodings, and the keywords and formats of schemas."""

from collections.abc import Iterator
from typing import Any

from specbound.compiler.dialect import PLAIN, modern
from specbound.compiler.discriminators import Discriminators
from specbound.compiler.document import Document, Refused, is_3_1
from specbound.compiler.entries import DOCUMENTATION, KEPT, Entry
from specbound.compiler.formats import KNOWN, TYPES
from specbound.compiler.grammar import EXTENSION, kind_at
from specbound.compiler.media import compile_content
from specbound.compiler.misleading import KEYWORDS, MODERN_KEYWORDS
from specbound.compiler.mistakes import Place
from specbound.compiler.reach import Reach, describes_only
from specbound.compiler.references import COMPONENTS, Pointers
from specbound.compiler.schemas import REPLY, REQUEST, Schemas
from specbound.http.kinds import kind_of

READ_AS = {
    "json": "it is read as JSON", "form": "it is read as a form", "multipart": "it is read as a form with files",
    "text": "it is read as text", "binary": "it is taken as bytes",
}  # fmt: skip
WRITTEN_AS = {
    "json": "it is written as JSON", "form": "the operation writes it, as text",
    "multipart": "the operation writes it, as bytes", "text": "it is sent as text", "binary": "it is sent as bytes",
}  # fmt: skip
RANGE = "it is taken as the media type that is sent"
# Nothing can be checked of a value of these formats.
UNCHECKED = {"password", "html", "commonmark", "float", "double"}
BYTES = "a body or a file of this kind is bytes; within JSON it says nothing"
# Keywords that are for people, each with the reason. Texts are told together, elsewhere.
FOR_PEOPLE = {
    "xml": "XML is text to the engine",
    "contentEncoding": "texts are handed on as they are encoded",
    "contentSchema": "what is encoded in a text is not looked into",
}
# What a form's encoding says of a file, or of any member of a form with files, nobody needs.
OF_FILES = ("style", "explode", "allowReserved", "headers")


def contents(document: Document, reach: Reach) -> Iterator[Entry]:
    """What becomes of the contents of bodies, and of all schemas."""
    schemas, pointers = Schemas(document), Pointers(document)
    for place, kind, value in reach.parts:
        if kind == "mediaType" and isinstance(value, dict):
            yield from _media(document, schemas, place, value)
        elif kind == "schema" and isinstance(value, dict):
            yield from _schema(document, place, value, pointers)


def _media(document: Document, schemas: Schemas, place: Place, media: Document) -> Iterator[Entry]:
    owner = kind_at(place[:-2])
    name = place[-1]
    if owner in ("parameter", "header"):
        is_json = kind_of(name.partition(";")[0].strip().lower()) == "json"
        yield Entry(place, KEPT, READ_AS["json" if is_json else "text"])
        return
    side = REPLY if owner == "response" else REQUEST
    found = compile_content(document, {name: media}, " ".join(place), schemas, side)
    kinds = [each["kind"] for each in found]
    is_checked = any(each["schema"] is not None for each in found)
    how = RANGE if len(kinds) > 1 else (WRITTEN_AS if side == REPLY else READ_AS)[kinds[0]]
    if "schema" not in media:
        yield Entry(place, KEPT, f"{how}; without a schema anything of this kind is taken")
    else:
        yield Entry(place, KEPT, f"{how}, and checked" if is_checked else how)
        if describes_only(document, name, media):
            yield Entry((*place, "schema"), DOCUMENTATION, "it says what the text or the bytes stand for")
    for part, said in media.get("encoding", {}).items():
        steps = (*place, "encoding", part)
        if side == REPLY or not {"form", "multipart"} & set(kinds):
            yield Entry(steps, DOCUMENTATION, "only forms that are sent in are read by it")
        elif isinstance(said, dict):
            unread = OF_FILES if "multipart" in kinds else ("headers",)
            yield from (
                Entry((*steps, each), DOCUMENTATION, "a part of a form with files is read without it")
                for each in unread
                if each in said
            )


def _schema(document: Document, place: Place, schema: Document, pointers: Pointers) -> Iterator[Entry]:
    if "$ref" in schema and not is_3_1(document):
        return
    said = modern(document, schema)
    for name in sorted(schema.keys() - (MODERN_KEYWORDS if is_3_1(document) else KEYWORDS)):
        if not name.startswith(EXTENSION):
            why = f"it is no keyword of the schemas of OpenAPI {document['openapi']}"
            yield Entry((*place, name), DOCUMENTATION, why)
    for name in FOR_PEOPLE.keys() & schema.keys():
        yield Entry((*place, name), DOCUMENTATION, FOR_PEOPLE[name])
    if "contentMediaType" in schema:
        is_bytes = "contentEncoding" not in schema and not _is_json(place)
        why = BYTES if is_bytes else "texts are handed on, whatever they hold"
        yield Entry((*place, "contentMediaType"), KEPT if is_bytes else DOCUMENTATION, why)
    if isinstance(said.get("format"), str):
        yield _format(place, said)
    yield from _idle(document, place, schema)
    if "discriminator" in schema and not _picks(document, place, schema, pointers):
        why = "it picks nothing: there is no reference for it to pick"
        yield Entry((*place, "discriminator"), DOCUMENTATION, why)


def _format(place: Place, said: Document) -> Entry:
    name, steps = said["format"], (*place, "format")
    kinds = {said["type"]} if isinstance(said.get("type"), str) else set(said.get("type", ()))
    meant = {"integer", "number"} if TYPES.get(name) == "number" else {"string"}
    if name not in KNOWN:
        return Entry(steps, DOCUMENTATION, f"the format {name} is not known: it is for people")
    if name in UNCHECKED:
        return Entry(steps, DOCUMENTATION, f"of the format {name} nothing can be checked")
    if kinds and not kinds & meant:
        return Entry(steps, DOCUMENTATION, f"the format {name} is about a {TYPES[name]}, and says nothing here")
    if name == "binary":
        return Entry(steps, DOCUMENTATION if _is_json(place) else KEPT, BYTES)
    return Entry(steps, KEPT, f"the format {name} is checked")


def _idle(document: Document, place: Place, schema: Document) -> Iterator[Entry]:
    """Keywords that say nothing without another beside them."""
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if isinstance(schema.get(exclusive), bool) and bound not in schema:
            yield Entry((*place, exclusive), DOCUMENTATION, f"there is no {bound} beside it")
    if "nullable" in schema and not is_3_1(document) and not schema.keys() & (PLAIN - {"enum"}):
        yield Entry((*place, "nullable"), DOCUMENTATION, "there is no type beside it")


def _picks(document: Document, place: Place, schema: Document, pointers: Pointers) -> bool:
    steps = place if place[: len(COMPONENTS)] == COMPONENTS and len(place) == len(COMPONENTS) + 1 else None
    try:
        return bool(Discriminators(document, pointers).choices(schema, steps, pointers.base(place), ""))
    except Refused:
        return True


def _is_json(place: Place) -> bool:
    """Whether a place is within a body of JSON; of a component nobody knows."""
    steps: Any = iter(place)
    return "content" in steps and kind_of(next(steps, "")) == "json"
