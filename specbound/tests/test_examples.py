"""What an operation without a function answers on a developer's machine: the contract's own example of it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from specbound.problems import Unfinished
from specbound.resources.examples import Example
from specbound.settings import Settings

REQUEST = SimpleNamespace(key=None)
SCHEMAS = {
    "Cup": {
        "allOf": [{"$ref": "#/components/schemas/Thing"}],
        "required": ["price"],
        "properties": {"price": {"example": 2.5}, "kind": {"enum": ["tea", "coffee"]}, "note": {"type": "string"}},
    },
    "Thing": {"required": ["id"], "properties": {"id": {"type": "string", "default": "7"}}},
    "Nested": {"required": ["inner"], "properties": {"inner": {"$ref": "#/components/schemas/Nested"}}},
}


def answer(media, status="201", **reply):
    document = {"components": {"schemas": SCHEMAS, "examples": {"one": {"value": {"id": "9"}}}}}
    content = {} if media is None else {"content": {"application/json": media}}
    return Example(document, {"responses": {"400": {}, status: content | reply}})(REQUEST)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ({"example": {"id": 1.5}}, {"id": Decimal("1.5")}),
        ({"examples": {"a": {"$ref": "#/components/examples/one"}}}, {"id": "9"}),
        ({"schema": {"$ref": "#/components/schemas/Cup"}}, {"price": Decimal("2.5"), "kind": "tea", "id": "7"}),
        ({"schema": {"items": {"$ref": "#/components/schemas/Thing"}}}, [{"id": "7"}]),
        ({"schema": {"const": 5}}, 5),
    ],
)
def test_it_is_the_example_of_the_reply_or_made_of_those_of_its_schema(media, body):
    response = answer(media)

    assert (response.status, response.body, response.media_type) == (201, body, "application/json")


def test_headers_are_those_that_have_an_example():
    headers = {"ETag": {"example": '"1"'}, "Location": {"schema": {"example": "/cups/7"}}, "X-None": {"schema": {}}}

    assert answer(None, status="204", headers=headers).headers == {"etag": '"1"', "location": "/cups/7"}


@pytest.mark.parametrize(
    "media", [{"schema": {"type": "string"}}, {"schema": {"$ref": "#/components/schemas/Nested"}}, {"schema": True}]
)
def test_where_too_little_is_said_it_is_unfinished(media):
    with pytest.raises(Unfinished):
        answer(media)


def test_lambda_answers_no_examples():
    environment = {"EXAMPLES": "true"}

    assert Settings.read([], 100, environment).shows_examples
    assert not Settings.read([], 100, environment | {"AWS_LAMBDA_FUNCTION_NAME": "api"}).shows_examples
    assert not Settings.read([], 100, {}).shows_examples
