"""JSON (RFC 8259), exactly: each text has one meaning, and a number is kept digit by digit, not as a binary float."""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal, Underflow
from json import JSONDecodeError, JSONDecoder
from typing import Any

import orjson

# RFC 8259, section 6. Not int() and Decimal(): they take "+5", " 5" and "1_0" as well.
INTEGER = re.compile("-?(0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# What DynamoDB keeps of a number, exactly: 38 digits, from 1E-130 to 9.9…E+125.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
DIGITS = 38
EXACT = Context(prec=DIGITS, Emin=-130, Emax=125, traps=[Inexact, Overflow, Underflow, Subnormal, InvalidOperation])
INEXACT = "has a number that cannot be kept exactly"
# How deep DynamoDB keeps what is nested.
DEEPEST = 32


class NotJson(ValueError):
    """No JSON, or none that two readers would understand alike (RFC 8259, sections 4 and 6). The message says why."""


def loads(text: str) -> Any:
    """The JSON value, its numbers int or Decimal. Raises NotJson."""
    try:
        value = _decoder.decode(text)
        if text.count("[") + text.count("{") > DEEPEST and _is_deeper(value, DEEPEST):
            raise RecursionError
    except RecursionError:
        raise NotJson("nests too deep") from None
    except ArithmeticError:
        raise NotJson(INEXACT) from None
    except JSONDecodeError:
        raise NotJson("is not JSON (RFC 8259)") from None
    if "\\u" in text:
        _refuse_surrogates(text)
    return value


def dumps(value: Any) -> bytes:
    """The value as JSON, in UTF-8. Raises TypeError for what is none."""
    try:
        return orjson.dumps(value, default=_exact)
    except TypeError:
        # It writes an int of 64 bits, and of no more.
        return orjson.dumps(_with_long_integers(value), default=_exact)


def number(text: str) -> int | Decimal:
    """A JSON number in its one spelling: 19.990 is 19.99, 1E+2 and 100.0 are 100, -0.0 is 0.

    Raises ArithmeticError if it cannot be kept exactly.
    """
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
    return orjson.Fragment(str(value))


def _with_long_integers(value: Any) -> Any:
    """The value with each int as the text that it is written as."""
    if isinstance(value, dict):
        return {name: _with_long_integers(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_long_integers(each) for each in value]
    return _exact(value) if type(value) is int else value


def _refuse_surrogates(text: str) -> None:
    try:
        orjson.loads(text)
    except ValueError:
        # Half of a surrogate pair is all that Python's reader takes and this one refuses.
        raise NotJson("has half of a surrogate pair") from None


def _is_deeper(value: Any, levels: int) -> bool:
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
        raise NotJson("has an object that names a member twice")
    return members


def _constant(name: str) -> None:
    raise NotJson(f"has {name}, which is not JSON")


_decoder = JSONDecoder(object_pairs_hook=_object, parse_int=integer, parse_float=number, parse_constant=_constant)
