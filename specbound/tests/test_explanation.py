"""What is said of each part of a contract: kept, kept by the gateway, or documentation only."""

import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.bundle import bundled
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import load
from specbound.compiler.explanation import explained
from specbound.compiler.translation import compile_contract

CONTRACT = """
openapi: 3.0.3
info: {title: Boxes, version: '1'}
externalDocs: {url: https://example.com}
x-note: Ours.
x-slo: {fault_share: 0.1}
servers:
  - {url: 'https://{region}.example.com', variables: {region: {default: eu}}}
paths:
  x-more: Ours, too.
  /boxes:
    get:
      operationId: list_boxes
      deprecated: true
      security: [{oauth: [boxes/read]}]
      x-throttle: {rate: 1, burst: 1}
      parameters:
        - {name: q, in: query, schema: {type: string, maxLength: 3}}
      callbacks:
        boxed: {'{$request.query.q}': {post: {responses: {'204': {description: Done.}}}}}
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Box'
                description: One of them.
          links:
            again: {operationId: list_boxes}
components:
  schemas:
    Box: {type: string, maxLength: 3, externalDocs: {url: https://example.com}, x-go-type: Box}
    Lid: {type: string, maxLength: 3}
  headers:
    x-count: {schema: {type: integer}}
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://example.com, scopes: {boxes/read: Read.}}}}
x-dynamodb:
  boxes: {hash_key: boxId, attributes: {boxId: S}, actions: [GetItem]}
"""
CALLBACK = "paths /boxes get callbacks: documentation only: what the service sends is not checked."
FOR_PEOPLE = "documentation only: for people."
# By what stands on the line.
SAID = [
    ("openapi: 3", "openapi: kept: it says how the document is read."),
    ("info: {", "info title: kept: the deployment, the clients and the docs page have it."),
    ("info: {", "info version: kept: the deployment, the clients and the docs page have it."),
    ("externalDocs: {url: https://example.com}\nx-note", f"externalDocs: {FOR_PEOPLE}"),
    ("x-note", "x-note: documentation only: the engine has no such extension."),
    ("x-slo", "x-slo: kept: the deployment has an alarm for it."),
    ("  - {url", "servers 0: kept: routes begin with its path."),
    ("  - {url", "servers 0 variables: documentation only: every host is answered alike."),
    ("x-more", "paths x-more: documentation only: the engine has no such extension."),
    ("get:", "paths /boxes get: kept: a route of its own, needs a function, list_boxes: no table of x-dynamodb has an "
     "item."),
    ("deprecated", "paths /boxes get deprecated: kept: it is served as ever, and its calls are counted."),
    ("security: [", "paths /boxes get security: kept by the gateway: its authorizer checks the token, and the function "
     "checks again."),
    ("x-throttle", "paths /boxes get x-throttle: kept by the gateway: it is the throttle of the route."),
    ("- {name: q", "paths /boxes get parameters 0: kept: it is checked before the operation is called."),
    ("callbacks", CALLBACK),
    ("'200'", "paths /boxes get responses 200: kept: it is checked before it is sent."),
    ("description: OK", f"paths /boxes get responses 200 description: {FOR_PEOPLE}"),
    ("application/json", "paths /boxes get responses 200 content application/json: kept: it is written as JSON, and "
     "checked."),
    ("description: One", "paths /boxes get responses 200 content application/json schema description: documentation "
     "only: OpenAPI 3.0 ignores what stands beside a $ref."),
    ("links", "paths /boxes get responses 200 links: documentation only: clients follow them by themselves."),
    ("Box: {", "components schemas Box: kept: it is checked wherever it is referred to."),
    ("Box: {", f"components schemas Box externalDocs: {FOR_PEOPLE}"),
    ("Box: {", "components schemas Box x-go-type: documentation only: the engine has no such extension."),
    ("Lid", "components schemas Lid: documentation only: nothing refers to it."),
    ("x-count", "components headers x-count: documentation only: nothing refers to it."),
    ("oauth: {", "components securitySchemes oauth: kept by the gateway: its authorizer checks the token."),
    ("oauth: {", "components securitySchemes oauth flows: documentation only: where a token is from, its issuer and "
     "the deployment say."),
    ("boxes: {hash_key", "x-dynamodb boxes: kept: it is a table of the deployment."),
]  # fmt: skip
ELSEWHERE = """
openapi: 3.0.3
info: {title: Boxes, version: '1'}
security: []
paths:
  /boxes:
    post:
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {sent: {type: string, format: time-ago}}}}
          application/xml: {schema: {$ref: '#/components/schemas/Xml'}}
      callbacks:
        boxed: {'{$request.body#/u}': {post: {requestBody: {$ref: '#/components/requestBodies/Boxed'}, responses: {}}}}
      responses: {'204': {description: Done.}, '400': {description: Wrong.}}
components:
  requestBodies:
    Boxed: {content: {application/json: {schema: {type: string, format: none-such}}}}
  schemas:
    Xml: {type: object, properties: {at: {type: string, format: date}}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    file = tmp_path / "openapi.yaml"
    file.write_text(CONTRACT)
    return file


def test_each_part_has_one_line_that_says_what_becomes_of_it(contract):
    expected = {f"openapi.yaml:{1 + CONTRACT[: CONTRACT.index(at)].count(chr(10))}: {said}" for at, said in SAID}

    found = explained(bundled(contract))

    assert set(found) == expected
    assert [int(each.split(":")[1]) for each in found] == sorted(int(each.split(":")[1]) for each in found)


def test_what_only_documentation_refers_to_is_documentation_with_all_that_is_in_it(contract):
    contract.write_text(ELSEWHERE.replace("responses: {}", "responses: {'204': {description: Done.}}"))

    found = [each.partition(": ")[2] for each in explained(bundled(contract)) if "schema" in each or "Boxed" in each]

    body = "paths /boxes post requestBody content"
    assert found == [
        f"{body} application/json schema properties sent format: documentation only: the format time-ago is not known: "
        "it is for people.",
        f"{body} application/xml schema: documentation only: it says what the text or the bytes stand for.",
        "components requestBodies Boxed: documentation only: only what is documentation refers to it.",
        "components schemas Xml: documentation only: only what is documentation refers to it.",
    ]


def test_callbacks_and_webhooks_are_published_and_nothing_else(contract, tmp_path):
    contract.write_text(CONTRACT.replace("3.0.3", "3.1.0").replace("info:", "webhooks: {boxed: {post: {}}}\ninfo:"))

    bundle = compile_to(tmp_path / "compiled", contract)

    assert bundle.document["webhooks"] == {"boxed": {"post": {}}}
    assert "boxed" in (tmp_path / "compiled" / "openapi.json").read_text()
    assert compile_contract(load(contract))["routes"] == {"GET /boxes": "list_boxes"}
    assert "openapi.yaml:3: webhooks: documentation only: what the service sends is not checked." in explained(bundle)


def test_the_command_prints_the_lines_of_what_it_compiles(contract):
    command = [sys.executable, "-m", "specbound", "compile", "openapi.yaml", "--explain", "--out", "compiled"]

    ended = subprocess.run(command, cwd=contract.parent, capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines() == explained(bundled(contract))
    assert (contract.parent / "compiled" / "contract.json").exists()
