"""Request validation: text cast into values, and every violation of the contract found and named."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from specbound import exact_json
from specbound.contract import Body, Media, Operation, Parameter
from specbound.exact_json import NotJson
from specbound.http import fields, paths
from specbound.http.events import Call
from specbound.patterns import pattern
from specbound.problems import LONGEST_TEXT, BadRequest, ContentTooLarge, UnsupportedMediaType, Violation

JSON = "application/json"
NUMBERS = {"integer": (exact_json.INTEGER, exact_json.integer), "number": (exact_json.NUMBER, exact_json.number)}
# What a gateway makes of a byte that is not UTF-8 if it takes a body for text.
LOST = rb"\xef\xbf\xbd"
# How a body begins that is compressed (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1; RFC 1950, section 2.2; the
# magic numbers of compress, bzip2, xz and zip), with what bytes became of it on the way. One way that zlib begins is
# text as well, if text follows. What Brotli makes, and deflate without zlib's head, begins like anything.
COMPRESSED = (
    (pattern(rb"\x1f(\x8b|%b\x08)" % LOST), "gzip"),
    (pattern(rb"\((\xb5|%b)/(\xfd|%b)" % (LOST, LOST)), "zstd"),
    (pattern(rb"x(\x01|\x9c|\xda|%b|\^.{,62}[^\t\n\r -~])" % LOST, re.DOTALL), "deflate"),
    (pattern(rb"\x1f(\x9d|%b)" % (LOST * 2)), "compress"),
    (pattern(rb"BZh[1-9](1AY|\x17rE)"), "bzip2"),
    (pattern(rb"(\xfd|%b)7zXZ\x00" % LOST), "xz"),
    (pattern(rb"PK\x03\x04"), "zip"),
)
# Every JSON text begins with a character of ASCII, so its zero bytes tell in which width the characters are written.
WIDE = (
    (pattern(rb"\x00\x00|(\xff\xfe|%b)\x00\x00|.\x00\x00\x00" % (LOST * 2), re.DOTALL), "UTF-32"),
    (pattern(rb"\xfe\xff|\xff\xfe|(%b)?(\x00.|.\x00)" % (LOST * 2), re.DOTALL), "UTF-16"),
)
# Parameters that are wrong in a way that no schema can tell, by the path to each (where, the name): what is wrong.
Faults = dict[tuple[str, str], str]


def read_parameters(operation: Operation, call: Call) -> dict[str, Any]:
    """All parameters by their keys, cast and defaulted. Raises BadRequest naming every violation."""
    if operation.is_styled:
        from specbound.http import styles  # noqa: PLC0415  # loaded with a contract that has such

        return styles.read_parameters(operation, call)
    faults: Faults = {}
    query = _read_query(operation, call.query, faults) if call.query else {}
    path = _read_path(operation.path, call.path_parameters, faults)
    header = _read_headers(operation.header, call.headers, faults)
    sent = {"query": query, "path": path, "header": header}
    if faults or not operation.parameters_validator.is_valid(sent):
        raise BadRequest(wrong_parameters(operation, sent, faults))
    return {**operation.defaults, **query, **path, **header}


def decode_path(parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as they were sent, decoded. Raises BadRequest."""
    decoded = {}
    for name, text in parameters.items():
        try:
            decoded[name] = paths.decode(text)
        except paths.Undecodable:
            raise BadRequest([Violation("path", pointer([name]), "is not percent-encoded UTF-8")]) from None
    return decoded


def read_body(operation: Operation, call: Call) -> Any:
    """The body as the operation gets it: what JSON has, text, bytes, or the members of a form; None if there is none.

    Members that are missing have the defaults of the schema.

    Numbers are int (also 5.0) or Decimal. Raises BadRequest naming every violation, ContentTooLarge and
    UnsupportedMediaType.
    """
    body = operation.body
    if body is None:
        return None
    if not call.body:
        if body.required:
            raise BadRequest([Violation("body", "", "is required")])
        return None
    media, parameters = _media(body, call.headers)
    content = _content(call.body, call.is_base64, body)
    if media.kind != "json":
        from specbound.http import media as other  # noqa: PLC0415  # loaded with a contract that has such

        return other.read(media, content, parameters)
    value = decode_body(content)
    validator = media.validator
    if validator is None or validator.is_valid(value):
        return validator.filled(value) if media.has_defaults and validator else value
    raise BadRequest(Violation("body", pointer(path), detail) for path, detail in validator.violations(value))


def sent_as(operation: Operation, call: Call, body: Any) -> str | None:
    """The media type of a body that may be more than plain JSON, in lower case and without parameters; else None."""
    declared = operation.body
    if body is None or declared is None or not declared.is_varied:
        return None
    return (fields.media_type(call.headers.get("content-type", declared.unnamed)) or (None,))[0]


def negotiated(operation: Operation, headers: Mapping[str, str]) -> Sequence[str]:
    """Of the media types that a success may have, those that the caller takes. Raises NotAcceptable."""
    from specbound.http import media as other  # noqa: PLC0415  # loaded with a contract that has such

    return other.wanted(operation, headers.get("accept"))


