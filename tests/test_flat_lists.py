"""A page of a list costs the same, however long the list is: calls and read units, on its first page and in its midst.

LISTED=1000000 tries it with as many; each is put into moto, which takes minutes for such a number.
"""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import boto3
import pytest

from handlers.service import contract
from specbound.compiled import read
from specbound.local.units import metered
from specbound.resources.versions import new, written
from specbound.store.expressions import transact_item
from specbound.store.writes import Insert

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

FEW, MANY = 1_000, int(os.environ.get("LISTED", "20000"))
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
# As many as BatchWriteItem takes.
GROUP = 25
PAGES = [{"limit": 20}, {"limit": 100}, {"limit": 20, "status": "active"}]


def fill(start, end):
    """Users as the engine stores them, all as long."""
    database, table = boto3.client("dynamodb"), contract.tables.users
    for first in range(start, end, GROUP):
        puts = []
        for number in range(first, min(end, first + GROUP)):
            fields = {"name": "Ada Lovelace", "email": f"ada.{number:07}@example.com", "status": "active"}
            item = new(table, str(UUID(int=number, version=4)), fields, written(FIRST + timedelta(seconds=number)))
            puts.append({"PutRequest": {"Item": transact_item(Insert(table, item), "")["Put"]["Item"]}})
        assert not database.batch_write_item(RequestItems={table.stored_as: puts})["UnprocessedItems"]


def used(client, query):
    """What the first page uses, and the one after it: actions, read units, how many items are shown."""
    tables = {contract.settings.tables[name]: table for name, table in read()["infrastructure"]["tables"].items()}
    found = []
    for _ in range(2):
        with metered(tables, boto3.client("dynamodb")) as calls:
            page = client.get("/users", params=query).json()
        query = {**query, "nextToken": page["nextToken"]}
        found.append(([each.action for each in calls], sum(each.reads for each in calls), page["count"]))
    return found


def test_a_page_costs_the_same_of_a_thousand_and_of_twenty_thousand(client):
    fill(0, FEW)
    of_few = [used(client, query) for query in PAGES]
    fill(FEW, MANY)
    of_many = [used(client, query) for query in PAGES]

    assert of_many == of_few
    assert [shown for [(_, _, shown), _] in of_few] == [query["limit"] for query in PAGES]
    # One round trip, and at most two units for a page of twenty.
    assert [actions for [(actions, _, _), _] in of_few] == [["Query"]] * len(PAGES)
    assert of_few[0][0][1] <= 2
