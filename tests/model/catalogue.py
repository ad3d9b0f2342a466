"""The catalogue as the contract promises it, without a line of the API's own: what it holds, and answers next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.model.expectation import Again, Batch, Body, Expected, page
from tests.model.preconditions import Preconditions

MOST = 1_000_000_000
DEFAULT_LIMIT = 20
REUSED = Expected(422, "idempotency-key-reused")
MISSING = Expected(404, "not-found")
FAILED = Expected(412, "precondition-failed")


@dataclass(frozen=True)
class Ask:
    """A request: the operation, what it is about, and what is sent. A key is one of the subject's for the operation."""

    operation: str
    target: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    preconditions: Preconditions = field(default_factory=Preconditions)
    key: str | None = None
    subject: str = "local"
    is_head: bool = False


class Catalogue:
    """Users, products, their stock and its adjustments, by their ids as they are shown; and answers kept under keys."""

    def __init__(self) -> None:
        self.users: dict[str, Body] = {}
        self.products: dict[str, Body] = {}
        self.stock: dict[str, Body] = {}
        self.adjustments: dict[str, list[Body]] = {}
        self.answers: dict[tuple[str, str, str], tuple[Ask, httpx.Response]] = {}

    def expected(self, ask: Ask) -> Expected:
        """What a request must be answered now, and what it does."""
        if ask.key and (kept := self.answers.get((ask.subject, ask.operation, ask.key))):
            first, reply = kept
            is_same = (first.target, first.body) == (ask.target, ask.body)
            return Again(reply.status_code, first=reply) if is_same else REUSED
        found: Expected = getattr(self, f"_{ask.operation}")(ask)
        return found

    def keep(self, ask: Ask, reply: httpx.Response) -> None:
        """An answer is kept under its request's key if that was done; else it may be done later."""
        if ask.key and reply.is_success:
            self.answers.setdefault((ask.subject, ask.operation, ask.key), (ask, reply))

    def version(self, ask: Ask) -> int:
        """Of what a request is about; 0 of what is not there."""
        things = self.stock if ask.operation.endswith("inventory") else {**self.users, **self.products}
        return int(things.get(ask.target, {}).get("version", 0))

    def owner(self, email: str) -> Body | None:
        """Who has an address, which is compared without regard to case and surrounding space."""
        return next((each for each in self.users.values() if each["email"].lower() == email.strip().lower()), None)

    def _create_user(self, ask: Ask) -> Expected:
        given = ask.body | {"email": ask.body["email"].strip()}
        if self.owner(given["email"]):
            return Expected(409, "email-taken")
        body = given | {"status": "active", "version": 1}
        return Expected(201, "", body, ("userId", "createdAt", "updatedAt"), 1, self._add_user)

    def _create_users(self, ask: Ask) -> Expected:
        taken, items = set(), []
        for each in ask.body["items"]:
            address = each["email"].strip().lower()
            one = Expected(409, "email-taken") if address in taken else self._create_user(Ask("", body=each))
            taken |= {address}
            items.append(one)
        return _batch("user", items)

    def _get_user(self, ask: Ask) -> Expected:
        return _read(self.users, ask)

    def _update_user(self, ask: Ask) -> Expected:
        changes = dict(ask.body)
        if "email" in changes:
            changes["email"] = changes["email"].strip()
        expected = _change(self.users, ask, changes)
        owner = self.owner(changes.get("email", ""))
        taken = owner is not None and owner["userId"] != ask.target
        return Expected(409, "email-taken") if taken and expected.status == 200 else expected

    def _delete_user(self, ask: Ask) -> Expected:
        return _remove(self.users, ask, lambda: self.users.pop(ask.target))

    def _list_users(self, ask: Ask) -> Expected:
        status, email = ask.query.get("status"), ask.query.get("email")
        users = [each for each in self.users.values() if status in (None, each["status"])]
        if email is None:
            return _page(users, "userId", ask)
        owner = self.owner(email)
        return Expected(200, body=page([owner] if owner in users and owner else [], 1, str))

    def _create_product(self, ask: Ask) -> Expected:
        body = {name: value for name, value in ask.body.items() if name != "initialQuantity"} | {"version": 1}
        quantity = ask.body.get("initialQuantity", 0)

        def commit(told: Body) -> None:
            key = told["productId"]
            self.products[key] = told
            self.stock[key] = {"productId": key, "quantity": quantity, "version": 1, "updatedAt": told["createdAt"]}
            self.adjustments[key] = []

        return Expected(201, "", body, ("productId", "createdAt", "updatedAt"), 1, commit)

    def _create_products(self, ask: Ask) -> Expected:
        return _batch("product", [self._create_product(Ask("", body=each)) for each in ask.body["items"]])

    def _get_product(self, ask: Ask) -> Expected:
        return _read(self.products, ask)

    def _update_product(self, ask: Ask) -> Expected:
        return _change(self.products, ask, ask.body)

    def _delete_product(self, ask: Ask) -> Expected:
        return _remove(self.products, ask, lambda: (self.products.pop(ask.target), self.stock.pop(ask.target)))

    def _list_products(self, ask: Ask) -> Expected:
        category = ask.query.get("category")
        products = [each for each in self.products.values() if category in (None, each["category"])]
        return _page(products, "productId", ask)

    def _get_inventory(self, ask: Ask) -> Expected:
        return _read(self.stock, ask)

    def _update_inventory(self, ask: Ask) -> Expected:
        return _change(self.stock, ask, ask.body)

    def _list_inventory(self, ask: Ask) -> Expected:
        found = [self.stock[key] for key in ask.query["productId"] if key in self.stock]
        return Expected(200, body=page(found, len(found) + 1, str))

    def _adjust_inventory(self, ask: Ask) -> Expected:
        stock = self.stock.get(ask.target)
        if stock is None:
            return MISSING
        quantity = stock["quantity"] + ask.body["delta"]
        if not 0 <= quantity <= MOST:
            return Expected(409, "stock-exceeded")
        return _change(self.stock, ask, {"quantity": quantity})

    def adjusted(self, ask: Ask) -> Expected:
        """What the newest adjustment must be now that this one was done."""
        body = ask.body | {"productId": ask.target, "subject": ask.subject}
        commit = self.adjustments[ask.target].append
        return Expected(200, "", body, ("adjustmentId", "createdAt"), commit=commit)

    def _list_adjustments(self, ask: Ask) -> Expected:
        # They outlive the product; of one that is not there, and of which there are none, nothing is known.
        found = _page(self.adjustments.get(ask.target, []), "adjustmentId", ask)
        return found if found.body["items"] or ask.target in self.stock else MISSING

    def _add_user(self, told: Body) -> None:
        self.users[told["userId"]] = told


