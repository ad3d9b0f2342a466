"""Every operation that writes: a request for it, what the request needs, and how the tables show that it was done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.ministack.rows import Rows

AT_FIRST = {"if-match": '"1"'}
Make = Callable[[httpx.Client, str], "Writing"]


@dataclass(frozen=True)
class Writing:
    """One request. `effects` counts what it was meant to do: when it was done once, every count is 1."""

    method: str
    path: str
    effects: Callable[[Rows], list[int]]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def create_user(client: httpx.Client, name: str) -> Writing:
    return Writing("POST", "/users", _made("users", name), _user(name))


def create_users(client: httpx.Client, name: str) -> Writing:
    names = [f"{name}-1", f"{name}-2"]
    return Writing("POST", "/users/batch", _made("users", *names), {"items": [_user(each) for each in names]})


def update_user(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_user(client, name)
    return Writing("PUT", path, changes, {"name": "Ada King"}, AT_FIRST)


def move_user(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_user(client, name)
    return Writing("PUT", path, changes, {"email": f"new-{name}@example.com"}, AT_FIRST)


def delete_user(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_user(client, name)
    return Writing("DELETE", path, changes, headers=AT_FIRST)


def create_product(client: httpx.Client, name: str) -> Writing:
    return Writing("POST", "/products", _made("products", name), _product(name))


def create_products(client: httpx.Client, name: str) -> Writing:
    names = [f"{name}-1", f"{name}-2"]
    return Writing("POST", "/products/batch", _made("products", *names), {"items": [_product(each) for each in names]})


def update_product(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_product(client, name, "products")
    return Writing("PUT", path, changes, {"price": 0.99}, AT_FIRST)


def delete_product(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_product(client, name, "products")
    return Writing("DELETE", path, changes, headers=AT_FIRST)


def update_inventory(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_product(client, name, "inventory")
    return Writing("PUT", path, changes, {"quantity": 7}, AT_FIRST)


def adjust_inventory(client: httpx.Client, name: str) -> Writing:
    path, changes = _existing_product(client, name, "inventory")
    product_id = path.rpartition("/")[2]

    def effects(rows: Rows) -> list[int]:
        taken = [10 - stock["quantity"] for stock in rows["inventory"] if stock["productId"] == product_id]
        kept = sum(each["productId"] == product_id for each in rows["adjustments"])
        return [*taken, kept, *changes(rows)]

    return Writing("POST", f"{path}/adjustments", effects, {"delta": -1})


def _user(name: str) -> dict[str, Any]:
    return {"name": name, "email": f"{name}@example.com"}


def _product(name: str) -> dict[str, Any]:
    return {"name": name, "price": 45, "category": "mice", "initialQuantity": 10}


def _made(table: str, *names: str) -> Callable[[Rows], list[int]]:
    """How often there is an item of each name."""
    return lambda rows: [sum(item["name"] == name for item in rows[table]) for name in names]


def _existing_user(client: httpx.Client, name: str) -> tuple[str, Callable[[Rows], list[int]]]:
    user_id = client.post("/users", json=_user(name)).json()["userId"]
    return f"/users/{user_id}", _changes("users", "userId", user_id)


def _existing_product(client: httpx.Client, name: str, table: str) -> tuple[str, Callable[[Rows], list[int]]]:
    product_id = client.post("/products", json=_product(name)).json()["productId"]
    return f"/{table}/{product_id}", _changes(table, "productId", product_id)


def _changes(table: str, key: str, value: str) -> Callable[[Rows], list[int]]:
    """How often the item was changed; its end is one change, too."""
    return lambda rows: [next((item["version"] - 1 for item in rows[table] if item[key] == value), 1)]


def ways() -> Iterator[tuple[Make, bool, list[str]]]:
    """Each way of writing, whether it has an Idempotency-Key, and what it asks of the database."""
    for make, calls in _CALLS.items():
        yield make, False, calls
        if make.__name__.startswith(("create", "adjust")):
            # The record of the key is written with what is done under it.
            yield make, True, [call.replace("UpdateItem", "TransactWriteItems") for call in calls]


_CALLS: dict[Make, list[str]] = {
    create_user: ["TransactWriteItems"],
    create_users: ["BatchGetItem", "TransactWriteItems"],
    update_user: ["GetItem", "UpdateItem"],
    move_user: ["GetItem", "TransactWriteItems"],
    delete_user: ["GetItem", "TransactWriteItems"],
    create_product: ["TransactWriteItems"],
    create_products: ["TransactWriteItems"],
    update_product: ["GetItem", "UpdateItem"],
    delete_product: ["GetItem", "TransactWriteItems"],
    update_inventory: ["GetItem", "UpdateItem"],
    adjust_inventory: ["TransactWriteItems", "GetItem", "UpdateItem"],
}
