"""Reading a request: text into values, and every violation of the contract found and named."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from json import JSONDecoder
from typing import Any
from urllib.parse import unquote_plus

import orjson

from handlers.contract import Body, Operation, Parameter
from handlers.gateway import Call
from handlers.paths import Undecodable, decode
from handlers.problems import BadRequest, ContentTooLarge, UnsupportedMediaType, Violation
from handlers.validation import Validator

# Not int() and Decimal(): they take "+5", " 5" and "1_0" as well.
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,30})")
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?")
MEDIA_TYPE = re.compile(r"\s*application/json\s*(;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE)
# What DynamoDB keeps of a number, exactly: 38 digits.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
EXACT = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, Overflow, Underflow, InvalidOperation])


def read_parameters(operation: Operation, call: Call) -> dict[str, Any]:
    """All parameters by name, cast and defaulted. Raises BadRequest naming every violation."""
    query = _read_query(operation, call.query) if call.query else {}
    path = _read_named(operation.path, call.path_parameters)
    header = _read_named(operation.header, call.headers)
    sent = {"query": query, "path": path, "header": header}
    if not operation.parameters_validator.is_valid(sent):
        raise BadRequest(
            Violation(str(where), _pointer(path), detail)
            for (where, *path), detail in _violations(operation.parameters_validator, sent)
        )
    return {**operation.defaults, **query, **path, **header}


def decode_path(parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as they were sent, decoded. Raises BadRequest."""
    decoded = {}
    for name, text in parameters.items():
        try:
            decoded[name] = decode(text)
        except Undecodable:
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
    media_type = call.headers.get("content-type", "application/json")
    if not MEDIA_TYPE.fullmatch(media_type):
        raise UnsupportedMediaType("Send application/json.")
    value = _parse(_text(call, body))
    try:
        if body.validator.is_valid(value):
            return value
        found = [Violation("body", _pointer(path), detail) for path, detail in _violations(body.validator, value)]
    except ValueError:
        found = [Violation("body", "", "nests too deep")]
    raise BadRequest(found)


def _read_named(parameters: Iterable[Parameter], texts: Mapping[str, str]) -> dict[str, Any]:
    return {each.name: _cast(each.cast, texts[each.sent_as]) for each in parameters if each.sent_as in texts}


def _read_query(operation: Operation, query: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for pair in filter(None, query.split("&")):
        name, _, text = pair.partition("=")
        name, text = _decode(name), _decode(text)
        parameter = operation.query.get(name)
        if parameter is None:
            values[name] = text
        elif parameter.is_array:
            values.setdefault(name, []).append(_cast(parameter.cast, text))
        elif name in values:
            raise BadRequest([Violation("query", _pointer([name]), "is given more than once")])
        else:
            values[name] = _cast(parameter.cast, text)
    return values


def _decode(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest([Violation("query", "", "is not percent-encoded UTF-8")]) from None


def _cast(cast: str, text: str) -> Any:
    """Text as the contract's type. What can't be cast stays text, and the schema refuses it."""
    if cast == "string":
        return text
    if cast == "uuid":
        return text.lower()
    if cast == "integer":
        return int(text) if INTEGER.fullmatch(text) else text
    if cast == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return Decimal(text) if NUMBER.fullmatch(text) else text


def _text(call: Call, body: Body) -> str:
    try:
        raw = call.body or ""
        content = base64.b64decode(raw, validate=True) if call.is_base64 else raw.encode()
        if len(content) > body.max_bytes:
            raise ContentTooLarge(f"The body has {len(content)} bytes, at most {body.max_bytes} are taken.")
        return content.decode()
    except (UnicodeError, binascii.Error):
        raise BadRequest([Violation("body", "", "is not UTF-8")]) from None


def _parse(text: str) -> Any:
    try:
        value = _decoder.decode(text)
        if "\\u" in text:
            _refuse_surrogates(text)
        return value
    except RecursionError:
        reason = "nests too deep"
    except (ArithmeticError, _Refused) as error:
        reason = str(error) if isinstance(error, _Refused) else "has a number that cannot be kept exactly"
    except ValueError:
        reason = "is not JSON (RFC 8259)"
    raise BadRequest([Violation("body", "", reason)])


class _Refused(ValueError):
    """JSON by its grammar, but nothing that two readers would understand alike (RFC 8259, sections 4 and 6)."""


def _refuse_surrogates(text: str) -> None:
    try:
        orjson.loads(text)
    except ValueError:
        # Half of a surrogate pair is all that Python's reader takes and this one refuses.
        raise _Refused("has half of a surrogate pair") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Refused("has an object that names a member twice")
    return members


def _number(text: str) -> int | Decimal:
    number = EXACT.create_decimal(text)
    # To JSON Schema 5.0 is an integer; to DynamoDB and to an index, only 5 is.
    return int(number) if number == number.to_integral_value() else number


def _constant(name: str) -> None:
    raise _Refused(f"has {name}, which is not JSON")


_decoder = JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)


def _violations(validator: Validator, value: Any) -> Iterator[tuple[list[str | int], str]]:
    """Every violation, as the path to it and what is wrong there."""
    for error in validator.iter_errors(value):
        path = error.instance_path
        kind: Any = error.kind
        match kind.name:
            case "required":
                yield [*path, kind.property], "is required"
            case "additionalProperties":
                for name in kind.unexpected:
                    yield [*path, name], "is not known here"
            case "pattern":
                yield path, "does not have the form that the contract describes"
            case _:
                yield path, error.message


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
