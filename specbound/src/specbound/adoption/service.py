"""Service of an adopted contract: the files that are written beside it."""

import re
from collections.abc import Mapping, Sequence

from specbound.adoption.requests import SECRET
from specbound.adoption.tried import contract_tests
from specbound.compiled import CompiledContract

OPERATIONS = '''"""What needs code: a function for each operation, named as `specbound compile --explain` says.

An operation that is written is taken out of x-unfinished in openapi.yaml.
"""
'''
SERVICE = '''"""The contract of this service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
'''
ROUTER = '''"""The entry point in Lambda: one event in, one response out."""

import gc

# Until everything is loaded there is nothing to collect, and looking for it takes a seventh of a cold start.
gc.disable()

from handlers import {modules}
from handlers.service import contract
from specbound import Api

lambda_handler = Api(contract, [operations]{checks})

# What is loaded by now stays: the collector, switched on again, never looks at it.
gc.freeze()
gc.enable()
'''
AUTHENTICATION = '''"""Who is let in by what API Gateway does not check: at first, who has a scheme's secret."""

import os
from collections.abc import Callable
from hmac import compare_digest

SCOPES = {scopes!r}


def secret(variable: str) -> Callable[[str], dict[str, str] | None]:
    """A check that lets in who has what a variable of the environment holds; without the variable, nobody."""

    def known(credential: str) -> dict[str, str] | None:
        wanted = os.environ.get(variable, "")
        is_known = bool(wanted) and compare_digest(credential.encode(), wanted.encode())
        return {{"sub": variable, "scope": SCOPES}} if is_known else None

    return known


CHECKS = {{
{checks}
}}
'''
CONFTEST = '''"""What every test stands on: the engine's fixtures for any service."""
{imports}
pytest_plugins = ["specbound.testing"]
{secrets}'''
TESTS = '''"""Each operation, as a caller sees it: a valid request is answered as the contract says.

The requests were made of the contract's schemas when it was adopted, and are yours from now on.
"""

import base64
import json
from pathlib import Path

import pytest

from specbound.compiled import read

REQUESTS = json.loads((Path(__file__).parent / "requests.json").read_text(encoding="utf-8"))
UNFINISHED = read().get("unfinished", [])
CREATES = [name for name, each in read().get("standard", {}).items() if each["does"] == "create"]


def send(client, request):
    content = base64.b64decode(request["base64"]) if "base64" in request else request.get("text", "").encode() or None
    return client.request(request["method"], request["url"], headers=request["headers"], content=content)


def name(request):
    return request["operation"]


@pytest.mark.parametrize("request_", REQUESTS, ids=name)
def test_a_valid_request_is_answered_as_the_contract_says(client, request_):
    reply = send(client, request_)

    assert reply.status_code not in (400, 401, 403, 500), reply.text
    assert (reply.status_code == 501) == (request_["operation"] in UNFINISHED)


@pytest.mark.parametrize("request_", [each for each in REQUESTS if each["operation"] in CREATES], ids=name)
def test_what_was_created_is_there(client, request_):
    created = send(client, request_)

    place = client.get(created.headers["location"], headers=request_["headers"])

    assert place.status_code in (200, 501, 405)
    if created.content and place.status_code == 200:
        assert place.json() == created.json()


def test_the_api_says_that_it_is_well(client):
    assert client.get("/health").status_code == 200
'''
README = """# {title}

[`openapi.yaml`](openapi.yaml) is the contract; specbound keeps it on API Gateway, Lambda and DynamoDB.

    make run     # the API on http://127.0.0.1:8000, with a docs page at /docs
    make test    # the tests

`make` alone lists the rest. `specbound compile --explain` says of each operation who answers it: the engine, a
function, or nobody yet (501).

## To write an operation

Write the function with the name that `specbound compile --explain` gives it into `handlers/operations.py`, and take the
operation out of `x-unfinished` at the end of the contract:

```python
from http import HTTPStatus

from specbound import Request, Response


def get_motto(request: Request) -> Response:
    return Response(HTTPStatus.OK, {{"motto": "Contracts first."}})
```

A function of a name takes over what the engine serves by itself, too.

## What is where

    openapi.yaml               the contract, with the tables (x-dynamodb) and what nobody has written yet at its end
    handlers/router.py         what Lambda calls
    handlers/operations.py     the operations that need code
{authentication}    tests/                     a request for each operation, and what the contract says of itself
    terraform/                 the deployment; it reads what `make package` wrote of the contract

`make cloud` deploys to an AWS on this machine, `make deploy` to your account, after showing the plan. What the contract
says nothing of the security of is not deployed before somebody says who may call it.
"""


