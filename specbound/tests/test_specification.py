"""OpenAPI 3.0 and 3.1: documents of both are taken, and what either says that a document may not be is named."""

from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import Document, Refused, load, resolve
from specbound.compiler.report import described
from specbound.compiler.source import parse
from specbound.compiler.translation import compile_contract

CURRENT = """
openapi: 3.1.0
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
info: {title: Boxes, summary: All of them., version: 1.0.0, license: {name: Apache, identifier: Apache-2.0}}
paths:
  /boxes: {$ref: '#/components/pathItems/Boxes'}
webhooks:
  boxed: {post: {requestBody: {content: {text/plain: {}}}, responses: {'204': {description: Done.}}}}
components:
  pathItems:
    Boxes:
      get:
        operationId: list_boxes
        security: []
        responses:
          '200': {$ref: '#/components/responses/Boxes', description: All boxes.}
  responses:
    Boxes:
      description: Some boxes.
      content: {application/json: {schema: {type: string, maxLength: 10}}}
  securitySchemes:
    mutual: {type: mutualTLS}
"""


def changed(**members: Any) -> Document:
    document: Document = parse(CURRENT) | members
    return {name: each for name, each in document.items() if each is not None}


def refusals(document: Document) -> list[str]:
    with pytest.raises(Refused) as refused:
        compile_contract(document)
    return [each.message for each in refused.value.mistakes]


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    file = tmp_path / "openapi.yaml"
    file.write_text(CURRENT)
    return file


def test_a_document_of_3_1_compiles_with_all_that_is_its_own(contract):
    compiled = compile_contract(load(contract))

    assert compiled["routes"] == {"GET /boxes": "list_boxes"}


def test_a_reference_of_3_1_says_a_place_s_own_words(contract):
    document = load(contract)
    reply = document["paths"]["/boxes"]["get"]["responses"]["200"]

    assert resolve(document, reply, "responses")["description"] == "All boxes."
    assert resolve(document | {"openapi": "3.0.3"}, reply, "responses")["description"] == "Some boxes."


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.1", "3.0.3-rc1"])
def test_every_version_of_3_0_and_3_1_is_taken(version):
    document = {"openapi": version, "info": {"title": "Boxes", "version": "1"}, "paths": {}}

    assert refusals(document) == [
        "paths has no operation; an API needs at least one, and webhooks are documentation only."
    ]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"openapi": "2.0"}, "openapi is '2.0'; versions 3.0 and 3.1 are taken: say 3.0.3 or 3.1.0."),
        ({"openapi": "3.2.0"}, "openapi is '3.2.0'; versions 3.0 and 3.1"),
        ({"openapi": 3.1}, "openapi is 3.1; versions 3.0 and 3.1"),
        ({"openapi": None, "swagger": "2.0"}, "openapi is not said: write `openapi: 3.0.3`, or 3.1.0"),
        ({"paths": None}, "paths has no operation; an API needs at least one, and webhooks are documentation only."),
        ({"jsonSchemaDialect": "http://json-schema.org/draft-07/schema#"}, "jsonSchemaDialect http://json-schema.org"),
        ({"info": {"title": "Boxes", "version": 1.0}}, "info version: 1.0 is not of type 'string', says OpenAPI 3.1's"),
        ({"paths": {"/a": {"get": {}}}}, "paths /a get: without responses it could answer nothing. Say at least one."),
        ({"webhook": {}}, "the document: 'webhook' is not known here, says OpenAPI 3.1's own schema."),
        (
            {"components": {"schemas": {"Box": {"type": "strin"}}}},
            "components schemas Box type: 'strin' is not one of",
        ),
        (
            {"components": {"schemas": {"Box": {"properties": {"a": {"minimum": "1"}}}}}},
            "components schemas Box properties a minimum: '1' is not of type 'number'",
        ),
    ],
)
def test_what_is_not_openapi_3_1_is_named(members, message):
    assert any(each.startswith(message) for each in refusals(changed(**members))), refusals(changed(**members))


def test_a_part_of_3_1_is_not_unknown_because_something_in_it_is_wrong():
    schemes = {"key": {"type": "apiKey", "name": "key"}, "flow": {"type": "oauth2", "flows": {"implicit": {}}}}
    get = {"operationID": "a", "operationId": "a", "security": [], "responses": {"200": {"description": 1}}}

    found = refusals(changed(paths={"/a": {"get": get}}, components={"securitySchemes": schemes}))

    assert sorted(each.partition(", says")[0] for each in found) == [
        "components securitySchemes flow flows implicit: 'authorizationUrl' is a required property",
        "components securitySchemes flow flows implicit: 'scopes' is a required property",
        "components securitySchemes key: 'in' is a required property",
        "paths /a get responses 200 description: 1 is not of type 'string'",
        "paths /a get: 'operationID' is not known here",
    ]


def test_the_way_out_of_a_text_without_quotes_is_said(contract):
    contract.write_text(CURRENT.replace("version: 1.0.0", "version: 1.0"))

    with pytest.raises(Refused) as refused:
        compile_contract(load(contract))

    assert described(refused.value, contract) == (
        "openapi.yaml:4: info version: 1.0 is not of type 'string', says OpenAPI 3.1's own schema. "
        'Write it in quotes: "1.0".'
    )
