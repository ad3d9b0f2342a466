"""The model's machine: one request after the other, each answered as the catalogue says, whatever the database does."""

from collections import Counter
from typing import Any, ClassVar

import boto3
import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from specbound.testing.callers import caller, empty
from tests import rows
from tests.model import inputs
from tests.model.catalogue import Ask, Catalogue, position
from tests.model.expectation import Body, Expected
from tests.model.preconditions import preconditions
from tests.model.striking import WRITES, Fault, faults, struck

NOWHERE = "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11"
BUSY, UNKNOWN = "urn:problem-type:service-unavailable", "urn:problem-type:outcome-unknown"
PATHS = {
    "user": "/users/{}", "users": "/users", "product": "/products/{}", "products": "/products",
    "inventory": "/inventory/{}", "adjustments": "/inventory/{}/adjustments",
}  # fmt: skip
OWN_PATHS = {
    "create_user": "/users", "create_users": "/users/batch", "create_product": "/products",
    "create_products": "/products/batch", "list_inventory": "/inventory", "adjust_inventory": PATHS["adjustments"],
}  # fmt: skip
METHODS = {"create": "POST", "adjust": "POST", "update": "PUT", "delete": "DELETE"}
MOST_SHOWN = 100


class Machine(RuleBasedStateMachine):
    """Asks the API in this process, over moto, and the catalogue what it must say."""

    met: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        empty()
        self.catalogue = Catalogue()
        self.made: dict[str, list[str]] = {"user": [], "product": []}
        self.places: list[str] = []
        self.callers = {each: caller(each) for each in ("local", "other")}
        self.met["runs"] += 1

    def teardown(self) -> None:
        """All of it is there, and nothing else: what is listed, and what the tables hold beside it."""
        self.send(Ask("list_users", query={"limit": MOST_SHOWN}))
        self.send(Ask("list_products", query={"limit": MOST_SHOWN}))
        self.send(Ask("list_inventory", query={"productId": [*self.made["product"], NOWHERE][:MOST_SHOWN]}))
        for key, made in self.catalogue.adjustments.items():
            if made:
                self.send(Ask("list_adjustments", key, query={"limit": MOST_SHOWN}))
        kept = rows.read(boto3.client("dynamodb"))
        rows.check(kept)
        assert len(kept["adjustments"]) == sum(map(len, self.catalogue.adjustments.values()))
        for each in self.callers.values():
            each.close()

    @initialize(user=inputs.new_users, product=inputs.new_products)
    def begin(self, user: Body, product: Body) -> None:
        self.ask("create_user", body=user)
        self.ask("create_product", body=product)

    @rule(new=inputs.new, key=inputs.keys, subject=inputs.subjects, fault=faults)
    def create(self, new: tuple[str, Body], **asked: Any) -> None:
        kind, body = new
        self.ask(f"create_{kind}", body=body, **asked)

    @rule(new=inputs.batches, key=inputs.keys, subject=inputs.subjects, fault=faults)
    def create_many(self, new: tuple[str, list[Body]], key: str | None, subject: str, fault: Fault | None) -> None:
        """Of a batch without a key each item may meet a fault by itself, so only one with a key meets any."""
        kind, items = new
        self.ask(f"create_{kind}", body={"items": items}, key=key, subject=subject, fault=fault if key else None)

    @rule(
        kind=st.sampled_from(["user", "product", "inventory"]),
        pick=inputs.picks,
        preconditions=preconditions,
        is_head=st.booleans(),
        fault=faults,
    )
    def get(self, kind: str, pick: int, **asked: Any) -> None:
        self.ask(f"get_{kind}", self.pick(kind, pick), **asked)

    @rule(changes=inputs.changes, pick=inputs.picks, preconditions=preconditions, fault=faults)
    def update(self, changes: tuple[str, Body], pick: int, **asked: Any) -> None:
        kind, body = changes
        self.ask(f"update_{kind}", self.pick(kind, pick), body=body, **asked)

    @rule(pick=inputs.picks, body=inputs.adjustments, key=inputs.keys, subject=inputs.subjects, fault=faults)
    def adjust_inventory(self, pick: int, **asked: Any) -> None:
        self.ask("adjust_inventory", self.pick("inventory", pick), **asked)

    @rule(kind=st.sampled_from(["user", "product"]), pick=inputs.picks, preconditions=preconditions, fault=faults)
    def delete(self, kind: str, pick: int, **asked: Any) -> None:
        self.ask(f"delete_{kind}", self.pick(kind, pick), **asked)

    @rule(query=inputs.lists, limit=inputs.limits, pick=inputs.picks, place=inputs.places, fault=faults)
    def look_through(
        self, query: tuple[str, Body], limit: int | None, pick: int, place: int | str | None, fault: Any
    ) -> None:
        """One page, from the beginning, from a place of this list or of any other, or from one that never was."""
        operation, asked = query
        if isinstance(place, int):
            place = self.places[place % len(self.places)] if self.places else None
        paging = {name: value for name, value in (("limit", limit), ("nextToken", place)) if value is not None}
        target = self.pick("inventory", pick) if operation == "list_adjustments" else ""
        self.ask(operation, target, query=asked | paging, fault=fault)

    @rule(kind=st.sampled_from(["users", "products"]), limit=st.integers(1, 3))
    def walk(self, kind: str, limit: int) -> None:
        """All pages of a list, by the cursors that it gives."""
        seen, query = [], {"limit": limit}
        while True:
            told = self.ask(f"list_{kind}", query=query).json()
            seen += [each[f"{kind[:-1]}Id"] for each in told["items"]]
            if "nextToken" not in told:
                break
            query = {"limit": limit, "nextToken": told["nextToken"]}
        assert sorted(seen) == sorted(getattr(self.catalogue, kind))

    @rule(
        email=inputs.addresses, status=st.sampled_from([{}, {"status": "active"}, {"status": "inactive"}]), fault=faults
    )
    def find_user(self, email: str, status: Body, fault: Fault | None) -> None:
        self.ask("list_users", query={"email": email, **status}, fault=fault)

    @rule(chosen=st.lists(inputs.picks, min_size=1, max_size=4), fault=faults)
    def look_up_stock(self, chosen: list[int], fault: Fault | None) -> None:
        wanted = list(dict.fromkeys(self.pick("inventory", each) for each in chosen))
        self.ask("list_inventory", query={"productId": wanted}, fault=fault)

    @rule(pick=inputs.picks, fault=faults)
    def send_again(self, pick: int, fault: Fault | None) -> None:
        """What was done under a key, the very same."""
        if self.catalogue.answers:
            first, _ = [*self.catalogue.answers.values()][pick % len(self.catalogue.answers)]
            self.send(first, fault)

    def ask(self, operation: str, target: str = "", fault: Fault | None = None, **asked: Any) -> httpx.Response:
        return self.send(Ask(operation, target, **asked), fault)

    def send(self, ask: Ask, fault: Fault | None = None) -> httpx.Response:
        """Send a request, and fail unless it is answered as it must be. Returns the last reply to it."""
        expected = self.catalogue.expected(ask)
        with struck(fault) as hit:
            reply = self.request(ask)
        self.met["requests"] += 1
        self.met["faults met"] += bool(hit)
        if hit and not (fault and fault.passes) and reply.status_code == 503:
            is_unheard = fault is not None and fault.may_be_done and hit[-1] in WRITES
            return self.settle(ask, expected, reply, is_unheard)
        expected.check(reply)
        self.commit(ask, expected, reply.json() if reply.content else {})
        self.catalogue.keep(ask, reply)
        return reply

    def settle(self, ask: Ask, expected: Expected, reply: httpx.Response, is_unheard: bool) -> httpx.Response:
        """Nothing was done, or nobody knows; but under a key, and of what only reads, the same request tells it.

        `is_unheard` where a write was sent that may have been done.
        """
        problem = BUSY if ask.is_head else reply.json()["type"]
        asks_again = reply.headers.get("retry-after") == "1"
        assert (problem, asks_again) in ((BUSY, True), (UNKNOWN, False)), reply.text
        if ask.key or _is_read(ask):
            assert problem == BUSY, reply.text
            return self.send(ask)
        assert problem == UNKNOWN or not is_unheard, f"{reply.text}\nthough a write was sent"
        done = None if expected.kind else self.seen(ask)
        assert done is None or problem == UNKNOWN, f"{reply.text}\nthough it was done: {done}"
        if done is not None:
            if expected.body is not None:
                expected.check_body(done)
            self.commit(ask, expected, done)
        return reply

    def commit(self, ask: Ask, expected: Expected, told: Body) -> None:
        expected.commit(told)
        for kind, made in self.made.items():
            now = [each for each in getattr(self.catalogue, f"{kind}s") if each not in made]
            made.extend(now)
            self.places += [position(getattr(self.catalogue, f"{kind}s")[each]["createdAt"], each) for each in now]
        if ask.operation == "adjust_inventory" and type(expected) is Expected and expected.status == 200:
            newest = self.request(Ask("list_adjustments", ask.target, query={"limit": 1})).json()["items"]
            adjusted = self.catalogue.adjusted(ask)
            adjusted.check_body(newest[0])
            adjusted.commit(newest[0])

    def seen(self, ask: Ask) -> Body | None:
        """What a write without a key has led to, as it would have told; None if it was not done."""
        if ask.operation == "create_user":
            found = self.request(Ask("list_users", query={"email": ask.body["email"]})).json()["items"]
            return found[0] if found else None
        if ask.operation == "create_product":
            listed = self.request(Ask("list_products", query={"limit": MOST_SHOWN})).json()["items"]
            new = [each for each in listed if each["productId"] not in self.catalogue.products]
            assert len(new) <= 1
            return new[0] if new else None
        kind = ask.operation.partition("_")[2]
        reply = self.request(Ask(f"get_{kind}", ask.target))
        if reply.status_code == 404:
            return {}
        things = {"user": self.catalogue.users, "product": self.catalogue.products, "inventory": self.catalogue.stock}
        return None if reply.json() == things[kind][ask.target] else reply.json()

    def request(self, ask: Ask) -> httpx.Response:
        verb, _, kind = ask.operation.partition("_")
        path = OWN_PATHS.get(ask.operation) or PATHS[kind]
        headers = ask.preconditions.headers(self.catalogue.version(ask)) | (
            {"idempotency-key": ask.key} if ask.key else {}
        )
        method = "HEAD" if ask.is_head else METHODS.get(verb, "GET")
        return self.callers[ask.subject].request(
            method, path.format(ask.target), params=ask.query, json=ask.body, headers=headers
        )

    def pick(self, kind: str, number: int) -> str:
        """One of those that there are, mostly, or else one that there was, or that there never was."""
        made = self.made["user" if kind == "user" else "product"]
        there = self.catalogue.users if kind == "user" else self.catalogue.products
        others = [*[each for each in made if each not in there][-1:], NOWHERE]
        if not there or number % 6 == 0:
            return others[number // 6 % len(others)]
        return [*there][number % len(there)]


def _is_read(ask: Ask) -> bool:
    return ask.operation.startswith(("get", "list"))
