"""What holds when the contract changes seven times, and each change is taken back once: data outlives its versions."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import orjson
import pytest

from specbound import Api, Contract
from specbound.compiler.artefact import artefact
from specbound.local import embedded
from specbound.testing import aws_limits, empty
from tests.versioned.contracts import contract
from tests.versioned.filling import fill
from tests.versioned.handlers.orders import Orders, upgrades
from tests.versioned.story import tell

pytestmark = pytest.mark.slow

PREFIX = "versions-"
CLAIMS = {"sub": "somebody", "scope": "orders/read orders/write"}


class InProcess:
    """moto's tables, and the API of a version in this process."""

    def __init__(self, folder: Path) -> None:
        empty()
        self._folder = folder
        self._client = boto3.client("dynamodb")

    def deploy(self, version: int) -> None:
        api, tables = self._api(version)
        for name, table in tables.items():
            self._make(PREFIX + name, table)
        aws_limits.know({PREFIX + name: table for name, table in tables.items()})
        fill(self._client, api.contract.tables.orders)
        self._current = api

    def roll_back(self, version: int) -> None:
        self._current, _ = self._api(version)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        path, _, query = path.partition("?")
        headers = {"content-type": "application/json"} if body else {}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers | ({"idempotency-key": key} if key else {}),
            "body": json.dumps(body) if body else None,
            "requestContext": {
                "stage": "$default",
                "http": {"method": method, "path": path},
                "authorizer": {"jwt": {"claims": CLAIMS}},
            },
        }
        reply = self._current(event, None)
        return reply["statusCode"], json.loads(reply["body"])

    def _api(self, version: int) -> tuple[Api, Mapping[str, Any]]:
        file = self._folder / f"{version}.json"
        file.write_bytes(orjson.dumps(contract(version)))
        compiled = artefact(file)
        tables = compiled["infrastructure"]["tables"]
        environment = {f"TABLE_{name.upper()}": PREFIX + name for name in tables}
        kept: Contract[Any] = Contract(compiled, environment=environment, upgrades=upgrades(version))
        return Api(kept, [Orders(kept, version), Nothing()]), tables

    def _make(self, name: str, table: Any) -> None:
        """As Terraform does: the table if there is none, and each index that is missing or too many."""
        if name not in self._client.list_tables()["TableNames"]:
            embedded.create_table(self._client, name, table)
            return
        there = self._client.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])
        names = {each["IndexName"] for each in there}
        new = {index: each for index, each in table["indexes"].items() if index not in names}
        changes = [{"Create": embedded.index_of(index, each)} for index, each in new.items()]
        changes += [{"Delete": {"IndexName": index}} for index in names - table["indexes"].keys()]
        for change in changes:
            self._client.update_table(
                TableName=name,
                AttributeDefinitions=embedded.attributes_of(table),
                GlobalSecondaryIndexUpdates=[change],
            )


class Nothing:
    """Operations that none of this is about."""

    get_health = get_contract = get_docs = None


def test_every_version_shows_lists_and_changes_what_any_other_wrote(tmp_path: Path) -> None:
    tell(InProcess(tmp_path))
