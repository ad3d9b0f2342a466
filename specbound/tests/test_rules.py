"""The project's rules for a contract: ours keeps them all, and each of them notices when it is broken."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.compilation import compile_to
from specbound.compiler.document import ROOT, Document, load
from specbound.compiler.lint import complaints
from specbound.compiler.rules import check

pytestmark = pytest.mark.slow

Change = Callable[[Document], Any]


def schema(contract: Document, name: str) -> Document:
    return contract["components"]["schemas"][name]


def operation(contract: Document, place: str) -> Document:
    method, path = place.split(" ")
    return contract["paths"][path][method.lower()]


def reply(contract: Document, place: str, status: str) -> Document:
    return operation(contract, place)["responses"][status]


def example(contract: Document, given: Document) -> None:
    """One of a user that nobody may create, kept among the components, and one that is kept elsewhere."""
    media = operation(contract, "POST /users")["requestBody"]["content"]["application/json"]
    del media["example"]
    media["examples"] = {"ada": given, "grace": {"externalValue": "grace.json"}}
    contract["components"]["examples"] = {"Ada": {"value": {"name": "Ada"}}}


def parameter(**declared: Any) -> Change:
    """One more parameter of the list of users."""
    return lambda c: operation(c, "GET /users")["parameters"].append(
        {"in": "query", "schema": {"type": "string"}} | declared
    )


def content(media_type: str, declared: Document) -> Change:
    """One more media type of the list of users."""
    return lambda c: reply(c, "GET /users", "200")["content"].update({media_type: declared})


BREACHES: dict[str, Change] = {
    "400: OpenAPI 3.0 ignores what stands beside a $ref: take description away": lambda c: reply(
        c, "GET /users", "400"
    ).update(description="Wrong."),
    "items: OpenAPI 3.0 ignores what stands beside a $ref (description)": lambda c: schema(c, "UserPage")["properties"][
        "items"
    ]["items"].update(description="A user."),
    "application/json: ada: ": lambda c: example(c, {"$ref": "#/components/examples/Ada"}),
    "x-amazon-apigateway-cors: leave AWS to Terraform": lambda c: c.update({"x-amazon-apigateway-cors": {}}),
    "info description: names an AWS resource": lambda c: c["info"].update(description="arn:aws:lambda:eu-west-1"),
    "servers 0 url: names an AWS resource or a placeholder": lambda c: c["servers"][0].update(url="${host}"),
    "User: say additionalProperties": lambda c: schema(c, "User").pop("additionalProperties"),
    "Contract: say additionalProperties": lambda c: schema(c, "Contract").pop("description"),
    "Email: say its type": lambda c: schema(c, "Email").pop("type"),
    "Email: say its format, pattern or enum": lambda c: schema(c, "Email").pop("pattern"),
    "Email: say maxLength": lambda c: schema(c, "Email").pop("maxLength"),
    "items: say maxItems": lambda c: schema(c, "UserPage")["properties"]["items"].pop("maxItems"),
    "Price: say minimum and maximum": lambda c: schema(c, "Price").pop("maximum"),
    "Version: say minimum and maximum": lambda c: schema(c, "Version").pop("minimum"),
    "Price: example: ": lambda c: schema(c, "Price").update(example=19.999),
    "schema: default: ": lambda c: c["components"]["parameters"]["Limit"]["schema"].update(default=0),
    "application/json: example: ": lambda c: operation(c, "POST /users")["requestBody"]["content"]["application/json"][
        "example"
    ].pop("email"),
    "get: say in a summary": lambda c: operation(c, "GET /users").pop("summary"),
    "get: give it one tag": lambda c: operation(c, "GET /users").update(tags=["people"]),
    "get: the security scheme oauth does not describe": lambda c: operation(c, "GET /users").update(
        security=[{"oauth": ["users/see"]}]
    ),
    "get: let callers in by one scheme": lambda c: operation(c, "GET /users").update(
        security=[{"oauth": ["users/read"]}, {}]
    ),
    "get: ask for one scope of oauth": lambda c: operation(c, "GET /users").update(
        security=[{"oauth": ["users/read", "users/write"]}]
    ),
    "get: write a scope of oauth as resource/action": lambda c: operation(c, "GET /users").update(
        security=[{"oauth": ["read:users"]}]
    ),
    "get: declare 400": lambda c: operation(c, "GET /users")["responses"].pop("400"),
    "post: 413: declare application/json as well": lambda c: c["components"]["responses"]["ContentTooLarge"][
        "content"
    ].pop("application/json"),
    "get: declare 403: it needs a scope": lambda c: operation(c, "GET /users")["responses"].pop("403"),
    "post: declare 415: it takes a body": lambda c: operation(c, "POST /users")["responses"].pop("415"),
    "get: declare 404: its path": lambda c: operation(c, "GET /users/{userId}")["responses"].pop("404"),
    "get: declare 304: it takes If-None-Match": lambda c: operation(c, "GET /users/{userId}")["responses"].pop("304"),
    "put: declare 412: it takes If-None-Match": lambda c: operation(c, "PUT /users/{userId}")["responses"].pop("412"),
    "post: declare 422: it takes an Idempotency-Key": lambda c: operation(c, "POST /users")["responses"].pop("422"),
    "get: declare what a success answers": lambda c: operation(c, "GET /health")["responses"].pop("200"),
    "get: 404: an error is application/problem+json": lambda c: c["components"]["responses"]["NotFound"].pop("content"),
    "get: 503: declare Retry-After": lambda c: c["components"]["responses"]["ServiceUnavailable"].pop("headers"),
    "post: 201: declare Location": lambda c: reply(c, "POST /users", "201")["headers"].pop("Location"),
    "post: 201: link to the operations": lambda c: reply(c, "POST /users", "201").pop("links"),
    "the link getUser leads to no operation": lambda c: reply(c, "POST /users", "201")["links"]["getUser"].update(
        operationId="find_user"
    ),
    "the link getUser gives get_user a parameter it does not take: id": lambda c: reply(c, "POST /users", "201")[
        "links"
    ]["getUser"].update(parameters={"id": "$response.body#/userId"}),
    "let a path parameter be a whole step": lambda c: c["paths"].update(
        {"/a/{userId}.json": c["paths"].pop("/users/{userId}")}
    ),
    "get: limit: it is required, so its default is never used": lambda c: c["components"]["parameters"]["Limit"].update(
        required=True
    ),
    "get: a: text is never null": parameter(name="a", schema={"type": "string", "nullable": True}),
    "get: a: let it be left out instead of empty": parameter(name="a", allowEmptyValue=True),
    "get: a: say one type": parameter(name="a", schema={"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    "get: Accept: OpenAPI ignores it": parameter(name="Accept", **{"in": "header"}),
    "get: limit: give it a name of its own: the function finds it as header.limit": parameter(
        name="limit", **{"in": "header"}
    ),
    "get: take no body with GET": lambda c: operation(c, "GET /users").update(
        requestBody=operation(c, "POST /users")["requestBody"]
    ),
    "get: 200: */*: name each media type": content("*/*", {"schema": {}}),
    "get: 200: Text/Plain: name it in lower case": content("Text/Plain", {"schema": {}}),
    "get: 200: text/csv; header=present: name it": content("text/csv; header=present", {"schema": {}}),
    "get: 200: text/csv: give it a schema": content("text/csv", {}),
    "get: 200: text/csv: say type: string": content("text/csv", {"schema": {"type": "array"}}),
    "get: 200: multipart/form-data: leave out the headers of parts": content(
        "multipart/form-data", {"schema": {}, "encoding": {"a": {"headers": {}}}}
    ),
    "get: 200: OpenAPI ignores Content-Type": lambda c: reply(c, "GET /users", "200").update(
        headers={"Content-Type": {"schema": {"type": "string"}}}
    ),
    "get: 200: declare ETag": lambda c: reply(c, "GET /users/{userId}", "200").pop("headers"),
}


def test_the_contract_keeps_every_rule() -> None:
    assert complaints() == []


@pytest.mark.parametrize("complaint", BREACHES)
def test_a_breach_is_noticed(complaint: str) -> None:
    contract = load()
    BREACHES[complaint](contract)

    found = [f"{' '.join(place)}: {said}" for place, said in check(contract)]

    assert any(complaint in each for each in found), found


def test_a_complaint_leads_to_its_line(tmp_path: Path) -> None:
    contract = tmp_path / "openapi.yaml"
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8").replace("maximum: 999999.99", "x-top: 999999.99")
    contract.write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each == "    Price:")

    assert complaints(contract) == [f"openapi.yaml:{line}: components schemas Price: say minimum and maximum"]


@pytest.mark.usefixtures("node")
def test_redocly_finds_what_any_openapi_document_should_not_have(tmp_path: Path) -> None:
    changed = tmp_path / "openapi.yaml"
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("  schemas:\n", "  schemas:\n    Orphan: {type: boolean}\n"), encoding="utf-8")

    ours, orphaned = (linted(contract, tmp_path / "compiled") for contract in (ROOT / "openapi.yaml", changed))

    assert ours.returncode == 0, ours.stdout + ours.stderr
    assert orphaned.returncode != 0
    assert "at #/components/schemas/Orphan\n" in orphaned.stdout + orphaned.stderr


def linted(contract: Path, compiled: Path) -> subprocess.CompletedProcess[str]:
    """What Redocly says of the document that the compiler writes: all that it is given of a contract."""
    compile_to(compiled, contract)
    program = ["build/node/node_modules/.bin/redocly", "lint", "--config", "build/node/redocly.yaml"]
    return subprocess.run([*program, compiled / "openapi.json"], cwd=ROOT, capture_output=True, text=True, check=False)
