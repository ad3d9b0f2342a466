"""What holds when the contract changes seven times, and each change is taken back once: data outlives its versions."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import boto3
import orjson

from specbound import Api, Contract
from specbound.compiler.artefact import artefact
from specbound.operating import backfill
from specbound.operating.pace import Paced
from specbound.testing import aws_limits, empty
from tests.versioned.contracts import VERSIONS, Fields, contract, shown
from tests.versioned.handlers.orders import Orders, upgrades

PREFIX = "versions-"
# Since when, and until when, orders are listed by what.
LISTED_BY = {"gift": range(1, 6), "article": range(3, 8)}
CLAIMS = {"sub": "somebody", "scope": "orders/read orders/write"}
KETTLE = {"article": "Kettle", "pieces": 1}


class Cloud(Protocol):
    """Where a version is deployed, rolled back and called."""

    def deploy(self, version: int) -> None: ...

    def roll_back(self, version: int) -> None: ...

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]: ...


class InProcess:
    """moto's tables, and the API of a version in this process."""

    def __init__(self, folder: Path) -> None:
        empty()
        self._folder = folder
        self._client = boto3.client("dynamodb")

    def deploy(self, version: int) -> None:
        api, tables = self._api(version)
        for name, table in tables.items():
            self._make(PREFIX + name, table)
        aws_limits.know({PREFIX + name: table for name, table in tables.items()})
        self._fill(api)
        self._current = api

    def roll_back(self, version: int) -> None:
        self._current, _ = self._api(version)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        path, _, query = path.partition("?")
        headers = {"content-type": "application/json"} if body else {}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers | ({"idempotency-key": key} if key else {}),
            "body": json.dumps(body) if body else None,
            "requestContext": {
                "stage": "$default",
                "http": {"method": method, "path": path},
                "authorizer": {"jwt": {"claims": CLAIMS}},
            },
        }
        reply = self._current(event, None)
        return reply["statusCode"], json.loads(reply["body"])

    def _api(self, version: int) -> tuple[Api, Mapping[str, Any]]:
        file = self._folder / f"{version}.json"
        file.write_bytes(orjson.dumps(contract(version)))
        compiled = artefact(file)
        tables = compiled["infrastructure"]["tables"]
        environment = {f"TABLE_{name.upper()}": PREFIX + name for name in tables}
        kept: Contract[Any] = Contract(compiled, environment=environment, upgrades=upgrades(version))
        return Api(kept, [Orders(kept, version), Nothing()]), tables

    def _make(self, name: str, table: Any) -> None:
        """As Terraform does: the table if there is none, and each index that is missing or too many."""
        attributes = [{"AttributeName": key, "AttributeType": kind} for key, kind in table["attributes"].items()]
        indexes = {index: _index(index, each) for index, each in table["indexes"].items()}
        if name not in self._client.list_tables()["TableNames"]:
            self._client.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": table["hash_key"], "KeyType": "HASH"}],
                AttributeDefinitions=attributes,
                **({"GlobalSecondaryIndexes": list(indexes.values())} if indexes else {}),
            )
            return
        there = self._client.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])
        names = {each["IndexName"] for each in there}
        changes = [{"Create": each} for index, each in indexes.items() if index not in names]
        changes += [{"Delete": {"IndexName": index}} for index in names - indexes.keys()]
        for change in changes:
            self._client.update_table(
                TableName=name, AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=[change]
            )

    def _fill(self, api: Api) -> None:
        table = api.contract.tables.orders
        paced = Paced(self._client, rate=1e6)
        for stored in self._client.scan(TableName=table.stored_as)["Items"]:
            backfill.fill(table, paced, stored)


class Nothing:
    """Operations that none of this is about."""

    get_health = get_contract = get_docs = None


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
        for order_id in self._orders:
            assert self._call("GET", f"/orders/{order_id}") == (200, self._expected(order_id, version))
        for key, stamps in self._keys.items():
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
            status, page = self._call("GET", f"/orders?limit=5{query}{token}")
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


def test_every_version_shows_lists_and_changes_what_any_other_wrote(tmp_path: Path) -> None:
    cloud = InProcess(tmp_path)
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


def _index(name: str, index: Any) -> dict[str, Any]:
    keys = [
        {"AttributeName": index["hash_key"], "KeyType": "HASH"},
        {"AttributeName": index["range_key"], "KeyType": "RANGE"},
    ]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
