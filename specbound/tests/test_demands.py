"""What a schema asks, in sentences: the rarer ones, as somebody reads them who was refused."""

import pytest

from specbound.sentences import demands


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"not": {"type": "string", "minLength": 3}}, "must not be a string and have at least 3 characters at once"),
        ({"oneOf": [{"const": 1}, {"const": 2}]}, "must do exactly one of these: be 1; be 2"),
        (
            {"anyOf": [False, True, {"additionalProperties": False}]},
            "must either be left out, or be anything, or have no member",
        ),
        ({"enum": ["a,b", "12", " a", "plain", ""]}, 'must be one of "a,b", "12", " a", plain, ""'),
    ],
)
def test_a_demand_is_read_aloud(schema, sentence):
    assert [said for said, _ in demands(schema)] == [sentence]
