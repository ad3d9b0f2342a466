"""Merge patches (RFC 7396) of a resource: what they change, what they take away, and what stays."""

import json
from types import SimpleNamespace

import boto3
import pytest

from specbound.api import Api
from specbound.compiler.document import load
from specbound.compiler.patches import with_patches
from specbound.compiler.schemas import Schemas
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.local import embedded
from specbound.local.gateway import Context
from specbound.resources.resource import Resource
from tests.test_compiler import THINGS

PATCH = "application/merge-patch+json"
MOOD = {"$ref": "#/components/schemas/Mood"}
NODE = {"$ref": "#/components/schemas/Node"}
ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


@pytest.fixture
def things():
    """The small contract with a patch of its kept things, which have an object, and an index by one of its fields."""
    embedded.empty()
    document = load(THINGS)
    document["components"]["schemas"]["KeptThing"]["properties"] |= {
        "parts": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
        "mood": {"type": "string", "enum": ["good", "bad"]},
        "tone": {"type": "string", "default": "low"},
    }
    kept = {"schema": {"$ref": "#/components/schemas/KeptThing"}}
    document["paths"]["/things/{thingId}"]["patch"] = {
        "operationId": "patch_thing",
        "security": [],
        "requestBody": {"required": True, "x-max-bytes": 1000, "content": {PATCH: kept, "application/json": kept}},
        "responses": {
            "200": {"description": ".", "content": {"application/json": kept}},
            "400": {"description": ".", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
        },
    }
    stored_as = next(iter(boto3.client("dynamodb").list_tables()["TableNames"]))
    table = boto3.client("dynamodb").describe_table(TableName=stored_as)["Table"]
    key = table["KeySchema"][0]["AttributeName"]
    text = json.dumps(document).replace('"thingId"', f'"{key}"').replace("{thingId}", f"{{{key}}}")
    contract = Contract(compile_contract(json.loads(text)), environment={"TABLE_THINGS": stored_as})
    resource = Resource(contract.tables.things, "thing", "/things")
    holder = SimpleNamespace(
        patch_thing=lambda request: resource.change(request, request.parameters[key], request.body),
        create_thing=None,
        get_thing=None,
    )
    api = Api(contract, [holder])
    boto3.client("dynamodb").put_item(
        TableName=stored_as,
        Item={key: {"S": ID}, "name": {"S": "a"}, "size": {"N": "3"}, "mood": {"S": "good"}, "version": {"N": "1"},
              "tone": {"S": "high"},
              "createdAt": {"S": "2026-01-31T09:30:00.000000Z"}, "unknown": {"S": "kept"},
              "parts": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}},
    )  # fmt: skip

    def patch(changes, media_type=PATCH):
        event = {"version": "2.0", "rawPath": f"/things/{ID}", "headers": {"content-type": media_type},
                 "requestContext": {"http": {"method": "PATCH"}}, "body": json.dumps(changes)}  # fmt: skip
        reply = api(event, Context())
        found = boto3.client("dynamodb").get_item(TableName=stored_as, Key={key: {"S": ID}})["Item"]
        return reply["statusCode"], json.loads(reply["body"]), found

    return patch


def test_a_patch_sets_what_it_names_and_takes_away_what_is_null(things):
    status, shown, stored = things({"size": None, "name": "b", "parts": {"a": None, "b": 5}})

    assert status == 200
    assert (shown["name"], shown["parts"], shown["mood"], shown["version"]) == ("b", {"b": 5}, "good", 2)
    assert "size" not in shown
    assert "size" not in stored
    assert stored["parts"] == {"M": {"b": {"N": "5"}}}
    assert stored["unknown"] == {"S": "kept"}


def test_what_is_required_can_not_be_taken_away(things):
    status, problem, stored = things({"name": None})

    assert (status, problem["errors"][0]["pointer"]) == (400, "/name")
    assert stored["version"] == {"N": "1"}


def test_what_is_gone_may_be_taken_away_again(things):
    things({"size": None, "parts": None})

    status, shown, _ = things({"size": None, "parts": {"a": 1, "c": None}})

    assert (status, shown["parts"], shown["version"]) == (200, {"a": 1}, 3)


def test_what_a_patch_does_not_name_stays_though_its_schema_has_a_default(things):
    status, shown, stored = things({"name": "b"})

    assert (status, shown["tone"], stored["tone"]) == (200, "high", {"S": "high"})


def test_plain_json_has_no_nulls_that_its_schema_does_not_name(things):
    assert things({"size": None}, "application/json")[0] == 400


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_a_patch_may_hold_is_published(version):
    """Of the whole thing nothing is required, and null takes away what is not; of another what it requires is."""
    part = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
    thing = {"type": "object", "required": ["mood"], "properties": {"mood": MOOD, "part": part, "note": MOOD}}
    document = {
        "openapi": version,
        "components": {"schemas": {"Thing": thing, "Mood": {"type": "string", "enum": ["good"]}, "Other": thing}},
        "x-dynamodb": {"things": {"item": "#/components/schemas/Thing"}},
    }

    whole = with_patches(document, {"content": {PATCH: {"schema": {"$ref": "#/components/schemas/Thing"}}}})
    other = with_patches(document, {"content": {PATCH: {"schema": {"$ref": "#/components/schemas/Other"}}}})

    null = {"anyOf": [MOOD, {"type": "null"}]}
    mood = null if version == "3.1.0" else {"type": "string", "enum": ["good", None], "nullable": True}
    properties = whole["content"][PATCH]["schema"]["properties"]
    assert (properties["mood"], properties["note"]) == (MOOD, mood)
    assert "required" not in json.dumps(whole)
    assert other["content"][PATCH]["schema"]["required"] == ["mood"]
    assert other["content"][PATCH]["schema"]["properties"]["note"] == mood
    plain = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    assert with_patches(document, plain) is plain


def test_what_is_published_of_a_patch_is_what_is_checked():
    """Also of what contains itself, which is as a whole from there on."""
    document = load(THINGS)
    node = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "next": NODE}}
    document["components"]["schemas"]["Node"] = node
    document["paths"]["/things/{thingId}"]["patch"] = {
        "operationId": "patch_node",
        "security": [],
        "requestBody": {"content": {PATCH: {"schema": NODE}}},
        "responses": {
            "204": {"description": "."},
            "400": {"description": ".", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
        },
    }
    published = with_patches(document, document["paths"]["/things/{thingId}"]["patch"]["requestBody"])
    schema = published["content"][PATCH]["schema"]
    contract = Contract(compile_contract(document), environment={"TABLE_THINGS": "things"})
    [checked] = contract.operations["patch_node"].body.content

    for value in ({"name": "a", "next": None}, {"name": None}, {"name": "a", "next": {"name": "b", "next": None}}):
        says = Schemas(document).validator(schema, "here").is_valid(value)
        assert checked.validator.is_valid(value) == says, value
