"""The backfill of a few items, as `specbound backfill` does it with many."""

from typing import Any

from specbound.operating import backfill
from specbound.operating.pace import Paced
from specbound.store.table import AnyTable


def fill(client: Any, table: AnyTable) -> None:
    """List what is stored in the indexes that the table has in its contract."""
    paced = Paced(client, rate=1e6)
    for page in client.get_paginator("scan").paginate(TableName=table.stored_as):
        for stored in page["Items"]:
            backfill.fill(table, paced, stored)
