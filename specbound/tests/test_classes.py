"""Classes that cost a start little: they are what dataclasses are to whoever makes, compares and copies them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from specbound.classes import identity, record, replaced


@record
class Point:
    x: int
    y: int = 0
    names: Mapping[str, Any] = {}


@record
class Named(Point):
    name: str = "here"


@record
class Pair:
    x: int
    y: int = 0


@identity
class Place:
    x: int


def test_a_record_is_made_by_position_and_by_name_and_takes_its_defaults():
    assert [Point(1), Point(1, 0), Point(y=0, x=1)] == [Point(1, 0, {})] * 3
    assert (Named(1, name="there").x, Named(1).name) == (1, "here")


@pytest.mark.parametrize(("given", "named"), [((), {}), ((1, 2, {}, 4), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_values_that_are_missing_or_too_many_are_refused(given, named):
    with pytest.raises(TypeError, match="Point"):
        Point(*given, **named)


def test_records_are_told_apart_in_a_set_by_their_values():
    assert {Place(1), Place(1)} != {Place(1)} and len({Pair(1), Pair(1, 0), Pair(1, 2)}) == 2


def test_a_record_never_changes():
    point = Point(1)

    with pytest.raises(AttributeError, match="Point is frozen: x"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="Point is frozen: x"):
        del point.x

    assert point.x == 1


def test_two_records_are_equal_by_their_values_and_of_the_same_class():
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert hash(Place(1)) != hash(Place(1))
    assert Place(1) != Place(1)


def test_each_has_an_empty_default_of_its_own():
    assert Point(1).names is not Point(1).names


def test_a_copy_differs_in_what_is_said():
    assert replaced(Point(1, 2), y=3) == replace(Point(1, 2), y=3) == Point(1, 3)


def test_to_dataclasses_a_record_is_one():
    assert asdict(Named(1)) == {"x": 1, "y": 0, "names": {}, "name": "here"}


def test_a_record_shows_its_values_and_is_taken_apart_by_them():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
    assert repr(Point(1, 2)) == "Point(x=1, y=2, names={})"
