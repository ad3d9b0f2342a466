"""The Go client of a contract whose names and shapes are odd, and what it sends and reads of them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from specbound.clients import go_client
from specbound.compiler.answers import complete
from tests.sdk.modules import project, run

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
THING = {"$ref": "#/components/schemas/Thing"}
PROPERTIES: dict[str, Any] = {
    "name": TEXT,
    "when": {"type": "string", "format": "date-time", "nullable": True},
    "parent": THING,
    "kids": {"type": "array", "items": THING},
    "type": {"type": "string", "enum": ["a b", "a-b", "", "3"]},
    "extra": TEXT,
    "first-name": TEXT,
    "first_name": TEXT,
    "größe": {"type": "integer"},
    "either": {"oneOf": [NUMBER, TEXT]},
    "pet": {
        "oneOf": [
            {"type": "object", "required": ["barks"], "properties": {"barks": {"type": "boolean"}, "age": NUMBER}},
            {"type": "object", "required": ["lives"], "properties": {"lives": {"type": "integer"}, "age": TEXT}},
        ]
    },
    "prices": {"type": "object", "additionalProperties": NUMBER},
    "fault": {"$ref": "#/components/schemas/Error"},
}
PARAMETERS = [
    {"name": "type", "in": "path", "required": True, "schema": {"type": "integer"}},
    {"name": "tags", "in": "query", "explode": False, "schema": {"type": "array", "items": TEXT}},
    {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
    {
        "name": "at",
        "in": "query",
        "style": "deepObject",
        "explode": True,
        "schema": {"type": "object", "properties": {"from": TEXT, "days": {"type": "array", "items": TEXT}}},
    },
    {
        "name": "flat",
        "in": "query",
        "explode": False,
        "schema": {"type": "object", "properties": {"a": TEXT, "b": NUMBER}},
    },
    {"name": "X-Tenant", "in": "header", "required": True, "schema": TEXT},
    {"name": "X-Trace", "in": "header", "schema": TEXT},
]
JSON = {"application/json": {"schema": THING}}
REPLY = {"200": {"description": "1. There it is:\n\n# It\n- is\n- there\n\nAs It Was\n\nand is.", "content": JSON}}
CONTRACT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Type", "version": "2.1", "x-go-module": "go.example.com/types"},
    "paths": {
        "/things/{type}": {
            "get": {
                "operationId": "getThing",
                "tags": ["things"],
                "description": "# A heading\n\nList Of It\n\n- one\n- two `*/`\n1. three\n\n    code\n\nEnd",
                "parameters": PARAMETERS,
                "responses": REPLY,
            }
        },
        "/things": {
            "post": {
                "operationId": "createThing",
                "tags": ["things"],
                "requestBody": {"content": JSON},
                "responses": {"204": {"description": "Done."}},
            },
        },
    },
    "components": {
        "schemas": {
            "Thing": {"type": "object", "required": ["name", "when", "kids"], "properties": PROPERTIES},
            "Error": {"type": "object", "properties": {"range": TEXT}},
        }
    },
}


def test_odd_names_and_shapes_travel_as_they_are(go: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(Path(__file__).parent / "golang" / "shapes", folder)
    module = go_client.build(complete(CONTRACT).document, tmp_path / "client")
    project(folder, module, "go.example.com/types/v2", "2.1.0")

    formatted = run(module, Path(go).with_name("gofmt"), "-l", ".")
    vetted = run(module, go, "vet", "./...")
    done = run(folder, go, "run", ".")

    assert (formatted.returncode, formatted.stdout) == (0, "")
    assert (vetted.returncode, done.returncode) == (0, 0), vetted.stderr + done.stdout + done.stderr


def test_a_contract_without_operations_makes_a_module(go: str, tmp_path: Path) -> None:
    module = go_client.build({"openapi": "3.0.3", "info": {"title": "", "version": "x"}, "paths": {}}, tmp_path)

    vetted = run(module, go, "vet", "./...")

    assert vetted.returncode == 0, vetted.stderr
