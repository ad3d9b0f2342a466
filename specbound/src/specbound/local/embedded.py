"""DynamoDB on one machine: the contract's tables, in moto (in this process) or in MiniStack."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
import requests
from moto import mock_aws
from moto.backends import get_backend
from moto.core.model_instances import reset_model_data
from moto.core.models import DEFAULT_ACCOUNT_ID

from specbound.compiled import DeployedIndex, DeployedTable, read
from specbound.settings import endpoint
from specbound.store.connections import Answer
from specbound.store.dynamodb import line

PREFIX = "local-"
# Nothing here reaches AWS: these only keep the SDK from looking for real ones.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "local",
}


def environment(tables: Mapping[str, DeployedTable] | None = None) -> dict[str, str]:
    """What the function finds in its environment, but for an endpoint; for the tables here, or those of another."""
    names = {f"TABLE_{name.upper()}": PREFIX + name for name in (declared() if tables is None else tables)}
    return ENVIRONMENT | names


def start(tables: Mapping[str, DeployedTable] | None = None) -> None:
    """Make this process its own AWS: from here on every SDK call stays in moto, and its tables are there, empty; those
    of the contract here, or of another.

    moto loses updates when threads call it at once, so call it from one thread at a time.
    """
    chosen = os.environ.get("DATABASE_CLIENT") or "boto3"
    os.environ.update(environment(tables) | {"DATABASE_CLIENT": chosen})
    mock_aws().start()
    if chosen == "specbound":
        line().client.exchange = exchange
    session = boto3.DEFAULT_SESSION = boto3.Session()
    # moto remembers every copy that it makes of a table, and it makes one for each transaction.
    session.events.register("after-call.dynamodb.TransactWriteItems", lambda **_: reset_model_data())
    create_tables(boto3.client("dynamodb"), tables)


def exchange(headers: Mapping[str, str], content: bytes) -> Answer:
    """What moto answers to a request of the engine's own client, whose way to send it this takes the place of."""
    reply = requests.post(endpoint(ENVIRONMENT["AWS_REGION"], {}), content, headers=headers)  # noqa: S113  # none waits
    return Answer(reply.status_code, {name.lower(): value for name, value in reply.headers.items()}, reply.content)


def empty() -> None:
    """Remove all items, and create what tables are missing."""
    backend = get_backend("dynamodb")
    tables = backend[DEFAULT_ACCOUNT_ID][ENVIRONMENT["AWS_REGION"]].tables
    if tables.keys() == {PREFIX + name for name in declared()}:
        # Thirty times as fast as new tables; tests do so before each of them.
        for table in tables.values():
            table.items.clear()
    else:
        backend.reset()
        create_tables(boto3.client("dynamodb"))


def create_tables(client: Any, tables: Mapping[str, DeployedTable] | None = None) -> None:
    """Create every table of the contract here, or of another, with its indexes and TTL, as Terraform does."""
    for name, table in (declared() if tables is None else tables).items():
        create_table(client, PREFIX + name, table)


def create_table(client: Any, stored_as: str, table: DeployedTable) -> None:
    """Create one table of a contract, by its name in DynamoDB."""
    indexes = indexes_of(table)
    client.create_table(
        TableName=stored_as,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys_of(table),
        AttributeDefinitions=attributes_of(table),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )
    if table["ttl_attribute"]:
        client.update_time_to_live(
            TableName=stored_as,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table["ttl_attribute"]},
        )


def keys_of(keyed: DeployedTable | DeployedIndex) -> list[dict[str, str]]:
    keys = [("HASH", keyed["hash_key"]), ("RANGE", keyed["range_key"])]
    return [{"AttributeName": name, "KeyType": kind} for kind, name in keys if name]


def indexes_of(table: DeployedTable) -> list[dict[str, Any]]:
    return [index_of(name, each) for name, each in table["indexes"].items()]


def attributes_of(table: DeployedTable) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in table["attributes"].items()]


def index_of(name: str, index: DeployedIndex) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": keys_of(index), "Projection": {"ProjectionType": index["projection"]}}


@cache
def declared() -> dict[str, DeployedTable]:
    """The tables of the compiled contract, which is read once: the tests create them anew for each of them."""
    return read()["infrastructure"]["tables"]
