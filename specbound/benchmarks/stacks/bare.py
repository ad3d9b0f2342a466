"""A dict of functions, json.loads and json.dumps: nothing is checked."""

import json
from typing import Any
from uuid import uuid4

from benchmarks.stacks.client_only import client
from benchmarks.workload import Event, headers, new_user, stored_user

__all__ = ["client", "handler"]


def handler(event: Event, context: Any) -> dict[str, Any]:
    return ROUTES[event["routeKey"]](event)


def _create_user(event: Event) -> dict[str, Any]:
    return _reply(201, new_user(json.loads(event["body"]), str(uuid4())))


def _get_user(event: Event) -> dict[str, Any]:
    return _reply(200, stored_user(event["pathParameters"]["userId"]))


def _reply(status: int, user: dict[str, Any]) -> dict[str, Any]:
    content_type = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers(user) | content_type, "body": json.dumps(user)}


ROUTES = {"POST /users": _create_user, "GET /users/{userId}": _get_user}
