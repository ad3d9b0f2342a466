"""This project: with the line that it logs of each request, and the metrics in it, or without."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from benchmarks.workload import Event, headers, new_user, stored_user
from handlers.router import lambda_handler
from specbound import Request, Response


def handler(event: Event, context: Any) -> dict[str, Any]:
    lambda_handler.journal.logs_requests = True
    return lambda_handler(event, context)


def silent(event: Event, context: Any) -> dict[str, Any]:
    lambda_handler.journal.logs_requests = False
    return lambda_handler(event, context)


def _create_user(request: Request) -> Response:
    user = new_user(request.body, str(uuid4()))
    return Response(HTTPStatus.CREATED, user, headers(user))


def _get_user(request: Request) -> Response:
    user = stored_user(request.parameters["userId"])
    return Response(HTTPStatus.OK, user, {"etag": '"1"'})


lambda_handler.operations |= {"create_user": _create_user, "get_user": _get_user}
