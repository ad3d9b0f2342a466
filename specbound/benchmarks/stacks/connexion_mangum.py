"""Connexion, which checks requests and replies against this very contract; Mangum hands it API Gateway's events."""

import logging
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from connexion import AsyncApp
from connexion.resolver import Resolver
from mangum import Mangum

from benchmarks.stacks.client_only import client
from benchmarks.workload import headers, new_user, stored_user
from specbound.compiler.document import declarations, load

__all__ = ["client", "handler"]

JSON = {"content-type": "application/json"}
Answer = tuple[dict[str, Any], int, dict[str, str]]


async def create_user(body: dict[str, Any]) -> Answer:
    user = new_user(body, str(uuid4()))
    return user, HTTPStatus.CREATED, headers(user) | JSON


async def get_user(userId: str) -> Answer:
    return stored_user(userId), HTTPStatus.OK, {"etag": '"1"'} | JSON


async def other() -> None:
    """Stands for the operations that are not measured."""


# It writes a line for each bad request.
logging.getLogger("connexion").setLevel(logging.CRITICAL)
contract = load()
for each in declarations(contract):
    # The gateway has checked the token.
    each.definition["security"] = []
functions = {"create_user": create_user, "get_user": get_user}
app = AsyncApp(__name__)
app.add_api(
    contract,
    resolver=Resolver(lambda operation_id: functions.get(operation_id, other)),
    strict_validation=True,
    validate_responses=True,
)
handler = Mangum(app, lifespan="off")
