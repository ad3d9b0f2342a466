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
    "openapi is '3.1.0'; API Gateway, Connexion and this compiler take 3.0": lambda c: c.update(openapi="3.1.0"),
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
    "$ref #/components/schemas/Size leads back to itself": size(**{"$ref": "#/components/schemas/Size"}),
    "$ref other.yaml#/Size: only references to the contract's own": size(**{"$ref": "other.yaml#/Size"}),
    "here one of the schemas must stand": size(**{"$ref": "#/components/securitySchemes/key"}),
    "OpenAPI 3.0 ignores what stands beside it (nullable)": lambda c: c["components"]["schemas"]["Thing"]["properties"][
        "size"
    ].update(nullable=True),
    "/things: a $ref in place of a path's operations": lambda c: c["paths"].update({"/things": {"$ref": "#/paths/x"}}),
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
    "POST /things: name exactly one scope of one scheme, not 2 of 1": lambda c: post(c).update(
        security=[{"oauth": ["things/read", "things/write"]}]
    ),
    "not 2 of 2": lambda c: post(c).update(security=[{"oauth": ["things/read"]}, {"oauth": ["things/write"]}]),
    "not 1 of 2": lambda c: post(c).update(security=[{"oauth": ["things/write"], "key": []}]),
    "not 0 of 1": lambda c: post(c).update(security=[{"key": []}]),
    "not 1 of 1": lambda c: post(c).update(security=[{"oauth": ["things/write"]}, {}]),
    "TRACE /more: API Gateway answers OPTIONS itself and has no route for TRACE": operation("trace", "/more"),
    "OPTIONS /more: API Gateway answers OPTIONS itself": operation("options", "/more"),
    "GET /more: callbacks are not supported": operation("get", "/more", callbacks={}),
    "GET /a{b}c: a path parameter fills a whole step, so a{b}c": operation("get", "/a{b}c"),
    "GET /{rest+}: a path parameter fills a whole step": operation("get", "/{rest+}"),
    "GET /more/{id}: the path and its path parameters differ in id": operation("get", "/more/{id}"),
    "GET /things/{thingId}: the path and its path parameters differ in extra": another_parameter(
        **{"in": "path", "required": True}
    ),
    "/things/{thingId} and /things/{id} are both the path of some request": operation(
        "put", "/things/{id}", parameters=[{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    ),
    "/things/{thingId} and /{kind}/batch are both the path of some request": operation(
        "put", "/{kind}/batch", parameters=[{"name": "kind", "in": "path", "required": True, "schema": TEXT}]
    ),
}
PARAMETERS: dict[str, Change] = {
    "GET /things/{thingId} parameter most: style deepObject is not supported": parameter(style="deepObject"),
    "most: style form is not supported": parameter(explode=False, schema={"type": "array", "items": TEXT}),
    "most: its type must be one of string, integer": parameter(schema={"type": "object"}),
    "most: its type must be one of string, integer, number, boolean, or": parameter(schema={"maxLength": 3}),
    "most: text is never null": parameter(schema=TEXT | {"nullable": True}),
    "most: its default 0 is not valid": parameter(schema={"type": "integer", "minimum": 1, "default": 0}),
    "most: its default '20' is not valid": parameter(schema={"type": "integer", "default": "20"}),
    "most: it is required, so its default is never used": parameter(required=True),
    "most: allowReserved is not supported": parameter(allowReserved=True),
    "most: allowEmptyValue is not supported": parameter(allowEmptyValue=True),
    "extra: parameters in cookie are not supported. Send it as a header": another_parameter(**{"in": "cookie"}),
    "Accept: OpenAPI ignores it. Say it in responses": another_parameter(**{"in": "header", "name": "Accept"}),
    "content is not supported. Give it a schema": lambda c: get(c)["parameters"].append(
        {"name": "extra", "in": "query", "content": {"application/json": {"schema": TEXT}}}
    ),
    "GET /things/{thingId}: two parameters share the name thingId": another_parameter(name="thingId"),
    "two parameters share the name x-mood": another_parameter(**{"in": "header", "name": "x-mood"}),
}
BODIES_AND_REPLIES: dict[str, Change] = {
    "POST /things: x-max-bytes is how large its body may be, from 1 to 6291456 bytes": lambda c: post(c)[
        "requestBody"
    ].update({"x-max-bytes": True}),
    "Lambda takes no more. Without it, it is 1048576": lambda c: post(c)["requestBody"].update(
        {"x-max-bytes": 6_291_457}
    ),
    "POST /things: a request body can only be application/json": lambda c: post(c)["requestBody"].update(
        content={"text/plain": {"schema": TEXT}}
    ),
    "POST /things body: give it a schema": lambda c: post(c)["requestBody"].update(content={"application/json": {}}),
    "GET /things/{thingId}: a body has no meaning in a GET. Use parameters": lambda c: get(c).update(
        requestBody=post(c)["requestBody"]
    ),
    "reply default text/plain: give it a schema": lambda c: get(c)["responses"].update(
        default=NOTHING | {"content": {"text/plain": {}}}
    ),
    "reply 4XX text/plain: give it a schema": lambda c: get(c)["responses"].update(
        {"4XX": NOTHING | {"content": {"text/plain": {}}}}
    ),
    "reply 204: HTTP sends no body with 204": reply("204", content={"text/plain": {"schema": TEXT}}),
    "reply 200 text/plain: give it a schema": reply(content={"text/plain": {}}),
    "reply 200: name each media type in lower case and without parameters, not '*/*'": reply(
        content={"*/*": {"schema": TEXT}}
    ),
    "not 'text/plain; charset=utf-8'": reply(content={"text/plain; charset=utf-8": {"schema": TEXT}}),
    "reply 200: two headers differ in nothing but case": reply(headers={"A": {"schema": TEXT}, "a": {"schema": TEXT}}),
    "reply 200 header content-type: OpenAPI ignores it": reply(headers={"Content-Type": {"schema": TEXT}}),
    "reply 200 header a: give it a schema": reply(headers={"A": {"content": {"text/plain": {"schema": TEXT}}}}),
    "reply 200 header a: its type must be one of string, integer": reply(headers={"A": {"schema": {"type": "object"}}}),
}
SCHEMAS: dict[str, Change] = {
    "POST /things body/size: discriminator is not supported in a schema. The alternatives": size(
        oneOf=[{"type": "object"}], discriminator={"propertyName": "kind"}
    ),
    "size: readOnly is not supported in a schema. Give requests a schema of their own": size(**TEXT, readOnly=True),
    "size: writeOnly is not supported in a schema. Give replies a schema of their own": size(**TEXT, writeOnly=True),
    "size: xml is not supported": size(**TEXT, xml={"name": "s"}),
    "size: only a parameter has a default": size(type="integer", default=1),
    "POST /things body: only a parameter has a default": lambda c: c["components"]["schemas"]["Thing"].update(
        default={}
    ),
    "size/items: #/components/schemas/Thing contains itself; recursive": size(
        type="array", items={"$ref": "#/components/schemas/Thing"}
    ),
    "size: format byte is not supported. Say it with a pattern": size(type="string", format="byte"),
    "size: format int32 goes with type integer, not number": size(type="number", format="int32"),
    "size: format uuid goes with type string, not None": size(format="uuid"),
    "size: minimum or maximum lies outside int32": size(type="integer", format="int32", maximum=2**31),
    "size: exclusiveMaximum says how to read a maximum": size(type="integer", format="int32", exclusiveMaximum=True),
    "size: nullable needs a type beside it": size(nullable=True, allOf=[TEXT]),
    "size: nullable needs a type beside it, and null in the enum": size(type="string", nullable=True, enum=["a"]),
    "size: one part of its allOf is closed (additionalProperties) and so refuses b of another": size(
        allOf=[{"additionalProperties": False, "properties": {"a": TEXT}}, {"properties": {"a": TEXT, "b": TEXT}}]
    ),
    "POST /things body/properties/size: its pattern does not run in linear time": size(pattern="^(?=a)b"),
    "its pattern does not run in linear time. Leave out look-ahead, look-behind and back": size(pattern=r"(a)\1"),
    "parameters/properties/query/properties/most: its pattern": parameter(schema=TEXT | {"pattern": "(?<=a)"}),
}
TABLES: dict[str, Change] = {
    "x-dynamodb things: it is not an object": lambda c: c["x-dynamodb"].update(things=None),
    "x-dynamodb my-things: its name becomes a variable": lambda c: c["x-dynamodb"].update({"my-things": {}}),
    "x-dynamodb things: hash_key must be one of": lambda c: c["x-dynamodb"]["things"].pop("hash_key"),
    "x-dynamodb things: hash_key must be one of its table's attributes": table(hash_key="nothing"),
    "attributes, of type S": table(attributes={"thingId": "N"}),
    "x-dynamodb things: range_key is not known here, only": table(range_key="position"),
    "x-dynamodb things: ttl_atribute is not known here": table(ttl_atribute="end"),
    "x-dynamodb things: say over how many partitions": table(partitions=0),
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
        ("day: !!timestamp 2026-01-31", "date is not JSON serializable"),
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
