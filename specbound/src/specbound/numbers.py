"""Numbers as they are kept: exactly, and each in one spelling."""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal, Underflow

# RFC 8259, section 6. Not int() and Decimal(): they take "+5", " 5" and "1_0" as well.
INTEGER = re.compile("-?(0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# What DynamoDB keeps of a number, exactly: 38 digits, from 1E-130 to 9.9…E+125.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
DIGITS = 38
EXACT = Context(prec=DIGITS, Emin=-130, Emax=125, traps=[Inexact, Overflow, Underflow, Subnormal, InvalidOperation])
INEXACT = "has a number that cannot be kept exactly"


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
    return int(exact) if exact == exact.to_integral_value() else exact.normalize(EXACT)


def integer(text: str) -> int | Decimal:
    """The same for text without a fraction or an exponent. int() alone takes a time that grows with its square."""
    return int(text) if len(text) <= DIGITS else number(text)
