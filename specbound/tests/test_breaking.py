"""`make check-contract`: which changes of the contract break its clients, and what then lets them pass."""

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import ROOT, Document, load

pytestmark = [pytest.mark.usefixtures("node"), pytest.mark.slow]
Change = Callable[[Document], Any]
NAME = {"type": "string", "pattern": "^[a-z]+$", "maxLength": 10}


def schema(contract: Document, name: str) -> Document:
    return contract["components"]["schemas"][name]


def get_users(contract: Document) -> Document:
    return contract["paths"]["/users"]["get"]


def batch(contract: Document) -> Document:
    body = contract["paths"]["/users/batch"]["post"]["requestBody"]
    return body["content"]["application/json"]["schema"]["properties"]["items"]


BREAKING: dict[str, Change] = {
    'DELETE /users/{userId}: was {"operationId"': lambda c: c["paths"]["/users/{userId}"].pop("delete"),
    'GET /users operationId: "list_users" → "find_users"': lambda c: get_users(c).update(operationId="find_users"),
    'GET /users tags/0: "users" → "people"': lambda c: get_users(c).update(tags=["people"]),
    'GET /users security/0/oauth/0: "users/read" → "users/write"': lambda c: get_users(c).update(
        security=[{"oauth": ["users/write"]}]
    ),
    "GET /health security/0: now": lambda c: c["paths"]["/health"]["get"].update(security=[{"oauth": ["users/read"]}]),
    "GET /users parameters/email: was": lambda c: get_users(c)["parameters"].pop(2),
    "GET /users parameters/X-Team: now": lambda c: get_users(c)["parameters"].append(
        {"name": "X-Team", "in": "header", "required": True, "schema": NAME}
    ),
    "GET /users parameters/limit/schema/maximum: 100 → 50": lambda c: c["components"]["parameters"]["Limit"][
        "schema"
    ].update(maximum=50),
    'paths: "/products/{productId}" → "/products/{id}"': lambda c: c.update(
        json.loads(json.dumps(c).replace("{productId}", "{id}").replace('"name": "productId"', '"name": "id"'))
    ),
    "required/2: now": lambda c: (
        schema(c, "NewUser").update(required=["name", "email", "team"]),
        schema(c, "NewUser")["properties"].update(team=NAME),
    ),
    "properties/status: was": lambda c: schema(c, "UserChanges")["properties"].pop("status"),
    "maxLength: 2000 → 20": lambda c: schema(c, "Description").update(maxLength=20),
    "items/maxItems: 100 → 10": lambda c: batch(c).update(maxItems=10),
    "POST /users requestBody/x-max-bytes: 65536 → 100": lambda c: c["paths"]["/users"]["post"]["requestBody"].update(
        {"x-max-bytes": 100}
    ),
    "GET /users requestBody: now": lambda c: get_users(c).update(
        requestBody={"required": True, "content": {"application/json": {"schema": NAME}}}
    ),
    "version/type:": lambda c: schema(c, "Version").update(type="string"),
    'createdAt/format: "date-time" → "date"': lambda c: schema(c, "Time").update(format="date"),
    "version/nullable: now true": lambda c: schema(c, "Version").update(nullable=True),
    'status/enum/2: now "banned"': lambda c: schema(c, "UserStatus")["enum"].append("banned"),
    'schema/required/3: was "updatedAt"': lambda c: schema(c, "Inventory")["required"].remove("updatedAt"),
    "properties/createdAt: was": lambda c: schema(c, "User")["properties"].pop("createdAt"),
    "POST /products responses/201: was": lambda c: c["paths"]["/products"]["post"]["responses"].pop("201"),
    "POST /users responses/201/headers/ETag: was": lambda c: c["paths"]["/users"]["post"]["responses"]["201"][
        "headers"
    ].pop("ETag"),
    "headers/Location/required: true → false": lambda c: c["components"]["headers"]["Location"].update(required=False),
    "schemas User: was": lambda c: (
        c.update(json.loads(json.dumps(c).replace('schemas/User"', 'schemas/Person"')))
        or c["components"]["schemas"].update(Person=c["components"]["schemas"].pop("User"))
    ),
}

HARMLESS: dict[str, Change] = {
    "another operation": lambda c: c["paths"].update({"/ping": {"get": get_users(c) | {"operationId": "ping"}}}),
    "another optional parameter": lambda c: get_users(c)["parameters"].append(
        {"name": "team", "in": "query", "schema": NAME}
    ),
    "another property in an answer": lambda c: schema(c, "User")["properties"].update(team=NAME),
    "another optional property in a request": lambda c: schema(c, "NewUser")["properties"].update(team=NAME),
    "another error": lambda c: get_users(c)["responses"].update({"409": {"$ref": "#/components/responses/Conflict"}}),
    "more of a batch": lambda c: batch(c).update(maxItems=200),
    "a wider number in a request": lambda c: schema(c, "Adjustment")["properties"]["delta"].update(maximum=2**31 - 1),
    "a narrower text in an answer": lambda c: schema(c, "Email").update(maxLength=200),
    "no token any more": lambda c: get_users(c).update(security=[]),
    "other words": lambda c: (schema(c, "User").update(description="Somebody."), get_users(c).update(summary="Look")),
}


def compare(change: Change, folder: Path) -> subprocess.CompletedProcess[str]:
    old = load()
    new = copy.deepcopy(old)
    change(new)
    for name, contract in (("old", old), ("new", new)):
        (folder / name).write_text(json.dumps(contract), encoding="utf-8")
    command = ["node", ROOT / "build" / "node" / "breaking.mjs", folder / "old", folder / "new"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of all breaking changes at once."""
    done = compare(lambda contract: [change(contract) for change in BREAKING.values()], tmp_path_factory.mktemp("all"))
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("line", BREAKING)
def test_a_breaking_change_is_named(line: str, report: str) -> None:
    assert line in report


def test_harmless_changes_pass(tmp_path: Path) -> None:
    done = compare(lambda contract: [change(contract) for change in HARMLESS.values()], tmp_path)

    assert done.stdout == "Nothing breaks for existing clients.\n"
    assert done.returncode == 0, done.stderr


def test_a_new_major_version_may_break(tmp_path: Path) -> None:
    def remove(contract: Document) -> None:
        contract["paths"].pop("/users/batch")
        contract["info"]["version"] = "2.0.0"

    done = compare(remove, tmp_path)

    assert "POST /users/batch" in done.stdout
    assert done.returncode == 0
