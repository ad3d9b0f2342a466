"""JSON (RFC 8259), exactly: each text has one meaning, and a number is kept digit by digit, not as a binary float."""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal, Underflow
from json import JSONDecodeError, JSONDecoder
from types import ModuleType
from typing import Any

import orjson

from specbound.patterns import pattern

# RFC 8259, section 6. Not int() and Decimal(): they take "+5", " 5" and "1_0" as well.
INTEGER = pattern("-?(0|[1-9][0-9]*)")
NUMBER = pattern(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# What DynamoDB keeps of a number, exactly: 38 digits, from 1E-130 to 9.9…E+125.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
DIGITS = 38
EXACT = Context(prec=DIGITS, Emin=-130, Emax=125, traps=[Inexact, Overflow, Underflow, Subnormal, InvalidOperation])
INEXACT = "has a number that cannot be kept exactly"
# How deep DynamoDB keeps what is nested.
DEEPEST = 32
# Of an integer that orjson writes by itself.
LEAST, GREATEST = -(2**63), 2**64 - 1


class NotJson(ValueError):
    """No JSON, or none that two readers would understand alike (RFC 8259, sections 4 and 6). The message says why."""


class _Twice(ValueError):
    """An object names a member twice."""


class _Constant(ValueError):
    """What Python writes of a number that JSON does not have."""


def loads(text: str) -> Any:
    """The JSON value, its numbers int or Decimal. Raises NotJson."""
    try:
        value = _decoder.decode(text)
        if text.count("[") + text.count("{") > DEEPEST and is_deeper(value, DEEPEST):
            raise RecursionError
    except RecursionError:
        raise NotJson(f"nests too deep{_malformed().place_of_nesting(text, DEEPEST)}") from None
    except _Twice:
        raise NotJson(f"has an object that names a member twice{_malformed().place_of_repetition(text)}") from None
    except (ArithmeticError, _Constant, JSONDecodeError) as mistake:
        raise NotJson(_told(mistake, text)) from None
    if "\\u" in text:
        _refuse_surrogates(text)
    return value


def _told(mistake: Exception, text: str) -> str:
    match mistake:
        case JSONDecodeError():
            reason: str = _malformed().told(mistake)
            return reason
        case _Constant():
            return f"{mistake}{_malformed().place_of(text, 'constant', lambda _: True)}"
    return f"{INEXACT}{_malformed().place_of(text, 'number', _is_inexact)}"


def _malformed() -> ModuleType:
    from specbound import malformed  # noqa: PLC0415  # where all is valid, nothing is told

    return malformed


def _is_inexact(text: str) -> bool:
    try:
        number(text)
    except ArithmeticError:
        return True
    return False


def dumps(value: Any) -> bytes:
    """The value as JSON, in UTF-8. Raises TypeError for what is none."""
    try:
        return orjson.dumps(value, default=_exact)
    except TypeError:
        if not _has_long(value):
            raise
        return orjson.dumps(_written(value), default=_exact)


def number(text: str) -> int | Decimal:
    """A JSON number in its one spelling: 19.990 is 19.99, 1E+2 and 100.0 are 100, -0.0 is 0.

    Raises ArithmeticError if it cannot be kept exactly.
    """
    if len(text) <= DIGITS and text.isdecimal():
        return int(text)
    if len(text) <= DIGITS and "e" not in text and "E" not in text:
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0")
        return Decimal(f"{whole}.{fraction}") if fraction else int(whole)
    exact = EXACT.create_decimal(text)
    # To JSON Schema 5.0 is an integer; to DynamoDB and to an index, only 5 is.
    # An int of more digits than DynamoDB keeps could not be stored, though with zeros at its end the number can.
    is_int = exact == exact.to_integral_value() and (not exact or exact.adjusted() < DIGITS)
    return int(exact) if is_int else exact.normalize(EXACT)


def integer(text: str) -> int | Decimal:
    """The same for text without a fraction or an exponent. int() alone takes a time that grows with its square."""
    return int(text) if len(text) <= DIGITS else number(text)


def _exact(value: Any) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    return orjson.Fragment(str(value))


def exactly(value: Any) -> Any:
    """A value of the contract as one that was sent would be: no number in it is a binary float."""
    if isinstance(value, dict):
        return {name: exactly(each) for name, each in value.items()}
    if isinstance(value, list):
        return [exactly(each) for each in value]
    return number(str(value)) if isinstance(value, float) else value


def _is_long(value: Any) -> bool:
    """Whether it is an integer of more than 64 bits, which orjson does not write."""
    return type(value) is int and not LEAST <= value <= GREATEST


def _has_long(value: Any) -> bool:
    """Level by level, so that depth costs no stack."""
    below = [value]
    while below:
        if any(map(_is_long, below)):
            return True
        below = [each for parent in below if isinstance(parent, dict | list) for each in _members(parent)]
    return False


def _members(parent: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return parent.values() if isinstance(parent, dict) else parent


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    return Decimal(value) if _is_long(value) else value


def _refuse_surrogates(text: str) -> None:
    try:
        orjson.loads(text)
    except ValueError:
        # Half of a surrogate pair is all that Python's reader takes and this one refuses.
        raise NotJson(f"has half of a surrogate pair{_malformed().place_of_half(text)}") from None


def is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects nest deeper. Level by level, so that depth costs no stack."""
    below = [value]
    for _ in range(levels + 1):
        containers = [each for each in below if isinstance(each, list | dict)]
        if not containers:
            return False
        below = [each for parent in containers for each in (parent.values() if isinstance(parent, dict) else parent)]
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Twice
    return members


def _constant(name: str) -> None:
    raise _Constant(f"has {name}, which is not JSON")


_decoder = JSONDecoder(object_pairs_hook=_object, parse_int=integer, parse_float=number, parse_constant=_constant)
