"""HTTP transport to the deployed API: the environment says where that, its issuer and its tables are."""

import os
from typing import Any

import boto3
import httpx

from specbound.compiled import read
from specbound.local.gateway import powers

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
    database: Any = boto3.client("dynamodb")
    for name, table in read()["tables"].items():
        _empty(database, os.environ[f"TABLE_{name.upper()}"], table["key"])


def _empty(database: Any, table: str, key: str) -> None:
    for page in database.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            database.delete_item(TableName=table, Key={key: item[key]})
