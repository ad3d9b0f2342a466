"""Media types of bodies: what kind of content each is, and the schema that its value is held to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specbound.compiler import shapes
from specbound.compiler.document import Document, Refused, resolve
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.parameters import form_field
from specbound.compiler.patches import patch_of
from specbound.compiler.schemas import REQUEST, Schemas
from specbound.http.fields import UTF_8, media_type
from specbound.http.kinds import kind_of
from specbound.messages import MERGE_PATCH

# What a range may turn out to be; of those of media, but bytes or XML.
KINDS = ("json", "form", "multipart", "text", "binary")
OF_MEDIA = dict.fromkeys(("image/*", "audio/*", "video/*", "font/*"), ("text", "binary"))
RANGE = re.compile(r"\*/\*|[a-z0-9!#$&^_.+-]+/\*")
# What says of a text that it stands for bytes.
OF_BYTES = {"format", "contentMediaType", "contentEncoding"}
ONLY_DESCRIBED = {"type", "title", "description", "example", "examples", "deprecated", "externalDocs"}
Replace = Callable[[Document], Document]


def compile_content(document: Document, content: Document, place: str, schemas: Schemas, side: str) -> list[Document]:
    """Each media type, the narrowest first. Raises Refused."""
    compiled: list[Document] = []
    with gathered() as at:
        for name, each in content.items():
            with at(name):
                # Of an operation's one body, which of its media types is meant is said where it has several.
                is_body = place.endswith(" body") and len(content) == 1
                compiled += _media(document, name, each, place if is_body else f"{place} {name}", _Side(schemas, side))
    same = [(each["type"], each["kind"], tuple(sorted(each.get("parameters", {}).items()))) for each in compiled]
    if len(set(same)) < len(same):
        raise Refused(f"{place}: two of its media types are the same, but for case or for charset.")
    return sorted(compiled, key=_width)


@dataclass(frozen=True)
class _Side:
    """The schemas of requests, or of replies."""

    schemas: Schemas
    side: str

    def number(self, schema: Any, place: str) -> int:
        return self.schemas.number(schema, place, self.side)

    def translate(self, schema: Any, place: str) -> Document:
        return self.schemas.translate(schema, place, self.side)

    def has_defaults(self, number: int) -> bool:
        """Whether members that are missing are to be filled in: of requests."""
        return self.side == REQUEST and self.schemas.has_defaults(number)


def split(name: str, place: str) -> tuple[str, dict[str, str]]:
    """A media type, or a range, in lower case, and the parameters that tell it from others. Raises Refused."""
    found = media_type(name)
    if found is None or ("*" in found[0] and not RANGE.fullmatch(found[0])):
        raise Refused(f"{place}: {name!r} is no media type (RFC 9110, section 8.3.1).")
    # Text is in UTF-8, said or not; and every multipart body has a boundary of its own.
    told = {key: value for key, value in found[1].items() if key != "boundary"}
    return found[0], {key: value for key, value in told.items() if key != "charset" or value.lower() not in UTF_8}


def kinds_of(document: Document, name: str, schema: Any) -> list[str]:
    """What content of a media type is read as; of a range, all that it may be."""
    if is_binary(document, schema) and ("*" in name or kind_of(name) not in ("json", "form", "multipart")):
        return ["binary"]
    return list(OF_MEDIA.get(name, KINDS)) if "*" in name else [kind_of(name)]


def is_binary(document: Document, schema: Any) -> bool:
    """Whether a schema says that a text is any bytes."""
    return any(
        each.get("format") == "binary" or ("contentMediaType" in each and "contentEncoding" not in each)
        for each in shapes.parts(document, schema)
    )


def is_file(document: Document, schema: Any, encoding: Document) -> bool:
    """Whether a part of multipart/form-data is given to the operation as a file."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    said = encoding.get("contentType", "")
    is_other = bool(said) and not any(kind_of(each.strip()) == "json" for each in said.split(","))
    is_open = not shapes.kinds(document, whole) and "contentEncoding" not in whole
    return is_binary(document, whole) or ((is_other or is_open) and not said.startswith("text/plain"))