def files(name: str, title: str, compiled: CompiledContract, requests: str) -> dict[str, str]:
    """What is written, by the way from the service's folder, beside the contract and what every service has."""
    checks = unchecked(compiled)
    written = {
        "handlers/__init__.py": f'"""What {name} does."""\n',
        "handlers/operations.py": OPERATIONS,
        "handlers/service.py": SERVICE,
        "handlers/router.py": ROUTER.format(
            modules="authentication, operations" if checks else "operations",
            checks=", authenticate=authentication.CHECKS" if checks else "",
        ),
        "tests/conftest.py": _conftest(checks),
        "tests/requests.json": requests,
        "tests/test_operations.py": TESTS,
        "tests/test_contract.py": contract_tests({}),
        "README.md": README.format(
            title=title,
            authentication="    handlers/authentication.py who is let in by keys and passwords\n" if checks else "",
        ),
    }
    if checks:
        lines = "\n".join(f"    {scheme!r}: secret({variable!r})," for scheme, (variable, _) in checks.items())
        scopes = " ".join(scopes_of(compiled))
        written["handlers/authentication.py"] = AUTHENTICATION.format(scopes=scopes, checks=lines)
    return written


def unchecked(compiled: CompiledContract) -> dict[str, tuple[str, str]]:
    """The security schemes that API Gateway does not check, each with a variable, and its value in the tests."""
    found = {}
    for operation in compiled["operations"].values():
        if [[need["kind"] for need in way] for way in operation["security"]] != [["token"]]:
            for need in (need for way in operation["security"] for need in way):
                is_basic = need["kind"] == "http" and need["name"] == "basic"
                found[need["scheme"]] = (_variable(need["scheme"]), f"{SECRET}:{SECRET}" if is_basic else SECRET)
    return found


def scopes_of(compiled: CompiledContract) -> Sequence[str]:
    """All scopes that any operation asks for."""
    ways = [way for operation in compiled["operations"].values() for way in operation["security"]]
    return sorted({scope for way in ways for need in way for scope in need["scopes"]})


def makefile(text: str, checks: Mapping[str, tuple[str, str]]) -> str:
    """The template's, whose tests do without the lint: that holds a style of its own."""
    text = text.replace("test: lint ## Check the contract, and run the tests", "test: $(SPECBOUND) ## Run the tests")
    exports = "".join(f"run fuzz: export {name} ?= {value}\n" for name, value in checks.values())
    return text.replace("run: $(SPECBOUND)", f"{exports}run: $(SPECBOUND)", 1)


def _conftest(checks: Mapping[str, tuple[str, str]]) -> str:
    lines = [f'os.environ.setdefault("{name}", "{value}")' for name, value in checks.values()]
    secrets = "\n# What the tests are let in by.\n" + "\n".join(lines) + "\n" if checks else ""
    return CONFTEST.format(imports="\nimport os\n" if checks else "", secrets=secrets)


def _variable(scheme: str) -> str:
    """`PARTNER_KEY` for partnerKey."""
    spaced = re.sub("([a-z0-9])([A-Z])", r"\1_\2", scheme)
    found = re.sub("[^A-Z0-9]+", "_", spaced.upper()).strip("_")
    return f"SECRET_{found}" if not found or found[0].isdigit() or found in ("PATH", "HOME", "TOKEN") else found
