"""Powertools' event handler with its own validation of requests and replies (pydantic), and its idempotency."""

import json
import os
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from benchmarks.stacks import storage
from benchmarks.stacks.models import LIMIT, UUID, NewUser, NewUsers, Page, Results, User
from benchmarks.stacks.storage import stub
from benchmarks.workload import KEY, Event

__all__ = ["LACKS", "handler", "stub"]

LACKS = ()
app = APIGatewayHttpResolver(enable_validation=True)
records: BasePersistenceLayer = DynamoDBPersistenceLayer(table_name=os.environ["TABLE_IDEMPOTENCY"])


@app.post("/users")
def create_user(body: NewUser) -> Response[User]:
    user = storage.create(body.model_dump())
    return Response(HTTPStatus.CREATED, "application/json", User(**user), storage.headers(user))


@app.post("/users/batch")
def create_users(body: NewUsers) -> Results:
    return Results(**storage.results(storage.create_many([each.model_dump() for each in body.items])))


@app.get("/users/<user_id>")
def get_user(user_id: Annotated[str, Path(pattern=UUID)]) -> Response[User]:
    user = storage.find(user_id)
    if user is None:
        raise NotFoundError("There is no such user.")
    return Response(HTTPStatus.OK, "application/json", User(**user), storage.headers(user))


@app.get("/users")
def list_users(limit: Annotated[int, Query(ge=LIMIT.metadata[0].ge, le=LIMIT.metadata[1].le)] = 20) -> Page:
    users = storage.newest(limit)
    return Page(items=users, count=len(users))


@idempotent(config=IdempotencyConfig(event_key_jmespath=f'headers."{KEY}"'), persistence_store=records)
def once(event: Event, context: Any) -> dict[str, Any]:
    return json.loads(json.dumps(app.resolve(event, context)))


def handler(event: Event, context: Any) -> dict[str, Any]:
    return once(event, context) if KEY in event["headers"] else app.resolve(event, context)
