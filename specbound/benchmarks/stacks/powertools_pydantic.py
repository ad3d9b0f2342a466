"""Powertools' event handler with its own validation of requests and replies (pydantic), no log line."""

from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from benchmarks.models import NewUser, User
from benchmarks.stacks.client_only import client
from benchmarks.workload import headers, new_user, stored_user

__all__ = ["client", "handler"]

app = APIGatewayHttpResolver(enable_validation=True)


@app.post("/users")
def create_user(body: NewUser) -> Response[User]:
    user = new_user(body.model_dump(), str(uuid4()))
    return Response(HTTPStatus.CREATED, "application/json", User(**user), headers(user))


@app.get("/users/<user_id>")
def get_user(user_id: str) -> Response[User]:
    return Response(HTTPStatus.OK, "application/json", User(**stored_user(user_id)), {"etag": '"1"'})


handler = app.resolve
