"""`specbound check`: which changes of the contract break its clients, and what then lets them pass."""

import json
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import CONTRACT, Document, load
from specbound.evolution import clients
from specbound.evolution.check import run
from specbound.failures import Failed

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
    'GET /users tags: "users" → "people"': lambda c: get_users(c).update(tags=["people"]),
    'GET /users security/oauth: "users/read" → "users/write"': lambda c: get_users(c).update(
        security=[{"oauth": ["users/write"]}]
    ),
    "GET /health security: now": lambda c: c["paths"]["/health"]["get"].update(security=[{"oauth": ["users/read"]}]),
    "GET /users parameters/email: was": lambda c: get_users(c)["parameters"].pop(2),
    "GET /users parameters/X-Team: now": lambda c: get_users(c)["parameters"].append(
        {"name": "X-Team", "in": "header", "required": True, "schema": NAME}
    ),
    "parameters/limit/schema/maximum: 100 → 50 (as in 1 more place)": lambda c: c["components"]["parameters"]["Limit"][
        "schema"
    ].update(maximum=50),
    'paths: "/products/{productId}" → "/products/{id}"': lambda c: c.update(
        json.loads(json.dumps(c).replace("{productId}", "{id}").replace('"name": "productId"', '"name": "id"'))
    ),
    'required: now "team"': lambda c: (
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
    'updatedAt/format: "date-time" → "date" (as in': lambda c: schema(c, "Time").update(format="date"),
    "version/nullable: now true": lambda c: schema(c, "Version").update(nullable=True),
    'status/enum: now "banned"': lambda c: schema(c, "UserStatus")["enum"].append("banned"),
    'items/required: was "updatedAt" (as in 3 more places)': lambda c: schema(c, "Inventory")["required"].remove(
        "updatedAt"
    ),
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


def compare(*changes: Change) -> list[str]:
    """What is said of some changes at once."""
    contract = load()
    for change in changes:
        change(contract)
    return [f"{each.place}: {each.what}" for each in clients.compare(load(), contract)]


@pytest.mark.parametrize("line", BREAKING)
def test_a_breaking_change_is_named(line: str) -> None:
    report = compare(BREAKING[line])

    assert any(line in each for each in report), report


def test_harmless_changes_pass() -> None:
    assert compare(*HARMLESS.values()) == []


@pytest.mark.parametrize(("version", "status"), [("1.9.0", 1), ("2.0.0", 0)])
def test_a_new_major_version_may_break(
    version: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = load()
    contract["paths"].pop("/users/batch")
    contract["info"]["version"] = version
    later = tmp_path / "later.yaml"
    later.write_text(json.dumps(contract), encoding="utf-8")

    assert run(str(CONTRACT), later) == status
    assert "POST /users/batch: was" in capsys.readouterr().out


def test_what_is_stored_may_break_in_no_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = load()
    contract["x-dynamodb"]["users"]["partitions"] = 1
    contract["info"]["version"] = "2.0.0"
    later = tmp_path / "later.yaml"
    later.write_text(json.dumps(contract, indent=1), encoding="utf-8")
    line = later.read_text(encoding="utf-8").splitlines().index('   "partitions": 1,') + 1

    assert run(str(CONTRACT), later) == 1
    assert capsys.readouterr().out == (
        "This breaks what is stored:\n"
        f"- later.yaml:{line}: x-dynamodb users/partitions: 4 → 1. "
        "Lists do not show what was written to the others: keep them.\n"
    )


def tightened(folder: Path, accepted: str) -> Path:
    """A later contract, that does not show all that is stored, and what is accepted of it."""
    contract = load()
    schema(contract, "Product")["properties"]["price"] = {"type": "number", "minimum": 1, "maximum": 9}
    contract["info"]["version"] = "2.0.0"
    later = folder / "later.yaml"
    later.write_text(json.dumps(contract), encoding="utf-8")
    (folder / "accepted.toml").write_text(accepted, encoding="utf-8")
    return later


def entry(finding: str, version: str = "2.0.0") -> str:
    return f"[[accepted]]\nfinding = '{finding}'\nversion = '{version}'\nreason = 'An upgrade mends it.'\n"


def findings(printed: str) -> list[str]:
    """What is found of stored data, as it is printed, each up to its advice."""
    below = printed.partition("This breaks what is stored:\n")[2].splitlines()
    return [line.partition(": ")[2].partition(". ")[0] for line in takewhile(lambda line: line[0] == "-", below)]


def test_what_breaks_is_accepted_with_a_reason_for_one_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(CONTRACT), tightened(tmp_path, "")) == 1
    found = findings(capsys.readouterr().out)
    assert found

    entries = [*map(entry, found), entry("x-dynamodb users: gone")]
    assert run(str(CONTRACT), tightened(tmp_path, "".join(entries))) == 0
    told = capsys.readouterr().out
    assert "This breaks what is stored" not in told
    taken = told.partition("This is accepted (accepted.toml):\n")[2]
    assert [f"{each}. An upgrade mends it." in taken for each in found] == [True] * len(found)
    assert "accepted.toml: this is not found, so it need not be accepted: x-dynamodb users: gone\n" in told

    assert run(str(CONTRACT), tightened(tmp_path, "".join(entry(each, "1.9.9") for each in found))) == 1
    assert findings(capsys.readouterr().out) == found
    assert run(str(CONTRACT), tightened(tmp_path, "".join(entries[1:]))) == 1
    assert findings(capsys.readouterr().out) == found[:1]


@pytest.mark.parametrize(
    "text",
    [
        "[[accepted",
        "accepted = 1",
        "[accepted]\nfinding = 'x'",
        "[[accepted]]\nfinding = 'x'\nversion = '1.1.0'",
        "[[accepted]]\nfinding = 'x'\nversion = 1.1\nreason = 'y'",
        "[[accepted]]\nfinding = 'x'\nversion = '1.1.0'\nreason = ' '",
        "[[accepted]]\nfinding = 'x'\nreason = 'for ever'",
        "[[others]]\nfinding = 'x'",
    ],
)
def test_what_is_accepted_without_all_that_it_needs_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"^accepted\.toml.*\[\[accepted\]\] with finding"):
        run(str(CONTRACT), tightened(tmp_path, text))


def test_a_rollback_that_breaks_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = load()
    contract["x-dynamodb"]["users"]["partitions"] = 8
    later = tmp_path / "later.yaml"
    later.write_text(json.dumps(contract), encoding="utf-8")

    assert run(str(CONTRACT), later) == 0
    assert capsys.readouterr().out.startswith(
        "A rollback to the version before would break this (a warning):\n- later."
    )
