"""Order-preserving encoding: values as hex digits, whose order as text is the order of the values.

No encoding begins with another, so what stands behind it (a key) only tells equal values apart. Loaded only with an
index that has an `order_by`, or for the children of a key.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal
from typing import Any

from specbound.exact_json import DIGITS, NUMBER, number
from specbound.store.table import Index

# A sort key has 1,024 bytes, of which 32 tell equal values apart:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
LONGEST_POSITION = 1024
LONGEST = LONGEST_POSITION - 32
# Before and behind all hex digits.
BEFORE, BEHIND = "!", "g"
# RFC 3339, section 5.6.
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([-+])(\d\d):(\d\d))", re.ASCII)
# The years of a cycle of the calendar, and its days.
CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
# From 1E-130 to 9.9…E+125.
LEAST_EXPONENT, GREATEST_EXPONENT = -130, 125
NUMBER_BITS = 135
_WIDE = Context(prec=DIGITS, traps=[])


def encoded(order: str, value: Any) -> str | None:
    """A value as it is compared: as `text` (by code points), `number` or `time`. None for what can't be listed."""
    digits = _ENCODINGS[order](value)
    return digits if digits is not None and len(digits) <= LONGEST else None


def between(index: Index, limits: Mapping[str, Any]) -> tuple[str | None, str | None] | None:
    """The first position that a list has within limits (`at_least`, …), and the first beyond, None where all are in.

    None at all for no position.
    """
    low, high = "", BEHIND
    for at, value in limits.items():
        found = _encoded_limit(index.order, value)
        if found is None:
            return None
        prefix, is_between = found
        # A value between two that can be listed is beyond the first of them.
        first, last = (prefix + BEHIND if is_between else prefix), prefix + BEHIND
        if is_between and at == "exactly":
            return None
        low = max(low, {"at_least": first, "exactly": first, "above": last}.get(at, ""))
        high = min(high, {"below": first, "at_most": last, "exactly": last}.get(at, BEHIND))
    return (low or None, None if high == BEHIND else high) if low < high else None


def cursor(order: str, value: Any) -> str:
    """A value as it is compared, however long."""
    return str(_ENCODINGS[order](value))


def decoded(order: str, digits: str) -> str | int | Decimal | None:
    """The text or number that an encoding is of; of other hex digits a text nearby, for a list goes on anywhere.

    Raises ValueError for what are no hex digits, or no number.
    """
    if order == "text":
        whole = bytes.fromhex(digits + "0" * (len(digits) % 2))
        text = bytes(max(each, 1) - 1 for each in whole[:-1])
        try:
            return text.decode()
        except UnicodeDecodeError:
            return text.decode("latin-1")
    size = int(digits, 16) - (1 << NUMBER_BITS)
    exponent, mantissa = divmod(abs(size), 10**DIGITS)
    found = Decimal(mantissa if size > 0 else -mantissa).scaleb(exponent + LEAST_EXPONENT - DIGITS, _WIDE)
    return number(str(found))


def _encoded_limit(order: str | None, value: Any) -> tuple[str, bool] | None:
    """A limit as it is compared, and whether it lies between that and the next value that can be listed."""
    if order is not None:
        digits = _ENCODINGS[order](value)
        return None if digits is None else (digits[:LONGEST], False)
    found = _moment(value)
    if found is None:
        return None
    # The engine's own times are in whole microseconds since 1970, in 14 digits.
    microseconds = (found[0] - EPOCH) * 10**6 + int(found[1][:6].ljust(6, "0"))
    if microseconds < 0:
        return BEFORE, False
    return (f"{microseconds:014x}", len(found[1]) > 6) if microseconds < 16**14 else (BEHIND, False)


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    # Bytes of UTF-8 are at most F4: with one more each there is room for an end before all of them.
    return bytes(each + 1 for each in value.encode(errors="surrogatepass")).hex() + "00"


def _number(value: Any) -> str | None:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = _WIDE.create_decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        return None
    return f"{_size(Decimal(value)) + (1 << NUMBER_BITS):034x}"


def _size(value: Decimal) -> int:
    """An integer in the order of the numbers; of those beyond what can be stored, one beyond all that can."""
    sign, digits, _ = value.as_tuple()
    if not value:
        return 0
    exponent = value.adjusted()
    if exponent < LEAST_EXPONENT:
        size = 1
    elif exponent > GREATEST_EXPONENT:
        size = (GREATEST_EXPONENT - LEAST_EXPONENT + 3) * 10**DIGITS
    else:
        mantissa = int("".join(map(str, digits[:DIGITS])).ljust(DIGITS, "0"))
        size = (exponent - LEAST_EXPONENT + 1) * 10**DIGITS + mantissa
    return -size if sign else size


def _time(value: Any) -> str | None:
    found = _moment(value)
    # Zero is the end of a fraction, so its digits are one more each.
    return found and f"{found[0]:010x}{''.join(f'{int(each) + 1:x}' for each in found[1])}0"


def _moment(value: Any) -> tuple[int, str] | None:
    """Seconds since 400 years before the year 0, and the digits of their fraction; None for what is no time."""
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hours, minutes, seconds = map(int, found.groups()[:6])
    try:
        days = date(year % CYCLE_YEARS + CYCLE_YEARS, month, day).toordinal() + year // CYCLE_YEARS * CYCLE_DAYS
    except ValueError:
        return None
    fraction, sign, east_hours, east_minutes = found.groups()[6:]
    east = int(f"{sign}1") * (int(east_hours) * 60 + int(east_minutes)) if sign else 0
    return ((days * 24 + hours) * 60 + minutes - east) * 60 + seconds, (fraction or "").rstrip("0")


_ENCODINGS = {"text": _text, "number": _number, "time": _time}
# In seconds as times are compared: 1970.
EPOCH = 86_400 * (date(1970 % CYCLE_YEARS + CYCLE_YEARS, 1, 1).toordinal() + 1970 // CYCLE_YEARS * CYCLE_DAYS)
