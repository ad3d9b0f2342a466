"""What a caller is told of a text that is no JSON, and of a member that is misspelt: enough to put it right at once."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specbound import exact_json, malformed, spelling

NAMES = ["name", "email", "initialQuantity", "user_id", "id", "sku"]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "a value is missing"),
        ('{"a": 1,}', 1, 8, "a comma is too many"),
        ("[1,\n 2,\n]", 2, 3, "a comma is too many"),
        ("[,1]", 1, 2, "a value is missing"),
        ('{"a":\r\n tru}', 2, 2, "a value is missing"),
        ('{"a": 1,\n b: 2}', 2, 2, "the name of a member, in double quotes, is missing"),
        ("{'a': 1}", 1, 2, "texts and names stand in double quotes"),
        ('{"a" 1}', 1, 6, "a colon is missing"),
        ('{"a": 1 "b": 2}', 1, 9, "a comma is missing, or an end"),
        ('{"å": 1', 1, 8, "a comma is missing, or an end"),
        ("{} {}", 1, 4, "the value has ended here, and something follows"),
        ('{"a": "b', 1, 7, "the string that begins here has no end"),
        ('["a\tb"]', 1, 4, "a string has a control character: write it as an escape"),
    ],
)
def test_a_mistake_in_json_is_told_with_its_line_and_column(text, line, column, reason):
    with pytest.raises(exact_json.NotJson) as refused:
        exact_json.loads(text)

    assert str(refused.value) == f"is not JSON (RFC 8259): line {line}, column {column}: {reason}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": "NaN",\n "b": [1, -Infinity]}', "has -Infinity, which is not JSON: line 2, column 11"),
        ('["\\\\", "\\"NaN", NaN]', "has NaN, which is not JSON: line 1, column 17"),
        ('{"a": "1e999", "1e999": 1e9,\n"b": 1e999}', "has a number that cannot be kept exactly: line 2, column 6"),
        (f"[0.1, {'9' * 5000}]", "has a number that cannot be kept exactly: line 1, column 7"),
        ('{"a": {"b": 1},\n "b": 2, "\\u0061" : 3}', "has an object that names a member twice: line 2, column 10"),
        ('[{"a": "a", "b": "{"}, {"a": 1,\n"a": 2}', "has an object that names a member twice: line 2, column 1"),
        ('["\\ud83d\\ude00",\n "\\\\ud83d", "a\\uDE00"]', "has half of a surrogate pair: line 2, column 15"),
        ("[" * 32 + '"[",\n {}' + "]" * 32, "nests too deep: line 2, column 2"),
        ("[" * 5000, "nests too deep: line 1, column 33"),
    ],
)
def test_what_cannot_be_taken_though_it_has_the_form_of_json_is_told_with_its_place(text, told):
    with pytest.raises(exact_json.NotJson) as refused:
        exact_json.loads(text)

    assert str(refused.value) == told


def test_the_place_of_what_is_not_there_is_not_told():
    text = '{"a": [1, "\\ud83d\\ude00"]}'

    assert malformed.place_of(text, "constant", bool) == malformed.place_of_nesting(text, 2) == ""
    assert malformed.place_of_repetition(text) == malformed.place_of_half(text) == ""


@given(text=st.text(alphabet="{}[]\":,'\\/ \n\tau0-.e\ufffd", max_size=30))
@settings(derandomize=True, deadline=None, max_examples=500)
@example(text='"\\q"')
@example(text='"\\u12"')
def test_whatever_is_no_json_is_told_in_words_of_its_own(text):
    try:
        exact_json.loads(text)
    except exact_json.NotJson as refused:
        assert "this is none" not in str(refused)
        assert len(str(refused)) < 120


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Email", "email"),
        ("E-Mail", "email"),
        ("emial", "email"),
        ("mail", "email"),
        ("emails", "email"),
        ("nmae", "name"),
        ("initial_quantity", "initialQuantity"),
        ("intialQuantity", "initialQuantity"),
        ("initialQuantty", "initialQuantity"),
        ("userId", "user_id"),
        ("ski", "sku"),
        ("ID", "id"),
    ],
)
def test_a_misspelt_name_leads_to_the_one_that_was_meant(name, meant):
    assert spelling.suggestion(name, spelling.index(NAMES), {}) == f": did you mean {meant}?"


@pytest.mark.parametrize("name", ["note", "i", "identity", "x", "", "quantity", "e" * 65, "\n"])
def test_a_name_that_is_close_to_none_leads_nowhere(name):
    assert spelling.suggestion(name, spelling.index(NAMES), {}) == ""


def test_what_is_there_already_was_not_meant():
    assert spelling.suggestion("e-mail", spelling.index(NAMES), {"email": 1}) == ""
