"""What the tables really hold, and what must hold between them whatever callers did."""

from typing import Any

from specbound.store.table import Item
from specbound.store.values import decode
from tests.subject import table_name

TABLES = ("users", "emails", "products", "inventory", "adjustments")
Rows = dict[str, list[Item]]


def read(database: Any) -> Rows:
    """Every item of every table of the API's own data."""
    return {table: _scan(database, table) for table in TABLES}


def check(rows: Rows) -> None:
    """Fail the test if an address or a stock is without its owner, or the other way round."""
    assert len(rows["users"]) == len(rows["emails"])
    assert {user["email"].lower(): user["userId"] for user in rows["users"]} == {
        each["email"]: each["userId"] for each in rows["emails"]
    }
    assert {each["productId"] for each in rows["products"]} == {each["productId"] for each in rows["inventory"]}
    assert all(each["quantity"] >= 0 for each in rows["inventory"])


def _scan(database: Any, table: str) -> list[Item]:
    pages = database.get_paginator("scan").paginate(TableName=table_name(table), ConsistentRead=True)
    return [decode(item) for page in pages for item in page["Items"]]
