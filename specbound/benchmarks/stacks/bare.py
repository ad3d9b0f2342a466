"""A dict of functions, json.loads and json.dumps: nothing is checked."""

import json
from typing import Any

from benchmarks.stacks import storage
from benchmarks.stacks.storage import stub
from benchmarks.workload import Event

__all__ = ["LACKS", "handler", "stub"]

LACKS = ("POST with a key", "bad POST")


def handler(event: Event, context: Any) -> dict[str, Any]:
    return ROUTES[event["routeKey"]](event)


def _create(event: Event) -> dict[str, Any]:
    user = storage.create(json.loads(event["body"]))
    return _reply(201, user, storage.headers(user))


def _create_many(event: Event) -> dict[str, Any]:
    return _reply(200, storage.results(storage.create_many(json.loads(event["body"])["items"])))


def _get(event: Event) -> dict[str, Any]:
    user = storage.find(event["pathParameters"]["userId"])
    return _reply(200, user, storage.headers(user)) if user else _reply(404, {})


def _list(event: Event) -> dict[str, Any]:
    users = storage.newest(int(event.get("queryStringParameters", {}).get("limit", 20)))
    return _reply(200, {"items": users, "count": len(users)})


def _reply(status: int, body: Any, headers: Any = None) -> dict[str, Any]:
    return {
        "statusCode": status, "headers": {"content-type": "application/json", **(headers or {})},
        "body": json.dumps(body),
    }  # fmt: skip


ROUTES = {"POST /users": _create, "POST /users/batch": _create_many, "GET /users/{userId}": _get, "GET /users": _list}
