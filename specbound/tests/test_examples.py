"""What an operation without a function answers on a developer's machine: the contract's own example of it."""

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from plain import Plain

from specbound.compiler.document import load
from specbound.problems import Unfinished
from specbound.resources.examples import Example
from specbound.settings import Settings

SHELF = Path(__file__).parent / "contracts" / "shelf.yaml"
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


def test_an_error_is_no_example_of_a_success():
    with pytest.raises(Unfinished):
        answer({"example": {"id": "9"}}, status="404")


def test_under_a_key_it_is_the_example_of_one_request_alone():
    document = load(SHELF)
    adding = document["paths"]["/books"]["post"]
    shown = {"bookId": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "title": "Odes", "copies": 1, "state": "in"}
    adding["responses"]["201"]["content"]["application/json"]["example"] = shown
    service = Plain(document, [SimpleNamespace(add_book=Example(document, adding))])

    first, again = (service.call("POST", "/v2/books", {"title": "Emma"}, idempotency_key="one") for _ in range(2))
    other = service.call("POST", "/v2/books", {"title": "Persuasion"}, idempotency_key="one")

    assert [first[0], again[0], other[0]] == [201, 201, 422]
    assert first[1] == again[1]


def test_lambda_answers_no_examples():
    environment = {"EXAMPLES": "true"}

    assert Settings.read([], 100, environment).shows_examples
    assert not Settings.read([], 100, environment | {"AWS_LAMBDA_FUNCTION_NAME": "api"}).shows_examples
    assert not Settings.read([], 100, {}).shows_examples
