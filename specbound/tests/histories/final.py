"""What there is in the end: read from the tables, or, of a deployed API, from the API itself."""

from collections.abc import Sequence
from typing import Any

from specbound.local.embedded import PREFIX
from specbound.store.values import decode
from tests.histories.events import Event, Final, Row
from tests.histories.ways import Asked, Reply, Way

MOST_TRIES = 20


def of_tables(database: Any) -> Final:
    """Every item of every table, by an administrator's SDK client."""
    rows = {name: _scan(database, name) for name in ("users", "emails", "products", "inventory", "adjustments")}
    return Final(**rows, keys=len(_scan(database, "idempotency")))


def of_api(way: Way, events: Sequence[Event]) -> Final:
    """What a history left in an API that others use, too: of its own users and products, each as it is shown."""
    own = {
        thing: {each.item for each in events if each.thing == thing and each.item} for thing in ("users", "products")
    }
    users = [row for item in sorted(own["users"]) if (row := _one(way, f"/users/{item}"))]
    products = [row for item in sorted(own["products"]) if (row := _one(way, f"/products/{item}"))]
    stocks = [row for item in sorted(own["products"]) if (row := _one(way, f"/inventory/{item}"))]
    adjustments = [row for item in sorted(own["products"]) for row in _all(way, f"/inventory/{item}/adjustments")]
    return Final(users, products, stocks, adjustments)


def _scan(database: Any, table: str) -> list[Row]:
    pages = database.get_paginator("scan").paginate(TableName=PREFIX + table, ConsistentRead=True)
    return [decode(item) for page in pages for item in page["Items"]]


def _one(way: Way, path: str) -> Row | None:
    reply = _ask(way, path)
    return None if reply.status == 404 else reply.body


def _all(way: Way, path: str) -> list[Row]:
    rows, token = list[Row](), ""
    while True:
        reply = _ask(way, path, "limit=100" + (f"&nextToken={token}" if token else ""))
        if reply.status == 404:
            return rows
        rows += reply.body["items"]
        token = reply.body.get("nextToken", "")
        if not token:
            return rows


def _ask(way: Way, path: str, query: str = "") -> Reply:
    for _ in range(MOST_TRIES):
        reply = way.send(Asked("GET", path, query))
        if reply and reply.status in (200, 404):
            return reply
    raise ConnectionError(f"GET {path} is not answered.")
