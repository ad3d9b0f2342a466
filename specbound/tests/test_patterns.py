"""Patterns that are compiled when they are first matched."""

import re

import pytest

from specbound.patterns import METHODS, pattern


@pytest.mark.parametrize("method", [each for each in METHODS if each != "sub"])
@pytest.mark.parametrize("text", ["", "a1b22", "none"])
def test_it_finds_what_a_compiled_one_does(method, text):
    found, expected = (getattr(each("[0-9]+"), method)(text) for each in (pattern, re.compile))

    assert shown(found) == shown(expected)


def shown(found):
    return repr(found if found is None or isinstance(found, list | re.Match) else list(found))


def test_it_replaces_keeps_its_flags_and_takes_bytes():
    assert pattern("A", re.IGNORECASE).sub("-", "banana") == "b-n-n-"
    assert pattern(b"\x00").search(b"a\x00") is not None
    assert pattern("a").pattern == "a"
