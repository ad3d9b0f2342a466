"""Where the API is deployed, tests read lists once DynamoDB has written its indexes, a moment after the tables."""

import boto3
import pytest

from specbound.testing.deployed import wait_for_indexes
from tests.subject import contract, table_name

pytestmark = pytest.mark.in_process


@pytest.fixture
def database(client, monkeypatch):
    """A client of the tables that the function has."""
    for name in contract.settings.tables:
        monkeypatch.setenv(f"TABLE_{name.upper()}", table_name(name))
    client.post("/users", json={"name": "Ada", "email": "ada@example.com"}).raise_for_status()
    return boto3.client("dynamodb")


def lagging(database, times):
    """Let the first scans of an index find nothing; what was scanned, in order."""
    scanned = []

    def note(params, **_):
        scanned.append(params.get("IndexName"))

    def forget(parsed, **_):
        if scanned[-1] is not None and sum(each is not None for each in scanned) <= times:
            parsed["Items"] = []

    database.meta.events.register("provide-client-params.dynamodb.Scan", note)
    database.meta.events.register("after-call.dynamodb.Scan", forget)
    return scanned


def test_an_index_that_lags_is_waited_for(database):
    indexes = sum(len(table.indexes) for table in vars(contract.tables).values())
    scanned = lagging(database, times=2)

    wait_for_indexes(database)

    assert indexes > 0
    assert len(scanned) == 2 * (indexes + 2)


def test_what_does_not_come_is_not_waited_for_for_ever(database):
    scanned = lagging(database, times=1_000_000)

    wait_for_indexes(database, patience_seconds=0.5)

    assert 2 < len(scanned) < 100
