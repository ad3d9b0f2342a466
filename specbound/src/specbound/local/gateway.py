"""API Gateway on one machine: Connexion routes by the contract, and each request reaches the function as an event.

The events are an HTTP API's (payload 2.0). A path or method that the contract does not know goes to `$default`, as in
the deployed API. Instead of JWTs there are a few fixed tokens.
"""

import base64
import re
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from time import monotonic
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from connexion import ConnexionMiddleware
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from specbound.api import Api
from specbound.compiler.document import ROOT
from specbound.contract import Contract
from specbound.failures import Failed
from specbound.local import explaining
from specbound.local.lines import Lines
from specbound.resources.examples import Example

TEXT = ("text/", "application/json", "application/javascript", "application/xml")
TEXT_SCHEMA = {"type": "string"}
TIMEOUT_SECONDS = 10
# What marks the example of an operation without a function.
EXAMPLE = "x-example"
# As in users/read and read:users.
READING = re.compile(r"\bread\b")


@dataclass
class Context:
    """What the function uses of Lambda's context object."""

    function_name: str = "local"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    deadline: float = field(default_factory=lambda: monotonic() + TIMEOUT_SECONDS)

    def get_remaining_time_in_millis(self) -> int:
        return int((self.deadline - monotonic()) * 1000)


