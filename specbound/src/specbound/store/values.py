"""Attribute values: what DynamoDB's JSON makes of Python's values, and back; numbers are exact both ways.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Container, Mapping, Sequence, Set
from decimal import Decimal
from types import NoneType
from typing import Any

import orjson

from specbound.exact_json import DIGITS, EXACT, number
from specbound.store.table import ESCAPE, Item

Attribute = dict[str, Any]
Attributes = dict[str, Attribute]
LARGEST_PLAIN = 10**DIGITS


def encode(item: Mapping[str, Any]) -> Attributes:
    """An item as DynamoDB's. Raises TypeError and ArithmeticError for a value that it does not keep exactly."""
    return {name: {"S": value} if type(value) is str else _encoded(value) for name, value in item.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    """An item of DynamoDB, its numbers int or Decimal."""
    return {name: value["S"] if "S" in value else _decoded(value) for name, value in attributes.items()}


def decode_some(attributes: Mapping[str, Any], names: Container[str]) -> Item:
    """The same of those attributes alone that have one of these names."""
    return {
        name: value["S"] if "S" in value else _decoded(value) for name, value in attributes.items() if name in names
    }


def serialized(arguments: Mapping[str, Any]) -> bytes:
    """A call's arguments, or anything of DynamoDB's, as JSON. Raises TypeError for what is none."""
    return orjson.dumps(arguments, default=_base64)


def _encoded(value: Any) -> Attribute:
    return (_WRITERS.get(type(value)) or _writer(value))(value)


def _writer(value: Any) -> Callable[[Any], Attribute]:
    """Of a value whose class is derived from one that DynamoDB keeps."""
    for kind, writer in _WRITERS.items():
        if isinstance(value, kind):
            return writer
    raise TypeError(f"DynamoDB keeps no {type(value).__name__}")


def _list(values: Sequence[Any]) -> Attribute:
    return {"L": [_encoded(each) for each in values]}


def _number(value: int | Decimal) -> Attribute:
    return {"N": _written(value)}


def _binary(value: bytes | bytearray) -> Attribute:
    return {"B": bytes(value)}


def _map(value: Mapping[str, Any]) -> Attribute:
    """An object, whose members may have any name: one without a letter is none to DynamoDB, however deep."""
    return {
        "M": {
            ESCAPE + name if not name or name.startswith(ESCAPE) else name: _encoded(each)
            for name, each in value.items()
        }
    }


def _set(values: Set[Any]) -> Attribute:
    members = [pair for each in values for pair in _encoded(each).items()]
    kinds = {kind for kind, _ in members}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise TypeError("DynamoDB keeps sets of strings, of numbers or of bytes, and no empty ones")
    return {f"{kinds.pop()}S": [content for _, content in members]}


def _written(value: int | Decimal) -> str:
    if isinstance(value, int) and -LARGEST_PLAIN < value < LARGEST_PLAIN:
        return str(value)
    exact = EXACT.create_decimal(value)
    if not exact.is_finite():
        raise TypeError(f"DynamoDB keeps no {value}")
    return str(exact)


def _decoded(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    return _READERS[kind](content)


def _base64(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _bytes(content: str | bytes) -> bytes:
    """Of Base64, or as boto3 has read it."""
    return b64decode(content) if isinstance(content, str) else content


# What is derived from several of these (bool from int) is the first of them.
_WRITERS: Mapping[type, Callable[[Any], Attribute]] = {
    str: lambda value: {"S": value},
    bool: lambda value: {"BOOL": value},
    int: _number,
    Decimal: _number,
    NoneType: lambda value: {"NULL": True},
    dict: _map,
    list: _list,
    tuple: _list,
    bytes: _binary,
    bytearray: _binary,
    set: _set,
    frozenset: _set,
    Mapping: _map,
}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "S": lambda content: content,
    "N": number,
    "BOOL": lambda content: content,
    "M": lambda content: {name.removeprefix(ESCAPE): _decoded(each) for name, each in content.items()},
    "L": lambda content: [_decoded(each) for each in content],
    "NULL": lambda content: None,
    "B": _bytes,
    "SS": set,
    "NS": lambda content: set(map(number, content)),
    "BS": lambda content: set(map(_bytes, content)),
}
