"""Events: API Gateway's two payload versions, read into one shape.

Payload 2.0 comes from an HTTP API or a function URL, 1.0 from a REST API:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from specbound.http import paths
from specbound.http.fields import NoText, is_unicode, read_headers, read_query, readable_headers
from specbound.patterns import pattern
from specbound.problems import BadEvent

Event = Mapping[str, Any]
ID = pattern("[A-Za-z0-9._~=+/:@-]{1,128}")
UNFIT_FOR_ID = pattern("[^A-Za-z0-9._~=+/:@-]")


class Call(NamedTuple):
    """One HTTP request as the gateway passes it on.

    `path` is the one below the mount, as it was sent; `template` that of the gateway's route, if it has one. Path
    parameters are decoded, names of headers in lower case. `takes_base64` says whether the gateway decodes a reply,
    `flaw` what no gateway would have written, `event` where all of this comes from.
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
    flaw: str
    event: Event

    def at(self, path_parameters: Mapping[str, str]) -> "Call":
        """The same call, with the path parameters that its path turned out to have."""
        return self._replace(path_parameters=path_parameters)

    def check(self) -> None:
        """Raise BadEvent if there is a flaw."""
        if self.flaw:
            raise BadEvent(f"The event is not as API Gateway writes it: {self.flaw}.")


def read_call(event: Event) -> Call:
    """Read an HTTP request of payload 2.0 or 1.0. Of 1.0, `httpMethod` and `resource` are enough.

    Never raises: what can't be read is left out, and named as the call's flaw.
    """
    return _read_plain(event) or _read_any(event)


def _read_plain(event: Event) -> Call | None:
    """What `_read_any` reads, only faster, of an event that leaves nothing to find out: an HTTP API's mostly do.

    None for all others.
    """
    try:
        context, given, sent_query = event["requestContext"], event.get("pathParameters"), event["rawQueryString"]
        method, path, route = context["http"]["method"], event["rawPath"], event["routeKey"]
        parameters = {} if given is None else given
        is_ascii = "".join((method, path, route, sent_query, *parameters.values())).isascii()
        query, headers = sent_query or read_query(event), read_headers(event)
    except (KeyError, TypeError, AttributeError, NoText):
        return None
    body, template = event.get("body"), route.partition(" ")[2]
    is_plain = is_ascii and event.get("isBase64Encoded", False) is False and paths.is_plain(template, parameters, path)
    if not (is_plain and method and path and (body is None or (isinstance(body, str) and is_unicode(body)))):
        return None
    claims = _claims(context.get("authorizer"))
    return Call(method, path, template, parameters, query, headers, body, False, claims, True, "", event)


def _read_any(event: Event) -> Call:
    flaws: list[str] = []
    context = _table(event, "requestContext", flaws)
    is_2_0 = "http" in context
    method, template, path = (_route_2_0 if is_2_0 else _route_1_0)(event, context, flaws)
    query = _text(event, "rawQueryString", flaws) if is_2_0 else ""
    place = paths.locate(template, _path_parameters(event, flaws), path, context)
    body, is_base64 = _text(event, "body", flaws), event.get("isBase64Encoded") or False
    if is_base64 and (is_base64 is not True or not (body or "").isascii()):
        flaws.append("its body is not base64")
    if not method or not place.path:
        flaws.append("it lacks a method or a path")
    return Call(
        method=method,
        path=place.path,
        template=place.template,
        path_parameters=place.parameters,
        query=query or _query(event, flaws),
        headers=_headers_of(event, flaws),
        body=body,
        is_base64=bool(is_base64),
        claims=_claims(context.get("authorizer")),
        # A REST API decodes only the media types that its configuration lists.
        takes_base64=is_2_0,
        flaw=" and ".join(flaws),
        event=event,
    )


def request_id(event: Any, context: Any) -> str | None:
    """The id that the gateway, or else Lambda, gave the request. As it becomes a header, no other letter is in it."""
    holder = event.get("requestContext") if isinstance(event, dict) else None
    given = holder.get("requestId") if isinstance(holder, dict) else None
    if isinstance(given, str) and ID.fullmatch(given):
        return given
    found = getattr(context, "aws_request_id", None) or given
    return UNFIT_FOR_ID.sub("-", found)[:128] if isinstance(found, str) and found else None


def remaining_seconds(context: Any) -> float | None:
    """How long Lambda lets this request take from now on; None where nothing says."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return None if remaining is None else remaining() / 1000


def _route_2_0(event: Event, context: Event, flaws: list[str]) -> tuple[str, str, str]:
    """Method, template and path."""
    http = _table(context, "http", flaws)
    path = _text(event, "rawPath", flaws)
    if path is None:
        path = _text(http, "path", flaws)
    template = (_text(event, "routeKey", flaws) or _text(context, "routeKey", flaws) or "").partition(" ")[2]
    return _text(http, "method", flaws) or "", template, "/" if path == "" else path or ""


def _route_1_0(event: Event, context: Event, flaws: list[str]) -> tuple[str, str, str]:
    """Method, template and path."""
    template = _text(event, "resource", flaws) or _text(context, "resourcePath", flaws)
    path = _text(event, "path", flaws) or _text(context, "path", flaws)
    method = _text(event, "httpMethod", flaws) or _text(context, "httpMethod", flaws)
    return method or "", template or "", path or ""


def _path_parameters(event: Event, flaws: list[str]) -> Mapping[str, str]:
    given = _table(event, "pathParameters", flaws)
    for value in given.values():
        if not isinstance(value, str) or not is_unicode(value):
            flaws.append("a path parameter is no text")
            return {}
    return given


def _headers_of(event: Event, flaws: list[str]) -> Mapping[str, str]:
    try:
        return read_headers(event)
    except NoText:
        flaws.append("a header has a name or a value that HTTP does not know")
        return readable_headers(event)


def _query(event: Event, flaws: list[str]) -> str:
    try:
        return read_query(event)
    except NoText:
        flaws.append("a query parameter is no text")
        return ""


def _table(holder: Event, name: str, flaws: list[str]) -> Mapping[str, Any]:
    value = holder.get(name)
    if isinstance(value, dict):
        return value
    if value is not None:
        flaws.append(f"its {name} is no object")
    return {}


def _text(holder: Event, name: str, flaws: list[str]) -> str | None:
    value = holder.get(name)
    if value is None or (isinstance(value, str) and (value.isascii() or is_unicode(value))):
        return value
    flaws.append(f"its {name} is no text")
    return None


def _claims(authorizer: Any) -> Mapping[str, Any] | None:
    """The token's claims: of a JWT authorizer, of a Cognito authorizer, or what a Lambda authorizer made of them."""
    if not authorizer or not isinstance(authorizer, dict):
        return None
    if "jwt" in authorizer:
        jwt = authorizer["jwt"]
        claims = jwt.get("claims") if isinstance(jwt, dict) else None
        return claims if isinstance(claims, dict) else None
    claims = authorizer.get("claims") or authorizer.get("lambda")
    return claims if isinstance(claims, dict) else authorizer
