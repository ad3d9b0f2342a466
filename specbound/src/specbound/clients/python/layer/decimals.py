"""Numbers that keep every digit on their way into JSON and out of it."""

import json
from decimal import Decimal
from typing import Any, Self

from .types import Unset


class Written(float):
    """A number as it stands in JSON: a float for those who expect one, and every digit of it in `text`."""

    __slots__ = ("text",)

    def __new__(cls, text: str | float) -> Self:
        number = super().__new__(cls, text)
        number.text = str(text)
        return number

    text: str


class Number(Decimal):
    """A Decimal that equals the float that is written like it: who compared prices with 19.99 still can."""

    def __eq__(self, other: object) -> bool:
        return Decimal.__eq__(self, exact(other) if isinstance(other, float) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Decimal.__hash__


def exact(value: Decimal | float) -> Decimal:
    """The number with all its digits. A float is the number that it is written as: 19.99 is 19.99."""
    if isinstance(value, Written):
        return Number(value.text)
    return Number(repr(value) if isinstance(value, float) else value)


def exact_if_set(value: Decimal | float | Unset) -> Decimal | Unset:
    """The same for a number that may be absent."""
    return value if isinstance(value, Unset) else exact(value)


def exact_or_none(value: Decimal | float | Unset | None) -> Decimal | Unset | None:
    """The same for a number that may be null."""
    return value if value is None else exact_if_set(value)


def written(value: Decimal | float) -> Written:
    """The number for a JSON document, whoever writes that."""
    return Written(str(exact(value)))


def json_text(value: Any) -> str:
    """The value as JSON. Raises ValueError for a number that JSON has not: infinite, or none at all."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{json_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_text, value)) + "]"
    if isinstance(value, Decimal | float):
        return _number_text(exact(value))
    return json.dumps(value, ensure_ascii=False)


def _number_text(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} is no number that can be sent: JSON has finite ones only.")
    return str(number)
