"""What DynamoDB's JSON makes of values: the same as boto3's, whose Binary, Decimal and context are the referee."""

from collections import OrderedDict
from decimal import Decimal
from http import HTTPStatus
from typing import NamedTuple

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from specbound.exact_json import EXACT
from specbound.store.table import fits
from specbound.store.values import ESCAPE, decode, encode, serialized

INTEGERS = st.integers(-(10**38) + 1, 10**38 - 1)
# Up to 38 digits, from 1E-130 to 9.9…E+125, which is what DynamoDB keeps.
NUMBERS = INTEGERS | st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(min(exponent, 125 - Decimal(digits).adjusted()), EXACT),
    INTEGERS.filter(bool),
    st.integers(-92, 88),
)
SCALARS = st.text(st.characters(codec="utf-8")) | st.binary() | NUMBERS | st.booleans() | st.none()
SETS = (
    st.sets(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1)
    | st.sets(st.binary(), min_size=1)
    | st.sets(NUMBERS, min_size=1)
)
# DynamoDB has no name without a letter: that one is escaped, and so is what looks like it.
NAMES = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda name: not name.startswith(ESCAPE))
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def of_boto3(value):
    """As boto3 reads it, but bytes are bytes, and a number that is whole is an int if DynamoDB could take it back."""
    match value:
        case Binary():
            return bytes(value)
        case Decimal():
            whole = value == value.to_integral_value() and value.adjusted() < 38
            return int(value) if whole else value.normalize(EXACT)
        case dict():
            return {name: of_boto3(each) for name, each in value.items()}
        case list():
            return [of_boto3(each) for each in value]
        case set():
            return {of_boto3(each) for each in value}
        case _:
            return value


def in_order(attribute):
    """Sets come in any order."""
    [(kind, content)] = attribute.items()
    if kind in ("SS", "NS", "BS"):
        return {kind: sorted(content)}
    if kind == "L":
        return {kind: [in_order(each) for each in content]}
    return {kind: {name: in_order(each) for name, each in content.items()} if kind == "M" else content}


@given(VALUES)
def test_a_value_is_written_as_boto3_writes_it(value):
    assert in_order(encode({"value": value})["value"]) == in_order(TypeSerializer().serialize(value))


@given(st.dictionaries(st.sampled_from(["", "~", ESCAPE, f"{ESCAPE}a", f"{ESCAPE}{ESCAPE}"]), VALUES))
def test_an_object_has_members_of_any_name_and_none_of_them_is_empty_in_dynamodb(value):
    written = encode({"value": value})["value"]["M"]

    assert all(written)
    assert decode({"value": {"M": written}})["value"].keys() == value.keys()


@given(VALUES)
def test_a_value_is_read_as_boto3_reads_it(value):
    written = TypeSerializer().serialize(value)

    read = decode({"value": written})["value"]

    expected = of_boto3(TypeDeserializer().deserialize(written))
    assert read == expected
    assert repr(read) == repr(expected) or isinstance(value, set | dict | list)


@given(VALUES)
def test_a_value_comes_back_as_it_was_and_its_numbers_digit_by_digit(value):
    assert decode(encode({"value": value})) == {"value": value}


class Word(str):
    """A text of a class of its own."""


class Pair(NamedTuple):
    one: int
    other: int


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Word("a"), {"S": "a"}),
        (HTTPStatus.OK, {"N": "200"}),
        (OrderedDict(a=1), {"M": {"a": {"N": "1"}}}),
        (Pair(1, 2), {"L": [{"N": "1"}, {"N": "2"}]}),
    ],
)
def test_a_value_of_a_derived_class_is_written_as_what_it_is(value, written):
    assert encode({"value": value}) == {"value": written}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1" + "0" * 100, Decimal("1E+100")),
        ("0." + "0" * 129 + "1", Decimal("1E-130")),
        ("9" * 38 + "0" * 88, Decimal("9" * 38).scaleb(88, EXACT)),
        ("-0", 0),
        ("1.50", Decimal("1.5")),
    ],
)
def test_a_number_is_read_however_it_is_written_out(text, value):
    read = decode({"n": {"N": text}})["n"]

    assert (read, type(read)) == (value, type(value))


@given(st.text(), st.integers(0, 40))
def test_whether_a_text_fits_is_told_by_its_bytes(text, longest):
    assert fits(text, longest) == (len(text.encode(errors="replace")) <= longest)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), Decimal("NaN"), Decimal("Infinity"), 10**39 + 1, Decimal("1E+126"), Decimal("1E-131"), set()],
)
def test_what_dynamodb_would_not_keep_exactly_is_not_written(value):
    with pytest.raises((TypeError, ArithmeticError)):
        encode({"value": value})


def test_bytes_travel_as_base64_and_are_read_of_it():
    assert serialized({"B": b"\x00\xff"}) == b'{"B":"AP8="}'
    assert decode({"b": {"B": "AP8="}, "s": {"BS": ["AP8="]}}) == {"b": b"\x00\xff", "s": {b"\x00\xff"}}


def test_what_is_nothing_of_json_is_refused():
    with pytest.raises(TypeError):
        serialized({"Key": {"id": object()}})
