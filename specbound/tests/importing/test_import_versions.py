"""What of a contract in several versions can be imported: the kinds of an earlier one are below its name."""

import json
import subprocess

import pytest

from specbound.clients import python_client
from specbound.compiler.document import load
from tests.environments import environment

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 64}}
RESULTS = {"type": "object", "properties": {"results": {"type": "array", "items": {"type": "object"}}}}


def contract(version, field, **more):
    """One that creates users in batches, which have one field."""
    user = {"type": "object", "required": [field], "properties": {field: {"type": "string", "maxLength": 9}}}
    items = {"type": "array", "maxItems": 9, "items": user}
    batch = {"type": "object", "required": ["items"], "properties": {"items": items}}
    create = {
        "operationId": "create_users",
        "tags": ["users"],
        "parameters": [KEY],
        "requestBody": {"required": True, "content": {"application/json": {"schema": batch}}},
        "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": RESULTS}}}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Users", "version": f"{version}.0.0"},
        "servers": [{"url": f"/v{version}"}],
        "paths": {"/users/batch": {"post": create}},
        **more,
    }


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    folder = tmp_path_factory.mktemp("users")
    (folder / "v1.json").write_text(json.dumps(contract(1, "name")))
    whole = contract(2, "fullName", **{"x-versions": {"v1": {"contract": "v1.json"}}})
    (folder / "openapi.json").write_text(json.dumps(whole))
    wheel = python_client.build(load(folder / "openapi.json"), folder)
    return environment(folder, f"{wheel}[import]").with_name("users-client-import")


def tried(command, file, *kind):
    address = ["http://127.0.0.1:1"] if kind else []
    done = subprocess.run(
        [command, "--dry-run", file, *address, *kind], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_an_earlier_version_is_imported_into_by_its_name(command, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("name\nAda\n")

    status, said = tried(command, file, "v1.users")

    assert status == 0, said


def test_a_file_that_says_no_version_is_for_the_latest(command, tmp_path):
    latest, earlier = tmp_path / "latest.csv", tmp_path / "users.csv"
    latest.write_text("fullName\nAda\n")
    earlier.write_text("name\nAda\n")

    assert tried(command, latest)[0] == 0
    status, said = tried(command, earlier)
    assert (status, "does not fit users (fullName)" in said) == (1, True), said


def test_what_there_is_is_told_by_the_names_of_its_client(command, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("name\nAda\n")

    _, said = tried(command, file, "v2.users")

    assert "KIND=users or KIND=v1.users" in said
