"""The same three requests answered in several ways, over the same two functions that stand for the database.

Every stack gets the same API Gateway events (payload 2.0), and has to make the same replies.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from local import embedded

os.environ.update(embedded.environment() | {"LOG_LEVEL": "INFO"})

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler import Response as PowertoolsResponse
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from pydantic import BaseModel, ConfigDict, Field

from compiler.document import load
from handlers import router
from handlers.messages import Request, Response
from local.gateway import Context

Event = dict[str, Any]
Stack = Callable[[Event, Any], dict[str, Any]]
USER_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
EMAIL = r"^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{1,63}$"


def new_user(body: Any, user_id: str) -> dict[str, Any]:
    """What the operation does beside the database: an id, a time, an item."""
    time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    fields = {"name": body["name"], "email": body["email"].strip()}
    return {"userId": user_id, **fields, "status": "active", "version": 1, "createdAt": time, "updatedAt": time}


STORED = new_user({"name": "Ada Lovelace", "email": "ada@example.com"}, USER_ID)


def bare(event: Event, context: Any) -> dict[str, Any]:
    """A dict of functions, json.loads and json.dumps: nothing is checked."""
    return BARE[event["routeKey"]](event)


def _bare_post(event: Event) -> dict[str, Any]:
    user = new_user(json.loads(event["body"]), str(uuid4()))
    headers = {"content-type": "application/json", "location": f"/users/{user['userId']}", "etag": '"1"'}
    return {"statusCode": 201, "headers": headers, "body": json.dumps(user)}


def _bare_get(event: Event) -> dict[str, Any]:
    user = {**STORED, "userId": event["pathParameters"]["userId"]}
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "etag": '"1"'},
        "body": json.dumps(user),
    }


BARE = {"POST /users": _bare_post, "GET /users/{userId}": _bare_get}


def _create_user(request: Request) -> Response:
    user = new_user(request.body, str(uuid4()))
    return Response(HTTPStatus.CREATED, user, {"location": f"/users/{user['userId']}", "etag": '"1"'})


def _get_user(request: Request) -> Response:
    return Response(HTTPStatus.OK, {**STORED, "userId": request.parameters["userId"]}, {"etag": '"1"'})


router.logger.registered_handler.setStream(open(os.devnull, "w"))  # noqa: SIM115  # open as long as this runs
router.OPERATIONS |= {"create_user": _create_user, "get_user": _get_user}


def ours(event: Event, context: Any) -> dict[str, Any]:
    """This project, but for the line that it logs of each request."""
    router.logs_requests = False
    return router.lambda_handler(event, context)


def ours_logging(event: Event, context: Any) -> dict[str, Any]:
    """This project as it is deployed, with a log line and metrics of each request."""
    router.logs_requests = True
    return router.lambda_handler(event, context)


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2, max_length=100)
    email: str = Field(pattern=EMAIL, max_length=254)


class User(NewUser):
    userId: str
    status: str
    version: int
    createdAt: str
    updatedAt: str


def powertools() -> Stack:
    """Powertools' event handler with its own validation (pydantic) of requests and replies."""
    app = APIGatewayHttpResolver(enable_validation=True)

    @app.post("/users")
    def create_user(body: NewUser) -> User:
        return User(**new_user(body.model_dump(), str(uuid4())))

    @app.get("/users/<user_id>")
    def get_user(user_id: str) -> User:
        return User(**{**STORED, "userId": user_id})

    return app.resolve


def powertools_and_openapi_core() -> Stack:
    """Powertools' event handler, with openapi-core checking requests and replies against this very contract."""
    app, contract = APIGatewayHttpResolver(), OpenAPI.from_dict(load())

    def answer(status: int, user: dict[str, Any], request: MockRequest) -> PowertoolsResponse:
        body, headers = json.dumps(user), {"etag": '"1"', "location": f"/users/{user['userId']}"}
        contract.validate_response(request, MockResponse(body.encode(), status, headers))
        return PowertoolsResponse(status, "application/json", body, headers)

    def checked() -> MockRequest:
        event = app.current_event
        body = (event.body or "").encode()
        request = MockRequest("http://localhost", event.http_method.lower(), event.path, headers={}, data=body)
        contract.validate_request(request)
        return request

    @app.post("/users")
    def create_user() -> PowertoolsResponse:
        return answer(201, new_user(app.current_event.json_body, str(uuid4())), checked())

    @app.get("/users/<user_id>")
    def get_user(user_id: str) -> PowertoolsResponse:
        return answer(200, {**STORED, "userId": user_id}, checked())

    @app.exception_handler(OpenAPIError)
    def refuse(error: OpenAPIError) -> PowertoolsResponse:
        return PowertoolsResponse(400, "application/problem+json", json.dumps({"title": "Bad Request"}))

    return app.resolve


def event(method: str, path: str, route: str, **parts: Any) -> Event:
    claims = {"sub": "ada", "scope": "users/read users/write"}
    http = {"method": method, "path": path, "sourceIp": "127.0.0.1", "userAgent": "bench", "protocol": "HTTP/1.1"}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "localhost", "user-agent": "bench"},
        "requestContext": {
            "http": http,
            "requestId": "bench",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": claims}},
        },
        "isBase64Encoded": False,
        **parts,
    }


REQUESTS = {
    "valid POST": event("POST", "/users", "POST /users", body='{"name": "Ada Lovelace", "email": "ada@example.com"}'),
    "bad POST": event("POST", "/users", "POST /users", body='{"name": "A", "email": "nowhere", "more": 1}'),
    "GET by id": event("GET", f"/users/{USER_ID}", "GET /users/{userId}", pathParameters={"userId": USER_ID}),
}
CONTEXT = Context()