def position(created: str, key: str) -> str:
    """A place in a list, as the contract describes `nextToken`: 14 hex digits of time, 32 of the id."""
    microseconds = (datetime.fromisoformat(created) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{microseconds:014x}{key.replace('-', '')}"


def _page(things: list[Body], key: str, ask: Ask) -> Expected:
    """Newest first, behind the place where it goes on."""

    def place(thing: Body) -> str:
        return position(thing["createdAt"], thing[key])

    listed = sorted(things, key=place, reverse=True)
    after = ask.query.get("nextToken")
    found = [each for each in listed if after is None or place(each) < after]
    return Expected(200, body=page(found, ask.query.get("limit", DEFAULT_LIMIT), place))


def _read(things: Mapping[str, Body], ask: Ask) -> Expected:
    thing = things.get(ask.target)
    if thing is None:
        return MISSING
    if not ask.preconditions.holds:
        return FAILED
    if ask.preconditions.is_known:
        return Expected(304, version=thing["version"])
    return Expected(200, "", thing, (), thing["version"])


def _change(things: dict[str, Body], ask: Ask, changes: Body) -> Expected:
    thing = things.get(ask.target)
    if thing is None:
        return MISSING
    if not ask.preconditions.holds or ask.preconditions.is_known:
        return FAILED
    version = thing["version"] + 1
    body = {name: value for name, value in thing.items() if name != "updatedAt"} | changes | {"version": version}

    def commit(told: Body) -> None:
        things[ask.target] = told

    return Expected(200, "", body, ("updatedAt",), version, commit, after=thing["updatedAt"])


def _remove(things: Mapping[str, Body], ask: Ask, end: Any) -> Expected:
    if ask.target not in things:
        return MISSING
    if not ask.preconditions.holds or ask.preconditions.is_known:
        return FAILED
    return Expected(204, commit=lambda _: end())


def _batch(name: str, items: list[Expected]) -> Expected:
    def commit(told: Body) -> None:
        for result, each in zip(told["results"], items, strict=True):
            if not each.kind:
                each.commit(result[name])

    return Batch(200, commit=commit, body={}, name=name, items=items)