def decode_body(content: bytes) -> Any:
    """The JSON value of a body. Raises BadRequest, or UnsupportedMediaType if it is compressed."""
    try:
        return exact_json.loads(content.decode())
    except UnicodeDecodeError:
        reason = "is not UTF-8"
    except NotJson as refused:
        reason = str(refused)
    raise BadRequest([Violation("body", "", _other_encoding(content) or reason)])


def wrong_parameters(
    operation: Operation, sent: dict[str, Any], faults: Mapping[tuple[Any, ...], str]
) -> Iterator[Violation]:
    """Of a parameter, or a part of one, that could not be read, that alone is told."""
    for path, detail in faults.items():
        yield Violation(str(path[0]), pointer(path[1:]), detail)
    for path, detail in operation.parameters_validator.violations(sent):
        if not any(path[:length] in faults for length in range(1, len(path) + 1)):
            yield Violation(str(path[0]), pointer(path[1:]), detail)


def _read_path(parameters: Mapping[str, Parameter], texts: Mapping[str, str], faults: Faults) -> dict[str, Any]:
    return {name: _cast(each, texts[name], faults) for name, each in parameters.items() if name in texts}


def _read_headers(parameters: Mapping[str, Parameter], headers: Mapping[str, str], faults: Faults) -> dict[str, Any]:
    return {
        each.name: _cast(each, fields.normalise(name, headers[name]), faults)
        for name, each in parameters.items()
        if name in headers
    }


def _read_query(operation: Operation, query: str, faults: Faults) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for pair in filter(None, query.split("&")):
        name, _, text = pair.partition("=")
        name, text = _decode(name), _decode(text)
        parameter = operation.query.get(name)
        if parameter is None:
            values[name] = text
        elif parameter.is_array:
            values.setdefault(name, []).append(_cast(parameter, text, faults))
        elif name in values:
            faults["query", name] = "is given more than once"
        else:
            values[name] = _cast(parameter, text, faults)
    return values


def _decode(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest([Violation("query", "", "is not percent-encoded UTF-8")]) from None


def cast(kind: str, text: str) -> Any:
    """Text as the contract's type, or the first of several that takes it (`integer|string`).

    What can't be cast stays text, and the schema refuses it. Raises ArithmeticError for a number that is not exact.
    """
    match kind:
        case "string":
            return text
        case "uuid":
            return text.lower()
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
    if kind in NUMBERS:
        form, read = NUMBERS[kind]
        return read(text) if form.fullmatch(text) else text
    return next((value for each in kind.split("|") if (value := cast(each, text)) is not text), text)


def _cast(parameter: Parameter, text: str, faults: Faults) -> Any:
    if parameter.cast == "string":
        return text
    try:
        return cast(parameter.cast, text)
    except ArithmeticError:
        faults[parameter.where, parameter.name] = exact_json.INEXACT
        return text


def _media(body: Body, headers: Mapping[str, str]) -> tuple[Media, Mapping[str, str]]:
    """What a body is declared as, and the parameters of its media type. Raises UnsupportedMediaType."""
    if coded := fields.codings(headers.get("content-encoding", "")):
        raise _compressed(", ".join(coded))
    sent = headers.get("content-type", body.unnamed)
    if sent == JSON and body.json:
        return body.json, {}
    name, parameters = fields.media_type(sent) or ("", {})
    media = body.find(name, parameters)
    if media is None or (media.kind == "json" and not fields.is_utf_8(parameters)):
        raise UnsupportedMediaType(f"Send {' or '.join(dict.fromkeys(each.name for each in body.content))}.")
    return media, parameters


def _compressed(name: str) -> UnsupportedMediaType:
    """RFC 9110, section 12.5.3: which codings would have been taken."""
    return UnsupportedMediaType(f"The body is compressed ({name}). Send it as it is.", {"accept-encoding": "identity"})


def _other_encoding(content: bytes) -> str | None:
    """What the bytes are, if not JSON in UTF-8 without a byte order mark (RFC 8259, section 8.1)."""
    for start, name in COMPRESSED:
        if start.match(content):
            raise _compressed(name)
    if content.startswith(codecs.BOM_UTF8):
        return "begins with a byte order mark: send it without"
    return next(
        (f"is {name}: send UTF-8, without a byte order mark" for form, name in WIDE if form.match(content)), None
    )


def _content(sent: str, is_base64: bool, body: Body) -> bytes:
    try:
        content = base64.b64decode(sent, validate=True) if is_base64 else sent.encode()
    except binascii.Error:
        raise BadRequest([Violation("body", "", "is not base64")]) from None
    if len(content) > body.max_bytes:
        raise ContentTooLarge(f"The body has {len(content)} bytes, at most {body.max_bytes} are taken.")
    return content


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901), of each name as much as can be told of all."""
    return "".join("/" + str(step)[:LONGEST_TEXT].replace("~", "~0").replace("/", "~1") for step in path)
