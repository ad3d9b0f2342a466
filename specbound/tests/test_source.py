"""YAML as the contract's source: what it stands for is JSON, and where it would be something else it is refused."""

import json
import time

import pytest

from specbound.compiler.source import LARGEST, parse, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: NO\nc: off\nd: y", {"a": "no", "b": "NO", "c": "off", "d": "y"}),
        ("a: true\nb: True\nc: FALSE", {"a": True, "b": True, "c": False}),
        ("a: Null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
        ("day: 2026-01-31\ntime: 12:30:45", {"day": "2026-01-31", "time": "12:30:45"}),
        ("zip: 01234\nhex: 0x1F", {"zip": "01234", "hex": "0x1F"}),
        ("200: OK\n404: {}\ntrue: 1\nnull: 2", {"200": "OK", "404": {}, "true": 1, "null": 2}),
        ("a: 1\nb: -2.50\nc: 1e3\nd: '1'\ne: !!str 1", {"a": 1, "b": -2.5, "c": 1000.0, "d": "1", "e": "1"}),
        ("a: 123456789012345678901234567890", {"a": 123456789012345678901234567890}),
        ("a: &one {b: 1}\nc: *one", {"a": {"b": 1}, "c": {"b": 1}}),
        ('"<<": 1', {"<<": 1}),
        ("a: |\n  one\n  two\nb: >-\n  three\n  four", {"a": "one\ntwo\n", "b": "three four"}),
        ("", None),
        ("\ufeffa: 1", {"a": 1}),
    ],
)  # fmt: skip
def test_a_plain_word_is_what_json_would_make_of_it(text, value):
    assert parse(text) == value


def test_json_is_read_as_it_is_with_its_tabs_and_its_escapes():
    text = '{\n\t"a":\t"\\ud83d\\ude00 \\/ \\\\ud83d \\t\\u00e9",\n\t"b": [1, 2.5e3, true, null]\n}'

    assert parse(text) == json.loads(text)
    assert read(text).line(("b",)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb:\n  <<: {c: 1}", "line 3: << is a merge key, which JSON has not: write the members out, or"),
        ("a: 1\na: 2", "line 2: a is named twice"),
        ("a:\n  200: x\n  '200': y", "line 3: 200 is named twice"),
        ("a: &b [*b]", "line 1: *b stands for nothing, or for what it is in"),
        ("a: *b", "line 1: *b stands for nothing"),
        ("? [a]\n: 1", "line 1: a name must be a string"),
        ("a: 1\n---\nb: 1", "line 2: a second document begins"),
        ("a: !include other.yaml", "line 1: the tag !include makes something else of it than JSON has. Take it away"),
        ("a: !!binary aGVsbG8=", "line 1: the tag !!binary"),
        ("a: !!int x", "line 1: the tag !!int"),
        ("a: !!set {b, c}", "line 1: the tag !!set"),
        ("a: 1e999", "line 1: 1e999 is too large for a number; if it is a text, put it in quotes"),
        ("a: " + "9" * 5000, "line 1: 99999999999999999999 is too large"),
        ("a:\n\tb: 1", "line 2: found character '\\t' that cannot start any token. Indent with spaces"),
        ("a: 1\nb: \x00", "line 2: the character U+0000 may not stand in YAML"),
        ("a: 'b", "line 1: found unexpected end of stream"),
        ("a:\n  " + "[" * 100_000, "line 2: nests deeper than 200 levels"),
        ("\n".join(" " * depth + "a:" for depth in range(3000)), "line 201: nests deeper than 200 levels"),
        ("a: " + '{"b":' * 5000 + "1" + "}" * 5000, "line 1: nests deeper than 200 levels"),
    ],
)  # fmt: skip
def test_a_trap_is_named_with_its_line(text, message):
    with pytest.raises(ValueError) as refused:
        parse(text)

    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_aliases_that_explode_are_cut_off_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 30)]
    begun = time.monotonic()

    with pytest.raises(ValueError, match="line 6: too much, or repeated too often by aliases, to be a contract"):
        parse("\n".join(lines))

    assert time.monotonic() - begun < 1


def test_one_long_text_is_not_repeated_without_end():
    repeated = "\n".join(f"- *long{'':{number % 3}}" for number in range(1000))
    text = f"- &long {'x' * 100_000}\n{repeated}"

    assert len(text) < 200_000 < LARGEST
    with pytest.raises(ValueError, match="repeated too often"):
        parse(text)


def test_each_part_has_the_line_that_it_begins_on():
    source = read("a:\n  b:\n    - c\n    -\n      d: 1\n\ne: {f: 1,\n  g: 2}\n")

    # The last two are not there: their line is that of the innermost around them.
    places = {"a": 1, "a/b": 2, "a/b/0": 3, "a/b/1/d": 5, "e/g": 8, "z": 1, "e/f/g/h": 7}
    assert {place: source.line(tuple(place.split("/"))) for place in places} == places
