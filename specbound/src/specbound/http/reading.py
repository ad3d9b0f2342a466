"""Request validation: text cast into values, and every violation of the contract found and named."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from specbound import numbers
from specbound.contract import Body, Operation, Parameter
from specbound.http import grammar, paths
from specbound.http.decoding import decode, undecoded
from specbound.http.events import Call
from specbound.problems import LONGEST_TEXT, BadRequest, ContentTooLarge, UnsupportedMediaType, Violation

JSON = "application/json"
NUMBERS = {"integer": (numbers.INTEGER, numbers.integer), "number": (numbers.NUMBER, numbers.number)}
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
    """The JSON body; None where there is none to read.

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
    value = decode(_content(call.body, call.is_base64, body))
    if body.validator.is_valid(value):
        return value
    raise BadRequest(Violation("body", _pointer(path), detail) for path, detail in body.validator.violations(value))


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
        each.name: _cast(each, grammar.normalise(name, headers[name]), faults)
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
        faults[parameter.where, parameter.name] = numbers.INEXACT
        return text


def _refuse_other_media(headers: Mapping[str, str]) -> None:
    if codings := grammar.codings(headers.get("content-encoding", "")):
        raise undecoded(", ".join(codings))
    media_type = headers.get("content-type", JSON)
    if media_type != JSON and not grammar.is_json(media_type):
        raise UnsupportedMediaType(f"Send {JSON}.")


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
