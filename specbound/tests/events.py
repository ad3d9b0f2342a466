"""Events as API Gateway sends them, and a way to hand them to the function."""

import json
from typing import Any

from handlers.router import lambda_handler
from specbound.local.gateway import Context

Event = dict[str, Any]

CLAIMS = {"sub": "ada", "scope": "users/read users/write products/write"}
USER_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


def event_1_0(method: str, resource: str, **parts: Any) -> Event:
    """What a REST API sends, and nothing that it may leave out."""
    authorizer = {"requestContext": {"authorizer": {"claims": CLAIMS}}}
    return {"httpMethod": method, "resource": resource, "pathParameters": None, "body": None, "headers": None} | (
        authorizer | parts
    )


def event_2_0(method: str, path: str, route: str = "$default", **parts: Any) -> Event:
    """What an HTTP API sends."""
    context = {"http": {"method": method, "path": path}, "authorizer": {"jwt": {"claims": CLAIMS}}}
    return {"version": "2.0", "routeKey": route, "rawPath": path, "requestContext": context, "headers": {}} | parts


def below(event: Event, **context: Any) -> Event:
    """The event with more in its `requestContext`."""
    return event | {"requestContext": event["requestContext"] | context}


def send(event: Any) -> tuple[int, Any, dict[str, str]]:
    """The status, the body, read as JSON, and the headers that the function answers."""
    reply = lambda_handler(event, Context())
    content = reply.get("body")
    return reply["statusCode"], json.loads(content) if content else None, reply["headers"]
