"""API Gateway's two event formats, read into one shape, and its one reply format.

Payload 2.0 comes from an HTTP API, 1.0 from a REST API:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from handlers.exact import dumps
from handlers.messages import Response

Event = Mapping[str, Any]
UNFIT_FOR_ID = re.compile("[^A-Za-z0-9._~=+/:@-]")


class Call(NamedTuple):
    """One HTTP request as the gateway passes it on.

    `template` is the path of its route, if it has one. `takes_base64` says whether the gateway decodes a reply.
    """

    method: str
    path: str
    template: str
    path_parameters: Mapping[str, str]
    query: str
    headers: Mapping[str, str]
    body: str | None
    is_base64: bool
    claims: Mapping[str, Any] | None
    takes_base64: bool

    def at(self, path_parameters: Mapping[str, str]) -> "Call":
        """The same call, with the path parameters that its path turned out to have."""
        return self._replace(path_parameters=path_parameters)


def read_call(event: Event) -> Call:
    """Read an event of payload 2.0 or 1.0. Of 1.0, `httpMethod` and `resource` are enough."""
    context = event.get("requestContext") or {}
    http = context.get("http")
    if http is None:
        return _read_1_0(event, context)
    method, path, stage = http["method"], event["rawPath"], context.get("stage", "$default")
    if stage != "$default":
        path = path.removeprefix(f"/{stage}")
    route = event.get("routeKey", "$default")
    return Call(
        method=method,
        path=path,
        template=route.partition(" ")[2],
        path_parameters=event.get("pathParameters") or {},
        query=event.get("rawQueryString") or "",
        headers=event.get("headers") or {},
        body=event.get("body"),
        is_base64=event.get("isBase64Encoded", False),
        claims=_claims(context.get("authorizer")),
        takes_base64=True,
    )


def _read_1_0(event: Event, context: Event) -> Call:
    resource = event.get("resource") or ""
    return Call(
        method=event["httpMethod"],
        path=event.get("path") or resource,
        template=resource,
        path_parameters=event.get("pathParameters") or {},
        query=_query_string(event),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=event.get("body"),
        is_base64=event.get("isBase64Encoded", False),
        claims=_claims(context.get("authorizer")),
        # A REST API decodes only the media types that its configuration lists.
        takes_base64=False,
    )


def _query_string(event: Event) -> str:
    repeated = event.get("multiValueQueryStringParameters")
    if repeated is None:
        repeated = {name: [value] for name, value in (event.get("queryStringParameters") or {}).items()}
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, values in repeated.items() for value in values)


def _claims(authorizer: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The token's claims: of a JWT authorizer, of a Cognito authorizer, or what a Lambda authorizer made of them."""
    if not authorizer:
        return None
    if "jwt" in authorizer:
        authorizer = authorizer["jwt"] or {}
    claims: Mapping[str, Any] = authorizer.get("claims") or authorizer.get("lambda") or authorizer
    return claims


def write_reply(response: Response) -> dict[str, Any]:
    """A reply in the format that both payload versions take."""
    reply: dict[str, Any] = {"statusCode": int(response.status), "headers": _headers(response)}
    if response.body is not None:
        is_text = isinstance(response.body, str)
        reply["body"] = response.body if is_text else dumps(response.body).decode()
    return reply


def _headers(response: Response) -> dict[str, str]:
    headers = {
        # A representation with a version may be kept if it is checked before use; nothing else is kept.
        "cache-control": "private, no-cache" if "etag" in response.headers else "no-store",
        "x-content-type-options": "nosniff",
    }
    if response.body is not None:
        headers["content-type"] = response.media_type
    for name, value in response.headers.items():
        headers[name] = str(value)
    return headers


def request_id(event: Event, context: Any) -> str | None:
    """The id that the gateway, or else Lambda, gave the request. As it becomes a header, no other letter is in it."""
    found = (event.get("requestContext") or {}).get("requestId") or getattr(context, "aws_request_id", None)
    return UNFIT_FOR_ID.sub("-", str(found))[:128] if found else None


def without_body(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply to HEAD: what GET is answered, but for its content (RFC 9110, section 9.3.2)."""
    if "body" not in reply:
        return reply
    content = reply["body"].encode()
    length = len(base64.b64decode(content)) if reply.get("isBase64Encoded") else len(content)
    return {
        "statusCode": reply["statusCode"],
        "headers": {**reply["headers"], "content-length": str(length)},
    }


def vary(headers: Mapping[str, str], name: str) -> str:
    """`Vary` for a reply that depends on one more of the request's headers (RFC 9110, section 12.5.5)."""
    names = [each.strip() for each in headers.get("vary", "").split(",") if each.strip()]
    if "*" in names:
        return "*"
    return ", ".join(names if name in map(str.lower, names) else [*names, name])