class Routing(RoutingMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Connexion's routing, but `/users/` is not `/users`, as it is not for API Gateway."""

    def add_api(self, *args: Any, **options: Any) -> None:
        super().add_api(*args, **options)
        self.router.redirect_slashes = False
        for mount in self.router.routes:
            mount.app.redirect_slashes = False


class Gateway:
    """The ASGI application in front of an API. It handles one request at a time, which is what moto needs."""

    def __init__(self, api: Api, *, is_open: bool = False) -> None:
        """`is_open`: any other token does what `local` does."""
        self.api = api
        self._lines: Lines | None = None
        self._is_open = is_open
        self._unwritten = set(unwritten(api))
        self._tokens = tokens(api.contract)
        self._routes = {operation_id: route for route, operation_id in api.contract.routes.items()}
        self._routing = ConnexionMiddleware(self._invoke, import_name=__name__, middlewares=[Routing])
        self._routing.add_api(routes(api.contract), resolver=Resolver(api.operations.__getitem__))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            # With an "app" in scope, Starlette's router says by an exception that a path knows other methods.
            await self._routing({**scope, "app": self}, receive, send)
        except HTTPException:
            await self._invoke(scope, receive, send)

    def tell(self, lines: Lines) -> None:
        """Tell of each request from now on, and explain those that ask for it."""
        self._lines = lines
        lines.listen(self.api)

    async def _invoke(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        event = await self._event(request)
        if self._lines:
            self._lines.begin(request.method, event["rawPath"])
            if media_type := explaining.asked(self.api, event):
                told = explaining.explained(self.api, event, Context(), self._lines.calls)
                headers = {explaining.HEADER: "true", "content-type": media_type, "cache-control": "no-store"}
                await Response(explaining.written(told, media_type), headers=headers)(scope, receive, send)
                return
        reply = self.api(event, Context())
        if reply["statusCode"] < HTTPStatus.MULTIPLE_CHOICES and self._routed(request) in self._unwritten:
            reply["headers"][EXAMPLE] = "there is no function yet"
        content = reply.get("body")
        if reply.get("isBase64Encoded"):
            content = base64.b64decode(reply["body"])
        response = Response(content, reply["statusCode"], reply["headers"])
        for cookie in reply.get("cookies", ()):
            response.headers.append("set-cookie", cookie)
        await response(scope, receive, send)

    async def _event(self, request: Request) -> dict[str, Any]:
        """The request in payload format 2.0."""
        path = _path(request)
        template = self._template(request)
        claims = self._claims(request.headers.get("authorization", ""))
        names = dict.fromkeys(request.headers.keys())
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": f"{request.method} {template}" if template else "$default",
            "rawPath": path,
            "rawQueryString": request.scope["query_string"].decode("latin-1"),
            "headers": {name: ",".join(request.headers.getlist(name)) for name in names if name != "cookie"},
            **({"cookies": _cookies(request)} if "cookie" in names else {}),
            "requestContext": {
                "http": {"method": request.method, "path": path},
                "requestId": str(uuid4()),
                "stage": "$default",
                **({"authorizer": {"jwt": {"claims": claims, "scopes": None}}} if claims else {}),
            },
            "isBase64Encoded": False,
        }
        if template and request.path_params:
            event["pathParameters"] = dict(request.path_params)
        if body := await request.body():
            event |= _body(body, request.headers.get("content-type", ""))
        return event

    def _template(self, request: Request) -> str | None:
        """The contract's path, if Connexion found the operation. Where GET has a route, HEAD has one, as in AWS."""
        template = self._routes.get(self._routed(request), "").partition(" ")[2]
        is_routed = self.api.contract.route(request.method, template)
        return self.api.contract.gateway_paths.get(template, template) if is_routed else None

    def _routed(self, request: Request) -> str:
        """The name of the operation that Connexion found; "" for none."""
        return str(request.scope.get("extensions", {}).get(ROUTING_CONTEXT, {}).get("operation_id") or "")

    def _claims(self, authorization: str) -> dict[str, str] | None:
        """Schemes are the same in lower case; any number of spaces stands before the token (RFC 9110, section 11)."""
        scheme, _, token = authorization.strip(" \t").partition(" ")
        token = token.lstrip(" ")
        if scheme.lower() != "bearer" or not token or not (self._is_open or token in self._tokens):
            return None
        return {"sub": token, "scope": " ".join(sorted(self._tokens.get(token, self._tokens["local"])))}


def find(handler: str) -> Api:
    """The API of a service, by its dotted name (`handlers.router.lambda_handler`): it is imported now.

    Raises Failed if it is not there.
    """
    module, _, name = handler.rpartition(".")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    try:
        api: Api = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise Failed(f"{handler} can't be imported: {error}") from error
    return api


def unwritten(api: Api) -> list[str]:
    """The operations that have no function, and answer their examples."""
    return [name for name, each in api.operations.items() if isinstance(each, Example)]


def routes(contract: Contract[Any]) -> dict[str, Any]:
    """What API Gateway knows of a contract, as OpenAPI: methods and paths, whose parameters are any text."""
    paths: dict[str, Any] = {}
    for route, operation_id in contract.routes.items():
        method, path = route.split(" ", 1)
        path = contract.gateway_paths.get(path, path)
        names = [step[1:-1] for step in path.split("/") if step.startswith("{")]
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": operation_id,
            "parameters": [{"name": name, "in": "path", "required": True, "schema": TEXT_SCHEMA} for name in names],
            "responses": {"default": {"description": "What the function answers."}},
        }
    return {"openapi": "3.0.3", "info": {"title": "Routes", "version": "1"}, "paths": paths}


def tokens(contract: Contract[Any]) -> dict[str, set[str]]:
    """What a bearer of each token may do. The token is also the subject."""
    needs = [need for each in contract.operations.values() for way in each.security for need in way]
    return powers({scope for need in needs if need.kind == "token" for scope in need.scopes})


def powers(scopes: set[str]) -> dict[str, set[str]]:
    """The same, of all scopes that there are."""
    return {"local": scopes, "other": scopes, "local-read": {scope for scope in scopes if READING.search(scope)}}


def _path(request: Request) -> str:
    """The path as an HTTP API passes it on: decoded, but for a percent sign."""
    sent: bytes = request.scope["raw_path"]
    return unquote(sent.decode("latin-1").replace("%25", "%2525"))


def _cookies(request: Request) -> list[str]:
    """An HTTP API takes cookies out of the headers, and passes each on for itself."""
    return [each.strip() for line in request.headers.getlist("cookie") for each in line.split(";")]


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith(TEXT):
        try:
            return {"body": body.decode()}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
