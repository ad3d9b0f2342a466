"""How large AWS takes an item of DynamoDB for, and which values it refuses.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (sizes)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (bounds)
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from typing import Any

Attribute = Mapping[str, Any]
Item = Mapping[str, Attribute]

MOST_DIGITS = 38
LEAST_EXPONENT, MOST_EXPONENT = -130, 125
DEEPEST = 32
LONGEST_NAME = 65_535
# So large that reading a number never rounds it.
EXACT = Context(prec=1000)


def item_size(item: Item) -> int:
    """Bytes of names and values, as the page on sizes counts them."""
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def size(value: Attribute) -> int:
    [(kind, content)] = value.items()
    return _SIZES[kind](content)


def objections(item: Item) -> Iterator[str]:
    """What AWS refuses of an item's names and values, wherever they are stored."""
    for name, value in item.items():
        yield from _objections_to_name(name)
        for objection in _objections_to_value(value, depth=0):
            yield f"{name[:50]}: {objection}"


def _objections_to_name(name: str) -> Iterator[str]:
    """Those of an attribute, and of a member of a map, however deep."""
    if not 1 <= len(name.encode()) <= LONGEST_NAME:
        yield f"an attribute's name has {len(name.encode())} bytes"


def _objections_to_value(value: Attribute, depth: int) -> Iterator[str]:
    [(kind, content)] = value.items()
    if kind == "N":
        yield from _objections_to_number(content)
    elif kind == "NS":
        yield from (each for number in content for each in _objections_to_number(number))
    elif kind in ("L", "M"):
        if depth == DEEPEST:
            yield f"nested deeper than {DEEPEST} levels"
            return
        for name in content if kind == "M" else ():
            yield from _objections_to_name(name)
        for each in content if kind == "L" else content.values():
            yield from _objections_to_value(each, depth + 1)
    if kind in ("SS", "NS", "BS") and len(set(content)) != max(len(content), 1):
        yield "a set is empty or holds a value twice"


def _objections_to_number(text: str) -> Iterator[str]:
    number = EXACT.create_decimal(text)
    if len(_digits(number)) > MOST_DIGITS:
        yield f"{text[:60]} has more than {MOST_DIGITS} digits"
    if number and not LEAST_EXPONENT <= number.adjusted() <= MOST_EXPONENT:
        yield f"{text[:60]} is not within 1E{LEAST_EXPONENT} and 9.9E{MOST_EXPONENT}"


def _number_size(text: str) -> int:
    number = EXACT.create_decimal(text)
    return (len(_digits(number)) + 1) // 2 + 1 + number.is_signed()


def _digits(number: Decimal) -> str:
    """The significant ones: zeros at either end are not stored."""
    return "".join(map(str, number.as_tuple().digits)).strip("0")


def _text_size(text: str) -> int:
    return len(text.encode())


def _binary_size(content: str | bytes) -> int:
    """Base64 in the SDK's requests, and bytes in its replies."""
    return len(content if isinstance(content, bytes) else base64.b64decode(content))


def _sum(of: Callable[[Any], int]) -> Callable[[list[Any]], int]:
    return lambda values: sum(of(each) for each in values)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text_size,
    "N": _number_size,
    "B": _binary_size,
    "SS": _sum(_text_size),
    "NS": _sum(_number_size),
    "BS": _sum(_binary_size),
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    # A list or map takes 3 bytes, and 1 more for each member.
    "L": lambda members: 3 + sum(1 + size(each) for each in members),
    "M": lambda members: 3 + len(members) + item_size(members),
}
