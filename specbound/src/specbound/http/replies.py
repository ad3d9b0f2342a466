"""Replies: responses in the one format that both payload versions take; `Location`, CORS and gzip for this caller."""

import base64
import json
import zlib
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from specbound.exact_json import dumps
from specbound.http.events import Call
from specbound.http.paths import way_to
from specbound.messages import Response
from specbound.patterns import pattern
from specbound.settings import ANY_ORIGIN

if TYPE_CHECKING:
    from specbound.contract import Contract

JSON = "application/json"
NOTHING: Mapping[str, str] = {}
# Shorter ones fit into a few packets anyway.
MIN_BYTES = 4096
GZIP = 16 + zlib.MAX_WBITS
# One coding of the list, and how much it is wanted.
WANTED = pattern(r"([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")
# For how long a browser may keep the answer to a preflight.
MAX_AGE_SECONDS = "600"


class Cors:
    """The CORS protocol for the pages of some origins (https://fetch.spec.whatwg.org/#http-cors-protocol).

    It is for callers that have no gateway to do it: a REST API's proxy, and the local server. An HTTP API with a CORS
    configuration answers preflights itself and ignores these headers. Requests carry a bearer token, never cookies, so
    credentials are not allowed.
    """

    def __init__(self, origins: Set[str], contract: "Contract[Any]") -> None:
        self._origins = origins
        self._match = contract.match
        headers = {name for operation in contract.operations.values() for name in operation.header}
        self._accepted = ", ".join(sorted({"authorization", "content-type"} | headers))
        self._exposed = ", ".join(sorted(contract.reply_headers))

    def add_headers(self, reply: dict[str, Any], call: Call) -> dict[str, Any]:
        """The reply with what a browser needs to show it to a page, or with the answer to a preflight."""
        headers = {"access-control-allow-origin": ANY_ORIGIN}
        if ANY_ORIGIN not in self._origins:
            # Also where no origin came, or another: a cache would give this reply to a page that is to have its own.
            headers = {"vary": vary(reply["headers"], "origin")}
            origin = call.headers.get("origin")
            if origin is None or origin not in self._origins:
                return reply | {"headers": reply["headers"] | headers}
            headers["access-control-allow-origin"] = origin
        headers["access-control-expose-headers"] = self._exposed
        allowed = reply["headers"].get("allow") or self._methods(call)
        if call.method == "OPTIONS" and "access-control-request-method" in call.headers and allowed:
            preflight = {
                "access-control-allow-methods": allowed,
                "access-control-allow-headers": self._accepted,
                "access-control-max-age": MAX_AGE_SECONDS,
            }
            return {"statusCode": 204, "headers": headers | preflight}
        return reply | {"headers": reply["headers"] | headers}

    def _methods(self, call: Call) -> str | None:
        """The methods of a path that has an OPTIONS of its own: a preflight is not for that."""
        matched = self._match(call.path) if call.method == "OPTIONS" else None
        return ", ".join(sorted(matched[0])) if matched else None


def write_reply(
    response: Response, media_type: str | None = None, written: Mapping[str, str] = NOTHING
) -> dict[str, Any]:
    """A reply in the format that both payload versions take, but for several cookies, which are as 2.0 has them.

    `media_type` is what its body is written in, and `written` says how headers are that are neither plain nor lists.
    """
    media_type = media_type or response.media_type or JSON
    reply: dict[str, Any] = {"statusCode": int(response.status), "headers": _headers(response, media_type)}
    for name in written.keys() & response.headers.keys() if written else ():
        reply["headers"][name] = _in_style(response.headers[name], written[name])
    if "set-cookie" in response.headers and isinstance(response.headers["set-cookie"], list):
        del reply["headers"]["set-cookie"]
        reply["cookies"] = [str(each) for each in response.headers["set-cookie"]]
    body = response.body
    if isinstance(body, bytes):
        reply |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    elif isinstance(body, str) and not is_json(media_type):
        reply["body"] = body
    elif body is not None:
        reply["body"] = dumps(body).decode()
    return reply


def with_deprecation(reply: dict[str, Any], headers: Mapping[str, str] | None) -> dict[str, Any]:
    """The reply with the headers that say that its operation is deprecated; None if it is not.

    What the operation says itself stays, but links are several.
    """
    if not headers:
        return reply
    own = reply["headers"]
    links = ", ".join(each["link"] for each in (own, headers) if "link" in each)
    return {**reply, "headers": {**headers, **own, **({"link": links} if links else {})}}


