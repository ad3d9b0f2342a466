"""HTTP transport to the deployed API: the environment says where that, its issuer and its tables are."""

import os
import time
from typing import Any

import boto3
import httpx

from specbound.compiled import CompiledTable, read
from specbound.local.gateway import powers
from specbound.settings import region

# What API Gateway writes on every reply, another time another thing.
STAMPS = ("apigw-requestid", "date")


class OverHttp(httpx.BaseTransport):
    """Sends requests to a base URL, whatever its host and path."""

    def __init__(self, url: str) -> None:
        self._base = httpx.URL(url)
        self._transport = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = self._base.copy_with(raw_path=self._base.raw_path + request.url.raw_path)
        headers = request.headers.copy()
        headers["host"] = self._base.netloc.decode()
        forwarded = httpx.Request(request.method, target, headers=headers, stream=request.stream)
        response = self._transport.handle_request(forwarded)
        for name in STAMPS:
            response.headers.pop(name, None)
        return response

    def close(self) -> None:
        self._transport.close()


def token(name: str) -> str:
    """A token whose subject may do what the local gateway's token of this name may do."""
    scopes = powers(set(read()["infrastructure"]["scopes"])).get(name, ())
    form = {"client_id": name, "scope": " ".join(sorted(scopes))}
    issued = httpx.post(f"{os.environ['ISSUER_URL']}/oauth2/token", data=form).raise_for_status().json()
    return str(issued["access_token"])


def empty() -> None:
    """Remove all items."""
    database: Any = boto3.client("dynamodb", region_name=region() or None)
    for name, table in read()["tables"].items():
        _empty(database, os.environ[f"TABLE_{name.upper()}"], _keys(table))


def settle(request: httpx.Request) -> None:
    """Before a list is read, wait until indexes have what tables have: DynamoDB writes them a moment later.

    It gives up after some seconds, and lets whoever reads the list judge.
    """
    compiled = read()
    name = compiled["routes"].get(f"{request.method} {request.url.path}", "")
    if name and any(each["name"] == "nextToken" for each in compiled["operations"][name]["parameters"]):
        wait_for_indexes(boto3.client("dynamodb", region_name=region() or None))


def wait_for_indexes(database: Any, patience_seconds: float = 10) -> None:
    """Wait until every index lists each item as its table holds it, for some seconds at most."""
    deadline = time.monotonic() + patience_seconds
    for name, table in read()["tables"].items():
        stored_as, keys = os.environ[f"TABLE_{name.upper()}"], _keys(table)
        for index, each in table["indexes"].items():
            while time.monotonic() < deadline:
                items = _items(database, TableName=stored_as, ConsistentRead=True)
                held = [item for item in items if {each["partition"], each["position"]} <= item.keys()]
                if _seen(held, keys) == _seen(_items(database, TableName=stored_as, IndexName=index), keys):
                    break
                time.sleep(0.1)


def _items(database: Any, **where: Any) -> list[dict[str, Any]]:
    pages = database.get_paginator("scan").paginate(**where)
    return [item for page in pages for item in page["Items"]]


def _keys(table: CompiledTable) -> list[str]:
    return [each for each in (table["key"], table.get("range_key")) if each]


def _seen(items: list[dict[str, Any]], keys: list[str]) -> set[str]:
    """Which items these are, each at which version."""
    return {str([item.get(name) for name in (*keys, "version")]) for item in items}


def _empty(database: Any, table: str, keys: list[str]) -> None:
    for item in _items(database, TableName=table):
        database.delete_item(TableName=table, Key={name: item[name] for name in keys})
