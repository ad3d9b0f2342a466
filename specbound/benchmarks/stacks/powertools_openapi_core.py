"""Powertools' event handler, with openapi-core checking requests and replies against this very contract."""

import json
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from benchmarks.stacks.client_only import client
from benchmarks.workload import headers, new_user, stored_user
from specbound.compiler.document import load

__all__ = ["client", "handler"]

app, contract = APIGatewayHttpResolver(), OpenAPI.from_dict(load())


@app.post("/users")
def create_user() -> Response:
    request = _checked()
    return _answer(201, new_user(app.current_event.json_body, str(uuid4())), request)


@app.get("/users/<user_id>")
def get_user(user_id: str) -> Response:
    request = _checked()
    return _answer(200, stored_user(user_id), request)


@app.exception_handler(OpenAPIError)
def refuse(error: OpenAPIError) -> Response:
    return Response(400, "application/problem+json", json.dumps({"title": "Bad Request"}))


def _checked() -> MockRequest:
    event = app.current_event
    body = (event.body or "").encode()
    request = MockRequest("http://localhost", event.http_method.lower(), event.path, headers={}, data=body)
    contract.validate_request(request)
    return request


def _answer(status: int, user: dict[str, Any], request: MockRequest) -> Response:
    body = json.dumps(user)
    contract.validate_response(request, MockResponse(body.encode(), status, headers(user)))
    return Response(status, "application/json", body, headers(user))


handler = app.resolve
