"""Powertools' event handler, with openapi-core checking requests and replies against this very contract."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from benchmarks.stacks import storage
from benchmarks.stacks.storage import stub
from specbound.compiler.document import load

__all__ = ["LACKS", "handler", "stub"]

LACKS = ("POST with a key",)
app = APIGatewayHttpResolver()
document = load()
# The gateway has checked the token.
document.pop("security", None)
for item in document["paths"].values():
    for each in item.values():
        if isinstance(each, dict):
            each["security"] = []
contract = OpenAPI.from_dict(document)


@app.post("/users")
def create_user() -> Response:
    request = _checked()
    user = storage.create(app.current_event.json_body)
    return _answer(201, user, request, storage.headers(user))


@app.post("/users/batch")
def create_users() -> Response:
    request = _checked()
    return _answer(200, storage.results(storage.create_many(app.current_event.json_body["items"])), request)


@app.get("/users/<user_id>")
def get_user(user_id: str) -> Response:
    request = _checked()
    user = storage.find(user_id)
    if user is None:
        raise NotFoundError("There is no such user.")
    return _answer(200, user, request, {"etag": storage.headers(user)["etag"]})


@app.get("/users")
def list_users() -> Response:
    request = _checked()
    users = storage.newest(int(app.current_event.query_string_parameters.get("limit", 20)))
    return _answer(200, {"items": users, "count": len(users)}, request)


@app.exception_handler(OpenAPIError)
def refuse(error: OpenAPIError) -> Response:
    return Response(400, "application/problem+json", json.dumps({"title": "Bad Request", "detail": str(error)}))


def _checked() -> MockRequest:
    event = app.current_event
    media_type = event.headers.get("content-type", "application/json")
    request = MockRequest(
        "http://localhost", event.http_method.lower(), event.path, headers={}, content_type=media_type,
        args=event.query_string_parameters or {}, data=(event.body or "").encode(),
    )  # fmt: skip
    contract.validate_request(request)
    return request


def _answer(status: int, body: Any, request: MockRequest, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body)
    contract.validate_response(request, MockResponse(text.encode(), status, headers or {}))
    return Response(status, "application/json", text, headers)


handler = app.resolve