def with_files(document: Document, schema: Any, encoding: Document, file: Replace, above: tuple[int, ...] = ()) -> Any:
    """The schema of a form, with another in the place of that of each file."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else schema
    if not isinstance(whole, dict) or id(whole) in above:
        return schema
    above, found = (*above, id(whole)), dict(whole)
    if "properties" in found:
        found["properties"] = {
            name: _member(document, each, encoding.get(name, {}), file) for name, each in found["properties"].items()
        }
    for key in ("allOf", *shapes.ALTERNATIVES):
        if key in found:
            found[key] = [with_files(document, each, encoding, file, above) for each in found[key]]
    return found


def as_bytes(document: Document, schema: Document) -> Document:
    """What a schema says of the text that has a character for each byte; nothing, if it describes no text."""
    if set(shapes.kinds(document, schema)) - {"string"}:
        return {}
    return {key: value for key, value in schema.items() if key not in OF_BYTES}


def _media(document: Document, name: str, media: Document, place: str, schemas: "_Side") -> list[Document]:
    type_, parameters = split(name, place)
    schema = media.get("schema")
    found = []
    for kind in kinds_of(document, type_, schema or {}):
        compiled: Document = {"type": type_, "kind": kind, "schema": None}
        if parameters:
            compiled["parameters"] = parameters
        if kind == "binary" and is_binary(document, schema or {}) and "*" in type_:
            compiled["all"] = True
        with within("schema"):
            compiled |= _value(document, compiled, media, place, schemas)
        # What a merge patch does not name stays as it is.
        if compiled["schema"] is not None and type_ != MERGE_PATCH and schemas.has_defaults(compiled["schema"]):
            compiled["defaults"] = True
        found.append(compiled)
    return found


def _value(document: Document, compiled: Document, media: Document, place: str, schemas: "_Side") -> Document:
    """The schema that a value is held to, and how it is read from text."""
    schema, kind, name = media.get("schema"), compiled["kind"], compiled["type"]
    if schema is None:
        return {"fields": []} if kind in ("form", "multipart") else {}
    if kind == "json":
        return {
            "schema": _patch(document, schema, place, schemas) if name == MERGE_PATCH else schemas.number(schema, place)
        }
    if kind in ("form", "multipart"):
        encoding = media.get("encoding", {})
        checked = (
            with_files(document, schema, encoding, lambda each: as_bytes(document, each))
            if kind == "multipart"
            else schema
        )
        fields = _fields(document, schema, encoding, kind, place)
        return {"schema": schemas.number(checked, place), "fields": fields}
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    kinds = shapes.kinds(document, whole)
    said = as_bytes(document, whole) if kind == "binary" else whole
    if set(kinds) - set(shapes.PLAIN) or not said.keys() - ONLY_DESCRIBED or (kind == "binary" and kinds != ["string"]):
        # Of XML, and of anything that is no text, a schema describes what it stands for.
        cast = "string" if set(kinds) - set(shapes.PLAIN) or kind == "binary" else shapes.cast(document, whole, kinds)
        is_text = cast != "string" and kind == "text"
        return {"schema": schemas.number(whole, place), "cast": cast} if is_text else {}
    cast = shapes.cast(document, whole, kinds) if kind == "text" else "string"
    return {"schema": schemas.number(said, place), **({} if cast in ("string", "uuid") else {"cast": cast})}


def _fields(document: Document, schema: Any, encoding: Document, kind: str, place: str) -> list[Document]:
    found = []
    with gathered() as at:
        for name, each in shapes.members(document, schema).items():
            with at("properties", name):
                own = encoding.get(name, {})
                field = form_field(document, name, each, own if kind == "form" else _plain(own), f"{place} {name}")
                if kind == "multipart":
                    field["shape"] = _part(document, each, own, field["shape"])
                found.append(field)
    return found


def _plain(encoding: Document) -> Document:
    return {"contentType": encoding["contentType"]} if "contentType" in encoding else {}


def _part(document: Document, schema: Any, encoding: Document, shape: Document) -> Document:
    types = [each.strip().lower() for each in encoding.get("contentType", "").split(",") if each.strip()]
    if is_file(document, schema, encoding):
        return {"file": types}
    if "array" in shapes.kinds(document, schema) and is_file(document, shapes.items(document, schema), encoding):
        return {"items": {"file": types}}
    return shape


def _member(document: Document, schema: Any, encoding: Document, file: Replace) -> Any:
    if is_file(document, schema, encoding):
        return file(resolve(document, schema, "schemas") if isinstance(schema, dict) else {})
    items = shapes.items(document, schema)
    if "array" in shapes.kinds(document, schema) and is_file(document, items, encoding):
        whole = resolve(document, schema, "schemas")
        return {**whole, "items": file(resolve(document, items, "schemas") if isinstance(items, dict) else {})}
    return schema


def _patch(document: Document, schema: Any, place: str, schemas: "_Side") -> int:
    # What is wrong with the whole is said where it stands.
    schemas.translate(schema, place)
    return schemas.number(patch_of(document, schema), place)


def _width(compiled: Document) -> tuple[int, int]:
    """Narrow first: a media type before a range, and with parameters before without."""
    name = compiled["type"]
    return 2 if name == "*/*" else int("*" in name), -len(compiled.get("parameters", {}))
