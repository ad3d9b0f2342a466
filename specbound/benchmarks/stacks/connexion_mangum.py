"""Connexion, which checks requests and replies against this very contract; Mangum hands it API Gateway's events."""

import logging
from http import HTTPStatus
from typing import Any

from connexion import AsyncApp
from connexion.resolver import Resolver
from mangum import Mangum

from benchmarks.stacks import storage
from benchmarks.stacks.storage import stub
from specbound.compiler.document import declarations, load

__all__ = ["LACKS", "handler", "stub"]

LACKS = ("POST with a key",)
JSON = {"content-type": "application/json"}
NOT_FOUND = {
    "type": "urn:problem-type:not-found", "title": "Not Found", "status": 404, "detail": "There is no such user.",
}  # fmt: skip
Answer = tuple[dict[str, Any], int, dict[str, str]]


async def create_user(body: dict[str, Any]) -> Answer:
    user = storage.create(body)
    return user, HTTPStatus.CREATED, storage.headers(user) | JSON


async def create_users(body: dict[str, Any]) -> Answer:
    return storage.results(storage.create_many(body["items"])), HTTPStatus.OK, JSON


async def get_user(userId: str) -> Any:
    user = storage.find(userId)
    if user is None:
        return NOT_FOUND, HTTPStatus.NOT_FOUND, {"content-type": "application/problem+json"}
    return user, HTTPStatus.OK, {"etag": storage.headers(user)["etag"]} | JSON


async def list_users(limit: int = 20, **_: Any) -> Answer:
    users = storage.newest(limit)
    return {"items": users, "count": len(users)}, HTTPStatus.OK, JSON


async def other() -> None:
    """Stands for the operations that are not measured."""


# It writes a line for each bad request.
logging.getLogger("connexion").setLevel(logging.CRITICAL)
contract = load()
for each in declarations(contract):
    # The gateway has checked the token.
    each.definition["security"] = []
functions = {each.__name__: each for each in (create_user, create_users, get_user, list_users)}
app = AsyncApp(__name__)
app.add_api(
    contract,
    resolver=Resolver(lambda operation_id: functions.get(operation_id, other)),
    strict_validation=True,
    validate_responses=True,
)
handler = Mangum(app, lifespan="off")
