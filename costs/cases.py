"""The requests that are measured: at least one for each operation of the contract, with what it needs to be there."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import httpx

Case = Callable[[httpx.Client], httpx.Response]

# So many of each are there, so that each page of a list is a full one.
STORED = 120
BATCH = 30
DESCRIPTION = "Four buttons, a scroll ring and a ball of 55 mm. " * 4
_numbers = count(1)


def new_user() -> dict[str, Any]:
    return {"name": "Ada Lovelace", "email": f"ada.{next(_numbers):06}@example.com"}


def new_product() -> dict[str, Any]:
    return {
        "name": f"Trackball {next(_numbers):06}",
        "price": 45.5,
        "category": "mice",
        "description": DESCRIPTION.strip(),
    }


class World:
    """What is stored before anything is measured, and the requests."""

    def __init__(self, caller: httpx.Client) -> None:
        for _ in range(STORED // BATCH):
            self.users = _created(caller, "user", _batch_of(new_user)())
            self.products = _created(caller, "product", _batch_of(new_product)())
        for _ in range(BATCH):
            _adjusted(caller, self.products[0])

    def cases(self) -> Iterator[tuple[str, str, Case]]:
        """Operation, what of it, request. The name of a case is both."""
        user, product = f"/users/{self.users[0]}", f"/products/{self.products[0]}"
        stock = f"/inventory/{self.products[0]}"
        yield "list_users", "", lambda caller: caller.get("/users")
        yield "list_users", "by status", lambda caller: caller.get("/users", params={"status": "active"})
        yield (
            "list_users",
            "by address",
            lambda caller: caller.get("/users", params={"email": "ada.000001@example.com"}),
        )
        yield "get_user", "", lambda caller: caller.get(user)
        yield from _creating("create_user", "/users", new_user)
        yield from _creating("create_users", "/users/batch", _batch_of(new_user), f"of {BATCH}")
        yield "update_user", "", lambda caller: caller.put(user, json={"name": "Ada King"})
        yield "update_user", "to another address", lambda caller: caller.put(user, json={"email": new_user()["email"]})
        yield "delete_user", "", lambda caller: caller.delete(f"/users/{self.users[1]}")
        yield "list_products", "", lambda caller: caller.get("/products")
        yield "list_products", "by category", lambda caller: caller.get("/products", params={"category": "mice"})
        yield "get_product", "", lambda caller: caller.get(product)
        yield from _creating("create_product", "/products", new_product)
        yield from _creating("create_products", "/products/batch", _batch_of(new_product), f"of {BATCH}")
        yield "update_product", "", lambda caller: caller.put(product, json={"price": 46.5})
        yield "update_product", "to another category", lambda caller: caller.put(product, json={"category": "balls"})
        yield "delete_product", "", lambda caller: caller.delete(f"/products/{self.products[1]}")
        yield "list_inventory", "of 10", lambda caller: caller.get("/inventory", params=self._ten())
        yield "get_inventory", "", lambda caller: caller.get(stock)
        yield "update_inventory", "", lambda caller: caller.put(stock, json={"quantity": 1000})
        yield from _creating("adjust_inventory", f"{stock}/adjustments", lambda: {"delta": 1, "reason": "Counted"})
        yield "list_adjustments", "", lambda caller: caller.get(f"{stock}/adjustments")
        yield "get_health", "", lambda caller: caller.get("/health")
        yield "get_contract", "", lambda caller: caller.get("/openapi.json")
        # Every browser takes it compressed.
        yield "get_docs", "", lambda caller: caller.get("/docs", headers={"Accept-Encoding": "gzip"})

    def _ten(self) -> Mapping[str, list[str]]:
        return {"productId": self.products[:10]}


def _creating(operation: str, path: str, make: Callable[[], Any], what: str = "") -> Iterator[tuple[str, str, Case]]:
    """A POST: without a key, with one as long as a UUID, and sent again with the same one."""
    body, headers = make(), {"Idempotency-Key": operation.ljust(36, "-")}

    def keyed(caller: httpx.Client) -> httpx.Response:
        return caller.post(path, json=body, headers=headers)

    yield operation, what, lambda caller: caller.post(path, json=make())
    yield operation, f"{what} with a key".strip(), keyed
    yield operation, f"{what} sent again".strip(), keyed


def _batch_of(make: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: {"items": [make() for _ in range(BATCH)]}


def _created(caller: httpx.Client, kind: str, batch: Any) -> list[str]:
    reply = caller.post(f"/{kind}s/batch", json=batch).raise_for_status()
    return [each[kind][f"{kind}Id"] for each in reply.json()["results"]]


def _adjusted(caller: httpx.Client, product: str) -> None:
    caller.post(f"/inventory/{product}/adjustments", json={"delta": 100, "reason": "Counted"}).raise_for_status()
