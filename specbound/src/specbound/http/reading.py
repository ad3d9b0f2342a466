"""Request validation: text cast into values, and every violation of the contract found and named."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from specbound import exact_json
from specbound.contract import Body, Operation, Parameter
from specbound.exact_json import NotJson
from specbound.http import fields, paths
from specbound.http.events import Call
from specbound.problems import LONGEST_TEXT, BadRequest, ContentTooLarge, UnsupportedMediaType, Violation

JSON = "application/json"
NUMBERS = {"integer": (exact_json.INTEGER, exact_json.integer), "number": (exact_json.NUMBER, exact_json.number)}
# What a gateway makes of a byte that is not UTF-8 if it takes a body for text.
LOST = rb"\xef\xbf\xbd"
# How a body begins that is compressed (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1; RFC 1950, section 2.2; the
# magic numbers of compress, bzip2, xz and zip), with what bytes became of it on the way. One way that zlib begins is
# text as well, if text follows. What Brotli makes, and deflate without zlib's head, begins like anything.
COMPRESSED = (
    (re.compile(rb"\x1f(\x8b|%b\x08)" % LOST), "gzip"),
    (re.compile(rb"\((\xb5|%b)/(\xfd|%b)" % (LOST, LOST)), "zstd"),
    (re.compile(rb"x(\x01|\x9c|\xda|%b|\^.{,62}[^\t\n\r -~])" % LOST, re.DOTALL), "deflate"),
    (re.compile(rb"\x1f(\x9d|%b)" % (LOST * 2)), "compress"),
    (re.compile(rb"BZh[1-9](1AY|\x17rE)"), "bzip2"),
    (re.compile(rb"(\xfd|%b)7zXZ\x00" % LOST), "xz"),
    (re.compile(rb"PK\x03\x04"), "zip"),
)
# Every JSON text begins with a character of ASCII, so its zero bytes tell in which width the characters are written.
WIDE = (
    (re.compile(rb"\x00\x00|(\xff\xfe|%b)\x00\x00|.\x00\x00\x00" % (LOST * 2), re.DOTALL), "UTF-32"),
    (re.compile(rb"\xfe\xff|\xff\xfe|(%b)?(\x00.|.\x00)" % (LOST * 2), re.DOTALL), "UTF-16"),
)
# Parameters that are wrong in a way that no schema can tell: where, the name, and what is wrong.
Faults = dict[tuple[str, str], str]


def read_parameters(operation: Operation, call: Call) -> dict[str, Any]:
    """All parameters by name, cast and defaulted. Raises BadRequest naming every violation."""
    faults: Faults = {}
    query = _read_query(operation, call.query, faults) if call.query else {}
    path = _read_path(operation.path, call.path_parameters, faults)
    header = _read_headers(operation.header, call.headers, faults)
    sent = {"query": query, "path": path, "header": header}
    if faults or not operation.parameters_validator.is_valid(sent):
        raise BadRequest(_wrong_parameters(operation, sent, faults))
    return {**operation.defaults, **query, **path, **header}


def decode_path(parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as they were sent, decoded. Raises BadRequest."""
    decoded = {}
    for name, text in parameters.items():
        try:
            decoded[name] = paths.decode(text)
        except paths.Undecodable:
            raise BadRequest([Violation("path", _pointer([name]), "is not percent-encoded UTF-8")]) from None
    return decoded


def read_body(operation: Operation, call: Call) -> Any:
    """The JSON body, with the defaults that its schema has; None where there is none to read.

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
    _refuse_other_media(call.headers)
    value = decode_body(_content(call.body, call.is_base64, body))
    if body.validator.is_valid(value):
        return body.validator.filled(value) if body.has_defaults else value
    raise BadRequest(Violation("body", _pointer(path), detail) for path, detail in body.validator.violations(value))


def decode_body(content: bytes) -> Any:
    """The JSON value of a body. Raises BadRequest, or UnsupportedMediaType if it is compressed."""
    try:
        return exact_json.loads(content.decode())
    except UnicodeDecodeError:
        reason = "is not UTF-8"
    except NotJson as refused:
        reason = str(refused)
    raise BadRequest([Violation("body", "", _other_encoding(content) or reason)])


def _wrong_parameters(operation: Operation, sent: dict[str, Any], faults: Faults) -> Iterator[Violation]:
    """Of a parameter that could not be read, that alone is told."""
    for (where, name), detail in faults.items():
        yield Violation(where, _pointer([name]), detail)
    for path, detail in operation.parameters_validator.violations(sent):
        if path[:2] not in faults:
            yield Violation(str(path[0]), _pointer(path[1:]), detail)


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


def _cast(parameter: Parameter, text: str, faults: Faults) -> Any:
    """Text as the contract's type. What can't be cast stays text, and the schema refuses it."""
    match parameter.cast:
        case "string":
            return text
        case "uuid":
            return text.lower()
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
    form, read = NUMBERS[parameter.cast]
    try:
        return read(text) if form.fullmatch(text) else text
    except ArithmeticError:
        faults[parameter.where, parameter.name] = exact_json.INEXACT
        return text


def _refuse_other_media(headers: Mapping[str, str]) -> None:
    if codings := fields.codings(headers.get("content-encoding", "")):
        raise _compressed(", ".join(codings))
    media_type = headers.get("content-type", JSON)
    if media_type != JSON and not fields.is_json(media_type):
        raise UnsupportedMediaType(f"Send {JSON}.")


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
    except UnicodeError:
        raise BadRequest([Violation("body", "", "is not UTF-8")]) from None
    if len(content) > body.max_bytes:
        raise ContentTooLarge(f"The body has {len(content)} bytes, at most {body.max_bytes} are taken.")
    return content


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901), of each name as much as can be told of all."""
    return "".join("/" + str(step)[:LONGEST_TEXT].replace("~", "~0").replace("/", "~1") for step in path)
