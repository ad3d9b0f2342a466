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
SAID = {
    "externalDocs: {url: https://example.com}\nx-note": "externalDocs: documentation only: for people.",
    "x-note": "x-note: documentation only: the engine has no such extension.",
    "x-slo": "x-slo: kept: the deployment has an alarm for it.",
    "  - {url": "servers 0 variables: documentation only: every host is answered alike.",
    "x-more": "paths x-more: documentation only: the engine has no such extension.",
    "deprecated": "paths /boxes get deprecated: documentation only: it is served as ever.",
    "security: [": "paths /boxes get security: kept by the gateway: its authorizer checks the token, and the function "
    "checks again.",
    "x-throttle": "paths /boxes get x-throttle: kept by the gateway: it is the throttle of the route.",
    "- {name: q": "paths /boxes get parameters 0: kept: it is checked before the operation is called.",
    "callbacks": CALLBACK,
    "'200'": "paths /boxes get responses 200: kept: it is checked before it is sent.",
    "schema:\n": "paths /boxes get responses 200 content application/json schema: documentation only: "
    "OpenAPI 3.0 ignores what stands beside a $ref (description).",
    "links": "paths /boxes get responses 200 links: documentation only: clients follow them by themselves.",
    "externalDocs: {url: https://example.com}, x-go": "components schemas Box externalDocs: documentation only: for "
    "people.",
    "x-go-type": "components schemas Box x-go-type: documentation only: the engine has no such extension.",
    "Lid": "components schemas Lid: documentation only: nothing refers to it.",
    "x-count": "components headers x-count: documentation only: nothing refers to it.",
    "boxes: {hash_key": "x-dynamodb boxes: kept: it is a table of the deployment.",
}


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    file = tmp_path / "openapi.yaml"
    file.write_text(CONTRACT)
    return file


def test_each_part_has_one_line_that_says_what_becomes_of_it(contract):
    expected = {
        f"openapi.yaml:{1 + CONTRACT[: CONTRACT.index(at)].count(chr(10))}: {said}" for at, said in SAID.items()
    }

    found = explained(bundled(contract))

    assert set(found) == expected
    assert [int(each.split(":")[1]) for each in found] == sorted(int(each.split(":")[1]) for each in found)


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
