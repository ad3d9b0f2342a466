"""Whatever a contract says: the compiler refuses it by name, or what it makes of it works."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import httpx
import pytest

from specbound.api import Api
from specbound.compiler.document import Document, Refused
from specbound.compiler.report import described
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.local.gateway import Gateway
from tests.mutating import SEEDS, SOURCES, mutations

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SOURCES)
def test_a_spoilt_contract_is_refused_by_name_or_works(name: str, seed: int, tmp_path: Path) -> None:
    for number, spoilt in enumerate(mutations(name, seed)):
        try:
            compiled = compile_contract(spoilt)
        except Refused as refused:
            check_refusal(refused, spoilt, tmp_path / "openapi.json")
        else:
            serve(spoilt, compiled, tmp_path)
            create_tables(spoilt, f"{name}-{seed}-{number}")


def check_refusal(refused: Refused, spoilt: Document, file: Path) -> None:
    """Each mistake is a sentence, and has a line; in what is written as JSON, each member has one of its own."""
    file.write_text(json.dumps(spoilt, indent=1), encoding="utf-8")
    lines = described(refused, file).splitlines()

    assert lines and len(lines) == len(refused.mistakes)
    assert all(each.startswith("openapi.json:") and each.endswith(".") for each in lines), lines


def serve(contract: Document, compiled: Document, folder: Path) -> None:
    """As `make run` does: the API starts, with a function for each operation, and the gateway before it answers."""
    (folder / "openapi.json").write_text(json.dumps(contract), encoding="utf-8")
    names = {f"TABLE_{table.upper()}": "local" for table in compiled["tables"]}
    functions = SimpleNamespace(**dict.fromkeys(compiled["operations"], print))
    known: Contract[Any] = Contract(json.loads(json.dumps(compiled)), folder, names)
    schemes = {need.scheme for each in known.operations.values() for way in each.security for need in way}
    api = Api(known, [functions], authenticate=dict.fromkeys(schemes, lambda credential: None))

    answer = asyncio.run(ask(Gateway(api), "/no/path/of/any/contract"))

    assert answer.status_code == 404, answer.text


async def ask(app: Gateway, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://local") as client:
        return await client.get(path)


def create_tables(contract: Document, prefix: str) -> None:
    """In moto, which refuses most of what DynamoDB refuses."""
    client = boto3.client("dynamodb")
    for name, table in contract.get("x-dynamodb", {}).items():
        indexes = [
            {"IndexName": index, "KeySchema": keys(each), "Projection": {"ProjectionType": each["projection"]}}
            for index, each in table.get("global_secondary_indexes", {}).items()
        ]
        client.create_table(
            TableName=f"{prefix}-{name}",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=keys(table),
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in table["attributes"].items()
            ],
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
        client.delete_table(TableName=f"{prefix}-{name}")


def keys(declared: Document) -> list[dict[str, str]]:
    """The keys of a table, or of an index, as DynamoDB wants them."""
    kinds = {"hash_key": "HASH", "range_key": "RANGE"}
    return [{"AttributeName": declared[key], "KeyType": kind} for key, kind in kinds.items() if key in declared]
