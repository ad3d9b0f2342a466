"""What callers do while versions come and go; and what each order must be since, whichever version shows it."""

from typing import Any, Protocol

from tests.versioned.contracts import VERSIONS, Fields, shown

# Since when, and until when, orders are listed by what.
LISTED_BY = {"gift": range(1, 6), "article": range(3, 8)}
KETTLE = {"article": "Kettle", "pieces": 1}


class Cloud(Protocol):
    """Where a version is deployed, rolled back and called."""

    def deploy(self, version: int) -> None: ...

    def roll_back(self, version: int) -> None: ...

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]: ...


class Story:
    """What callers do, whichever version is there; and what each order must be since."""

    def __init__(self, cloud: Cloud) -> None:
        self._call = cloud.call
        # In the order of their creation: all that any version stored of it, and its version and times.
        self._orders: dict[str, Fields] = {}
        self._stamps: dict[str, Fields] = {}
        self._keys: dict[str, Fields] = {}

    def goes_on(self, version: int) -> None:
        """Everything is as it must be for a version; then this version writes, and so it is again."""
        self._look(version)
        self._place(version)
        for order_id in list(self._orders)[-4:]:
            self._change(order_id, version)
        self._look(version)

    def _look(self, version: int) -> None:
        # All of them are in the list; one alone is shown in the same way.
        for order_id in [*list(self._orders)[:3], *list(self._orders)[-3:]]:
            assert self._call("GET", f"/orders/{order_id}") == (200, self._expected(order_id, version))
        for key, stamps in list(self._keys.items())[-3:]:
            assert self._call("POST", "/orders", KETTLE, key) == (201, shown(KETTLE, version) | stamps)
        assert self._listed("") == [self._expected(each, version) for each in reversed(self._orders)]
        for name, versions in LISTED_BY.items():
            if version in versions:
                for value in {stored[name] for stored in self._orders.values() if stored.get(name)}:
                    expected = [each for each in reversed(self._orders) if self._orders[each].get(name) == value]
                    assert [each["orderId"] for each in self._listed(f"&{name}={value}")] == expected

    def _listed(self, query: str) -> list[Any]:
        found, token = [], ""
        while True:
            status, page = self._call("GET", f"/orders?limit=15{query}{token}")
            assert status == 200, page
            found += page["items"]
            if "nextToken" not in page:
                return found
            token = f"&nextToken={page['nextToken']}"

    def _place(self, version: int) -> None:
        """One with all that the version knows, one with no more than it asks for, and one under a key."""
        full = {"article": "Teapot", "pieces": 5 if version >= 5 else 40, "gift": "birthday"}
        full |= shown({**full, "address": {"street": "Main", "city": "Ulm"}, "note": "Handle with care"}, version)
        for given in (full, KETTLE):
            self._keep({**given}, self._call("POST", "/orders", given))
        key = f"key-{len(self._orders)}"
        order_id = self._keep({**KETTLE}, self._call("POST", "/orders", KETTLE, key))
        self._keys[key] = self._stamps[order_id]

    def _keep(self, fields: Fields, answer: tuple[int, Any]) -> str:
        status, order = answer
        assert status == 201, order
        order_id: str = order["orderId"]
        self._orders[order_id] = fields
        self._stamps[order_id] = _stamps(order)
        return order_id

    def _change(self, order_id: str, version: int) -> None:
        """All that can be changed. A city that this version does not know stays where it is."""
        change: Fields = {"address": {"street": f"{version} Side"}, "gift": "wedding"}
        if version >= 2:
            change |= {"address": {"street": f"{version} Side", "city": "Bonn"}, "note": f"of version {version}"}
        kept = self._orders[order_id].get("address", {}) if version < 2 else {}
        status, order = self._call("PUT", f"/orders/{order_id}", change)

        stored = self._orders[order_id] = self._orders[order_id] | change
        stored["address"] = kept | change["address"]
        self._stamps[order_id] = _stamps(order) | {"version": self._stamps[order_id]["version"] + 1}
        assert (status, order) == (200, self._expected(order_id, version))

    def _expected(self, order_id: str, version: int) -> Fields:
        return shown(self._orders[order_id], version) | self._stamps[order_id]


def tell(cloud: Cloud) -> None:
    """Each version is deployed, taken back once, and deployed again; every one writes, and reads what any wrote."""
    story = Story(cloud)
    for version in VERSIONS:
        cloud.deploy(version)
        story.goes_on(version)
        if version > 1:
            cloud.roll_back(version - 1)
            story.goes_on(version - 1)
            cloud.deploy(version)
            story.goes_on(version)


def _stamps(order: Fields) -> Fields:
    return {name: order[name] for name in ("orderId", "version", "createdAt", "updatedAt")}
