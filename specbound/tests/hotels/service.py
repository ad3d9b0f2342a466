"""The service of hotels over moto: its API, its tables, and what they hold."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3

from specbound import Api, Contract
from specbound.compiled import CompiledContract
from specbound.compiler.document import Document, load
from specbound.compiler.translation import compile_contract
from specbound.local import embedded
from specbound.testing import aws_limits, empty
from tests.hotels.operations import Hotels

CONTRACT = Path(__file__).parent / "openapi.yaml"
PREFIX = "hotels-"


def hotels(change: Callable[[Document], Any] = lambda contract: None) -> Document:
    """The contract, with something said another way."""
    document = load(CONTRACT)
    change(document)
    return document


def environment(compiled: CompiledContract) -> dict[str, str]:
    """What the function's environment says of the contract's tables."""
    return {f"TABLE_{name.upper()}": PREFIX + name for name in compiled["infrastructure"]["tables"]}


def create_tables(database: Any, compiled: CompiledContract) -> None:
    for name, table in compiled["infrastructure"]["tables"].items():
        embedded.create_table(database, PREFIX + name, table)


def know_tables(compiled: CompiledContract) -> None:
    """Let AWS's limits know of the tables, whose calls this process makes."""
    aws_limits.know({PREFIX + name: table for name, table in compiled["infrastructure"]["tables"].items()})


class Service:
    """The API of a contract, whose tables are empty at first; `subject` is who calls, `headers` the last reply's."""

    headers: Mapping[str, str]

    def __init__(self, document: Document | None = None, subject: str = "somebody") -> None:
        empty()
        compiled = compile_contract(document or hotels())
        existing = boto3.client("dynamodb").list_tables()["TableNames"]
        for name in [each for each in existing if each.startswith(PREFIX)]:
            boto3.client("dynamodb").delete_table(TableName=name)
        create_tables(boto3.client("dynamodb"), compiled)
        know_tables(compiled)
        self.contract: Contract[Any] = Contract(compiled, environment=environment(compiled))
        self.operations = Hotels(self.contract)
        self._subject = subject
        self.restart()

    def restart(self) -> None:
        """Let the API have the operations as they are now."""
        self._api = Api(self.contract, [self.operations])

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, query: str = ""
    ) -> tuple[int, Any]:
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers or {},
            "body": None if body is None else json.dumps(body),
            "requestContext": {
                "stage": "$default",
                "http": {"method": method, "path": path},
                "authorizer": {"jwt": {"claims": {"sub": self._subject}, "scopes": None}},
            },
        }
        reply = self._api(event, None)
        self.headers = reply["headers"]
        content = reply.get("body")
        return reply["statusCode"], json.loads(content) if content else None

    def create(self, path: str, body: Any) -> Any:
        status, made = self.call("POST", path, body)
        assert status == 201, made
        return made

    def stored(self, table: str) -> list[dict[str, Any]]:
        """All items of a table, with every attribute."""
        items: list[dict[str, Any]] = boto3.resource("dynamodb").Table(PREFIX + table).scan()["Items"]
        return items


def kind(answer: tuple[int, Any]) -> tuple[int, str]:
    """The status of a problem, and the last part of its type."""
    status, problem = answer
    return status, problem["type"].rpartition(":")[2]
