"""Code samples of contracts that leave something out, or call things as no program would."""

import json
import shlex
from typing import Any

from specbound.clients.samples import samples

REPLIES = {"200": {"description": "Done."}}


def made(operation: dict[str, Any], path: str = "/things", method: str = "post") -> dict[str, str]:
    """The sources for one operation, by their labels."""
    info = {"title": "Things", "version": "1"}
    whole = {"operationId": "addThing", "tags": ["things"], "responses": REPLIES, **operation}
    found = samples({"openapi": "3.0.3", "info": info, "paths": {path: {method: whole}}})
    return {each["label"]: each["source"] for each in found.get("addThing", [])}


def body(example: Any, schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema, "example": example}}}}


def parameter(name: str, where: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {"type": "string"}, **more}


def test_what_has_no_example_has_no_sample():
    assert made({"parameters": [parameter("id", "query")]}) == {}
    assert made({"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}) == {}


def test_what_may_be_left_out_needs_no_example():
    found = made({"parameters": [parameter("id", "query") | {"required": False}]})

    assert found["curl"] == 'curl -X POST "$THINGS_BASE_URL/things"'
    assert "client.things.add()" in found["Python"]


def test_a_value_is_written_so_that_nothing_else_is_read():
    example = {"name": 'it\'s $HOME "quoted" `x`', "isNew": True, "note": None}
    schema = {"type": "object", "properties": {name: {} for name in example}}
    at = parameter("id", "path", example="a/b ?#")

    found = made({"parameters": [at], **body(example, schema)}, path="/things/{id}")

    assert "/things/a%2Fb%20%3F%23" in found["curl"]
    words = shlex.split(found["curl"])
    assert json.loads(words[words.index("-d") + 1]) == example
    namespace: dict[str, Any] = {}
    call = found["Python"][found["Python"].index("client.") :]
    exec(f"def call(client):\n    answer = {call}\n    return answer", namespace)
    assert namespace["call"](Recorder()) == (("a/b ?#",), {"name": example["name"], "is_new": True, "note": None})


def test_a_body_of_unknown_members_is_given_as_a_whole():
    found = made(body({"any thing": [1, 2.5]}, {"type": "object", "additionalProperties": True}))

    assert 'client.things.add(body={"any thing": [1, 2.5]})' in found["Python"]


def test_where_no_client_can_be_built_curl_is_left():
    info = {"title": "Things", "version": "1"}
    one, other = ({"operationId": each, "tags": ["things"], "responses": REPLIES} for each in ("getThing", "get"))
    found = samples({"openapi": "3.0.3", "info": info, "paths": {"/a": {"get": one}, "/b": {"get": other}}})

    assert {name: [each["label"] for each in made] for name, made in found.items()} == {
        "getThing": ["curl"],
        "get": ["curl"],
    }


class Recorder:
    """Answers every call with what it was given."""

    def __getattr__(self, name: str) -> "Recorder":
        return self

    def __call__(self, *given: Any, **named: Any) -> Any:
        return given, named
