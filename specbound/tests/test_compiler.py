"""What the compiler refuses: everything that the run time could not keep, by name, with the way out."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import Document, Refused, load
from specbound.compiler.translation import compile_contract

THINGS = Path(__file__).parent / "contracts" / "things.yaml"
TEXT = {"type": "string", "maxLength": 10}
NOTHING = {"description": "Nothing."}

Change = Callable[[Document], Any]


def post(contract: Document) -> Document:
    return contract["paths"]["/things"]["post"]


def get(contract: Document) -> Document:
    return contract["paths"]["/things/{thingId}"]["get"]


def most(contract: Document) -> Document:
    return get(contract)["parameters"][0]


def parameter(**changes: Any) -> Change:
    """The query parameter `most`, said another way."""
    return lambda contract: most(contract).update(changes)


def another_parameter(**declared: Any) -> Change:
    return lambda contract: get(contract)["parameters"].append(
        {"name": "extra", "in": "query", "schema": TEXT} | declared
    )


def size(**declared: Any) -> Change:
    """The schema of a property of a body, said another way."""
    return lambda contract: contract["components"]["schemas"].update(Size=declared)


def reply(status: str = "200", **changes: Any) -> Change:
    return lambda contract: get(contract)["responses"][status].update(changes)


def operation(method: str, path: str, **changes: Any) -> Change:
    """One more operation, public and without parameters."""
    declared = {"operationId": "more", "security": [], "responses": {"204": NOTHING}} | changes
    return lambda contract: contract["paths"].setdefault(path, {}).update({method: declared})


def table(**changes: Any) -> Change:
    return lambda contract: contract["x-dynamodb"]["things"].update(changes)


def index(**changes: Any) -> Change:
    declared = {"hash_key": "listPartition", "range_key": "position", "projection": "ALL"}
    return table(global_secondary_indexes={"newest": declared | changes})


DOCUMENT: dict[str, Change] = {
    "openapi is '3.2.0'; versions 3.0 and 3.1 are taken: say 3.0.3 or 3.1.0": lambda c: c.update(openapi="3.2.0"),
    "openapi is not said: write `openapi: 3.0.3`": lambda c: c.pop("openapi"),
    "the document: 'info' is a required property": lambda c: c.pop("info"),
    "paths has no operation": lambda c: c.update(paths={}),
    "paths /things post: 'operationID' is not known here": lambda c: post(c).update(operationID="create"),
    "paths /things post: 'responses' is a required property": lambda c: post(c).pop("responses"),
    "components schemas Size: 'minimun' is not known here": size(type="integer", minimun=1),
    "components schemas Size type: ['integer', 'null'] is not": size(type=["integer", "null"]),
    "the document: '/{version}' is no URL of a server, or lacks a variable's default": lambda c: c.update(
        servers=[{"url": "https://example.com"}, {"url": "/{version}"}]
    ),
    "/things: 'https://[v2' is no URL of a server": lambda c: c["paths"]["/things"].update(
        servers=[{"url": "https://[v2"}]
    ),
    "POST /things: '/{v}' is no URL of a server": lambda c: post(c).update(
        servers=[{"url": "/{v}", "variables": {"w": {"default": "1"}}}]
    ),
    "$ref #/components/schemas/Nothing leads nowhere": size(**{"$ref": "#/components/schemas/Nothing"}),
    "Size is described by nothing but itself": size(**{"$ref": "#/components/schemas/Size"}),
    "$ref other.yaml#/Size: nothing in this document has the $id other.yaml": size(**{"$ref": "other.yaml#/Size"}),
    "here one of the schemas must stand": size(**{"$ref": "#/components/securitySchemes/key"}),
    "/things: $ref #/paths/x leads nowhere": lambda c: c["paths"].update({"/things": {"$ref": "#/paths/x"}}),
}
OPERATIONS: dict[str, Change] = {
    "GET /things/{thingId}: its function would be called create_thing, as that of POST /things (create_thing). Give "
    "one another operationId.": lambda c: get(c).update(operationId="create-thing"),
    "GET /all-things: its function would be called get_all_things, as that of GET /all_things. Give one another": (
        lambda c: [operation("get", path, operationId="")(c) for path in ("/all_things", "/all-things")]
    ),
    "GET /v1/things: with the paths of their servers it is GET /v1/things, as GET /things": lambda c: [
        operation("get", "/v1/things")(c),
        operation("get", "/things", operationId="another", servers=[{"url": "/v1"}])(c),
    ],
    "GET /things/{thingId}: operationId create_thing is taken by POST /things": lambda c: get(c).update(
        operationId="create_thing"
    ),
    "POST /things: there is no security scheme cookie. Describe it": lambda c: post(c).update(
        security=[{"cookie": []}]
    ),
    "POST /things: key is of type apiKey, which knows no scopes": lambda c: post(c).update(security=[{"key": ["a"]}]),
    "TRACE /more: API Gateway has no route for TRACE": operation("trace", "/more"),
    "GET /{a}{b}: in {a}{b} it can't be told where one parameter ends": operation("get", "/{a}{b}"),
    "GET /{a: in {a it can't": operation("get", "/{a"),
    "GET /{rest+}: {rest+} is no parameter of several steps": operation("get", "/{rest+}"),
    "GET /more/{id}: the path and its path parameters differ in id": operation("get", "/more/{id}"),
    "GET /things/{thingId}: the path and its path parameters differ in extra": another_parameter(
        **{"in": "path", "required": True}
    ),
    "/things/{thingId} and /things/{id} are the same path": operation(
        "put", "/things/{id}", parameters=[{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    ),
    "GET /things/{thingId} and GET /{kind}/batch are one route to API Gateway": operation(
        "get", "/{kind}/batch", parameters=[{"name": "kind", "in": "path", "required": True, "schema": TEXT}]
    ),
    "GET /things/{thingId} and HEAD /things/{a}.json are one route to API Gateway": operation(
        "head", "/things/{a}.json", parameters=[{"name": "a", "in": "path", "required": True, "schema": TEXT}]
    ),
}
PARAMETERS: dict[str, Change] = {
    "GET /things/{thingId} parameter most: no style writes lists or objects within others. Say with content": parameter(
        schema={"type": "array", "items": {"type": "array", "items": TEXT}}
    ),
    "most: no style writes lists": parameter(explode=False, schema={"type": "array", "items": {"type": "object"}}),
    "most: no style": parameter(schema={"type": "object", "properties": {"a": {"type": "object"}}}),
    "most: no style writes": parameter(style="pipeDelimited", schema={"properties": {"a": {"items": TEXT}}}),
    "most: its default 0 is not valid": parameter(schema={"type": "integer", "minimum": 1, "default": 0}),
    "most: its default '20' is not valid": parameter(schema={"type": "integer", "default": "20"}),
    "extra: application/octet-stream is no text that a parameter could be": lambda c: get(c)["parameters"].append(
        {"name": "extra", "in": "query", "content": {"application/octet-stream": {}}}
    ),
    "GET /things/{thingId}: two parameters are the header x-mood": another_parameter(
        **{"in": "header", "name": "x-mood"}
    ),
    "GET /things/{thingId}: a parameter's name, query.thingId, is how another is found": lambda c: get(c)[
        "parameters"
    ].extend({"name": name, "in": "query", "schema": TEXT} for name in ("thingId", "query.thingId")),
}
BODIES_AND_REPLIES: dict[str, Change] = {
    "POST /things: x-max-bytes is how large its body may be, from 1 to 6291456 bytes": lambda c: post(c)[
        "requestBody"
    ].update({"x-max-bytes": True}),
    "Lambda takes no more. Without it, it is 1048576": lambda c: post(c)["requestBody"].update(
        {"x-max-bytes": 6_291_457}
    ),
    "POST /things body text: 'text' is no media type": lambda c: post(c)["requestBody"]["content"].update(text={}),
    "'*/json' is no media type (RFC 9110": lambda c: post(c)["requestBody"]["content"].update({"*/json": {}}),
    "POST /things body: two of its media types are the same": lambda c: post(c)["requestBody"]["content"].update(
        {"Application/JSON; charset=UTF-8": {}}
    ),
    "reply default text: 'text' is no media type": lambda c: get(c)["responses"].update(
        default=NOTHING | {"content": {"text": {}}}
    ),
    "reply 4XX text: 'text' is no media type": lambda c: get(c)["responses"].update(
        {"4XX": NOTHING | {"content": {"text": {}}}}
    ),
    "reply 204: HTTP sends no body with 204": reply("204", content={"text/plain": {"schema": TEXT}}),
    "reply 200: two headers differ in nothing but case": reply(headers={"A": {"schema": TEXT}, "a": {"schema": TEXT}}),
    "reply 200 header a: no style writes lists or objects within others": reply(
        headers={"A": {"schema": {"type": "array", "items": {"type": "object"}}}}
    ),
}
SCHEMAS: dict[str, Change] = {
    "size: its discriminator maps to Nothing, which leads nowhere": size(
        oneOf=[{"$ref": "#/components/schemas/Thing"}],
        discriminator={"propertyName": "kind", "mapping": {"a": "Nothing"}},
    ),
    'properties/size: its default "1" is not valid against its own schema': size(type="integer", default="1"),
    "POST /things body: its default [] is not valid": lambda c: c["components"]["schemas"]["Thing"].update(default=[]),
    "size/properties/default: its default 1 is": size(
        type="object", properties={"default": {"type": "string", "default": 1}}
    ),
    "Size is described by nothing but itself": size(allOf=[{"$ref": "#/components/schemas/Size"}, TEXT]),
    "its pattern is no regular expression (ECMA-262): missing ), unterminated": size(pattern="(a"),
    "size: its pattern has \\Z, which ECMA-262 does not know: say $ instead": size(pattern=r"^a\Z"),
    "parameter most: its pattern is no regular expression": parameter(schema=TEXT | {"pattern": "[a"}),
}
TABLES: dict[str, Change] = {
    "x-dynamodb things: it is not an object": lambda c: c["x-dynamodb"].update(things=None),
    "x-dynamodb my-things: its name becomes a variable": lambda c: c["x-dynamodb"].update({"my-things": {}}),
    "x-dynamodb things: hash_key must be one of": lambda c: c["x-dynamodb"]["things"].pop("hash_key"),
    "x-dynamodb things: hash_key must be one of its table's attributes": table(hash_key="nothing"),
    "attributes, of type S": table(attributes={"thingId": "N"}),
    "x-dynamodb things/item: #/components/schemas/KeptThing needs the property position, its table's key.": table(
        range_key="position"
    ),
    "x-dynamodb things: ttl_atribute is not known here": table(ttl_atribute="end"),
    "x-dynamodb things: partitions says over how many": table(partitions=0),
    "x-dynamodb things: DynamoDB wants to know of no attribute that is not a key: take listPartition, position": table(
        global_secondary_indexes={}
    ),
    "x-dynamodb things/newest: hash_key must be": index(hash_key="nothing"),
    "x-dynamodb things/newest: range_key must be": index(range_key=None),
    "x-dynamodb things/newest: group_by is not known": index(group_by="status"),
}
REFUSALS = DOCUMENT | OPERATIONS | PARAMETERS | BODIES_AND_REPLIES | SCHEMAS | TABLES


def test_the_contract_that_the_refusals_start_from_compiles():
    assert set(compile_contract(load(THINGS))["operations"]) == {"create_thing", "get_thing"}


@pytest.mark.parametrize("message", REFUSALS)
def test_what_cannot_be_kept_is_refused_by_name(message):
    contract = load(THINGS)
    REFUSALS[message](contract)

    with pytest.raises(Refused) as refused:
        compile_contract(contract)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paths: [", "line 1: expected the node content"),
        ("paths: {}\npaths: {}", "line 2: paths is named twice"),
        ("paths:\n  " + "[" * 100_000, "line 2: nests deeper than 200 levels"),
        ("paths:\n  /a: 1\n  /a: 2", "line 3: /a is named twice"),
        ("day: !!timestamp 2026-01-31", "line 1: the tag !!timestamp makes something else of it than JSON has"),
        ("- openapi", "it is not an OpenAPI document: it holds no object"),
        ("", "it is not an OpenAPI document"),
    ],
)
def test_what_is_no_document_is_refused_with_its_line(tmp_path, text, message):
    contract = tmp_path / "openapi.yaml"
    contract.write_text(text)

    with pytest.raises(Refused, match=message):
        load(contract)


@pytest.mark.parametrize("command", ["compile", "lint"])
def test_a_refused_contract_ends_the_command_with_a_line_for_each_mistake_and_leaves_no_files(tmp_path, command):
    text = (
        THINGS.read_text().replace("x-max-bytes: 1000", "x-max-bytes: 0").replace("actions: [GetItem]", "actions: []")
    )
    (tmp_path / "openapi.yaml").write_text(text)

    ended = subprocess.run(
        [sys.executable, "-m", "specbound", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    body, actions = ended.stderr.splitlines()
    line = 1 + text[: text.index("actions: []")].count("\n")
    assert ended.returncode == 1
    assert body.startswith("openapi.yaml:11: POST /things: x-max-bytes is how large its body may be, from 1 to ")
    assert actions.startswith(f"openapi.yaml:{line}: x-dynamodb things: actions lists what the function does to items")
    assert not (tmp_path / "handlers" / "compiled").exists()
