"""The requests that are measured: at least one for each operation of the contract, with what it needs to be there."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

import httpx

Send = Callable[[httpx.Client], httpx.Response]

# So many of each are there, so that each page of a list is a full one.
STORED = 120
BATCH = 30
# Of the first user.
ADDRESS = "ada.000001@example.com"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
DESCRIPTION = "Four buttons, a scroll ring and a ball of 55 mm. " * 4
_numbers = count(1)


class Case(NamedTuple):
    """A request of an operation, what of it, and the status that it is refused with; None for one that is done."""

    operation: str
    what: str
    send: Send
    status: int | None = None


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

    def cases(self) -> Iterator[Case]:
        """All, those that are refused behind those of their operation that are done."""
        done, refused = list(self._done()), list(self._refused())
        for operation in dict.fromkeys(each.operation for each in done):
            yield from (each for each in (*done, *refused) if each.operation == operation)

    def _done(self) -> Iterator[Case]:
        user, product = f"/users/{self.users[0]}", f"/products/{self.products[0]}"
        stock = f"/inventory/{self.products[0]}"
        yield Case("list_users", "", lambda caller: caller.get("/users"))
        yield Case("list_users", "by status", lambda caller: caller.get("/users", params={"status": "active"}))
        yield Case(
            "list_users",
            "by address",
            lambda caller: caller.get("/users", params={"email": ADDRESS}),
        )
        yield Case("get_user", "", lambda caller: caller.get(user))
        yield from _creating("create_user", "/users", new_user)
        yield from _creating("create_users", "/users/batch", _batch_of(new_user), f"of {BATCH}")
        yield Case("update_user", "", lambda caller: caller.put(user, json={"name": "Ada King"}))
        yield Case(
            "update_user", "to another address", lambda caller: caller.put(user, json={"email": new_user()["email"]})
        )
        yield Case("delete_user", "", lambda caller: caller.delete(f"/users/{self.users[1]}"))
        yield Case("list_products", "", lambda caller: caller.get("/products"))
        yield Case("list_products", "by category", lambda caller: caller.get("/products", params={"category": "mice"}))
        yield Case("get_product", "", lambda caller: caller.get(product))
        yield from _creating("create_product", "/products", new_product)
        yield from _creating("create_products", "/products/batch", _batch_of(new_product), f"of {BATCH}")
        yield Case("update_product", "", lambda caller: caller.put(product, json={"price": 46.5}))
        yield Case(
            "update_product", "to another category", lambda caller: caller.put(product, json={"category": "balls"})
        )
        yield Case("delete_product", "", lambda caller: caller.delete(f"/products/{self.products[1]}"))
        yield Case("list_inventory", "of 10", lambda caller: caller.get("/inventory", params=self._ten()))
        yield Case("get_inventory", "", lambda caller: caller.get(stock))
        yield Case("update_inventory", "", lambda caller: caller.put(stock, json={"quantity": 1000}))
        yield from _creating("adjust_inventory", f"{stock}/adjustments", lambda: {"delta": 1, "reason": "Counted"})
        yield Case("list_adjustments", "", lambda caller: caller.get(f"{stock}/adjustments"))
        yield Case("get_health", "", lambda caller: caller.get("/health"))
        yield Case("get_contract", "", lambda caller: caller.get("/openapi.json"))
        # Every browser takes it compressed.
        yield Case("get_docs", "", lambda caller: caller.get("/docs", headers={"Accept-Encoding": "gzip"}))

    def _refused(self) -> Iterator[Case]:
        user, stock = f"/users/{self.users[0]}", f"/inventory/{self.products[0]}"
        taken = {"name": "Ada King", "email": ADDRESS}
        tens = [new_user() if number % 3 else taken for number in range(BATCH)]
        old = {"If-Match": '"9"'}
        yield Case("list_users", "refused: limit", lambda caller: caller.get("/users", params={"limit": 0}), 400)
        yield Case("get_user", "refused: unknown", lambda caller: caller.get(f"/users/{UNKNOWN}"), 404)
        yield Case("create_user", "refused: body", lambda caller: caller.post("/users", json={"name": "A"}), 400)
        yield Case("create_user", "refused: taken", lambda caller: caller.post("/users", json=taken), 409)
        yield Case(
            "create_users",
            f"of {BATCH}, of which {BATCH // 3} are refused",
            lambda caller: caller.post("/users/batch", json={"items": tens}),
        )
        yield Case(
            "update_user", "refused: taken", lambda caller: caller.put(user, json={"email": taken["email"]}), 409
        )
        yield Case(
            "update_user", "refused: If-Match", lambda caller: caller.put(user, json={"name": "Ada"}, headers=old), 412
        )
        yield Case(
            "adjust_inventory",
            "refused: stock",
            lambda caller: caller.post(f"{stock}/adjustments", json={"delta": -999_999}),
            409,
        )

    def _ten(self) -> Mapping[str, list[str]]:
        return {"productId": self.products[:10]}


def _creating(operation: str, path: str, make: Callable[[], Any], what: str = "") -> Iterator[Case]:
    """A POST: without a key, with one as long as a UUID, and sent again with the same one."""
    body, headers = make(), {"Idempotency-Key": operation.ljust(36, "-")}

    def keyed(caller: httpx.Client) -> httpx.Response:
        return caller.post(path, json=body, headers=headers)

    yield Case(operation, what, lambda caller: caller.post(path, json=make()))
    yield Case(operation, f"{what} with a key".strip(), keyed)
    yield Case(operation, f"{what} sent again".strip(), keyed)


def _batch_of(make: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: {"items": [make() for _ in range(BATCH)]}


def _created(caller: httpx.Client, kind: str, batch: Any) -> list[str]:
    reply = caller.post(f"/{kind}s/batch", json=batch).raise_for_status()
    return [each[kind][f"{kind}Id"] for each in reply.json()["results"]]


def _adjusted(caller: httpx.Client, product: str) -> None:
    caller.post(f"/inventory/{product}/adjustments", json={"delta": 100, "reason": "Counted"}).raise_for_status()