def with_cookies_of_1_0(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply with its cookies as a REST API takes several lines of one header."""
    lines = {"multiValueHeaders": {"set-cookie": reply["cookies"]}}
    return {**{name: each for name, each in reply.items() if name != "cookies"}, **lines}


def is_json(media_type: str) -> bool:
    """Whether a text of this media type stands in quotes."""
    return media_type.partition(";")[0].rstrip().lower().endswith(("/json", "+json"))


def resolve_location(reply: dict[str, Any], call: Call, contract: "Contract[Any]") -> dict[str, Any]:
    """The reply with a `Location` that leads there from the caller's URL (RFC 9110, section 10.2.2).

    Operations, and what is kept of their replies, name a path of the contract.
    """
    location = reply["headers"].get("location")
    if location is None or not location.startswith("/"):
        return reply
    reference = way_to(contract.whole_path(location), call.path, call.event, call.headers)
    return {**reply, "headers": {**reply["headers"], "location": reference}}


def compress(reply: dict[str, Any], call: Call) -> dict[str, Any]:
    """The reply, in gzip if it is long and both the caller and its gateway take it so."""
    body, headers = reply.get("body", ""), reply["headers"]
    # An ETag is a version, which If-Match compares strongly. In gzip it would have to be another (RFC 9110, section
    # 8.8.3.3), and a weak one would match nothing.
    if "etag" in headers or not call.takes_base64 or "isBase64Encoded" in reply or not _is_long(body):
        return reply
    headers = {**headers, "vary": vary(headers, "accept-encoding")}
    if not prefers_gzip(call.headers.get("accept-encoding", "")):
        return {**reply, "headers": headers}
    return {
        **reply,
        "headers": {**headers, "content-encoding": "gzip"},
        "body": base64.b64encode(zlib.compress(body.encode(), wbits=GZIP)).decode(),
        "isBase64Encoded": True,
    }


def prefers_gzip(accept_encoding: str) -> bool:
    """Whether a caller asks for gzip at least as much as for the reply as it is (RFC 9110, section 12.5.3).

    `*` alone and `x-gzip` alone let both through: then the reply stays as it is, unless `identity` is shut out.
    """
    weights = _weights(accept_encoding)
    others = weights.get("*")
    as_it_is = weights.get("identity", others)
    if as_it_is == 0:
        return weights.get("gzip", weights.get("x-gzip", others or 0)) > 0
    gzip = weights.get("gzip", 0)
    return gzip > 0 and gzip >= (as_it_is or 0)


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


def _headers(response: Response, media_type: str) -> dict[str, str]:
    headers = {
        # A representation with a version may be kept if it is checked before use; nothing else is kept.
        "cache-control": "private, no-cache" if "etag" in response.headers else "no-store",
        "x-content-type-options": "nosniff",
    }
    if response.body is not None:
        headers["content-type"] = media_type
    for name, value in response.headers.items():
        headers[name] = value if isinstance(value, str) else _text(value)
    return headers


def _text(value: Any) -> str:
    """A header's value: a list is written in OpenAPI's style `simple`."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_style(value: Any, how: str) -> str:
    if how == "json":
        # A header is ASCII; so is any JSON that escapes what is not.
        return json.dumps(json.loads(dumps(value)), separators=(",", ":"))
    if not isinstance(value, dict):
        return _text(value)
    joint = "=" if how == "explode" else ","
    return ",".join(f"{name}{joint}{_text(each)}" for name, each in value.items())


def _weights(accept_encoding: str) -> dict[str, float]:
    """How much each coding is wanted, from 0 (not at all) to 1. What is not of the grammar is not read."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        if found := WANTED.fullmatch(part.strip(" \t")):
            weight = float(found[2] or 1)
            weights[found[1]] = min(weight, weights.get(found[1], weight))
    return weights


def _is_long(body: str) -> bool:
    """Whether it has enough bytes; a character has four at most."""
    return len(body) >= MIN_BYTES or (len(body) * 4 >= MIN_BYTES and len(body.encode()) >= MIN_BYTES)
