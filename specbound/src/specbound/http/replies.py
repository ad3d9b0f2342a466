"""Replies: responses in the one format that both payload versions take; `Location`, CORS and gzip for this caller."""

import base64
import re
import zlib
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from specbound.exact_json import dumps
from specbound.http.events import Call
from specbound.http.paths import way_to
from specbound.messages import Response
from specbound.settings import ANY_ORIGIN

if TYPE_CHECKING:
    from specbound.contract import Contract

# Shorter ones fit into a few packets anyway.
MIN_BYTES = 4096
GZIP = 16 + zlib.MAX_WBITS
# One coding of the list, and how much it is wanted.
WANTED = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")
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
        allowed = reply["headers"].get("allow")
        if call.method == "OPTIONS" and "access-control-request-method" in call.headers and allowed:
            preflight = {
                "access-control-allow-methods": allowed,
                "access-control-allow-headers": self._accepted,
                "access-control-max-age": MAX_AGE_SECONDS,
            }
            return {"statusCode": 204, "headers": headers | preflight}
        return reply | {"headers": reply["headers"] | headers}


def write_reply(response: Response) -> dict[str, Any]:
    """A reply in the format that both payload versions take."""
    reply: dict[str, Any] = {"statusCode": int(response.status), "headers": _headers(response)}
    if response.body is not None:
        is_text = isinstance(response.body, str)
        reply["body"] = response.body if is_text else dumps(response.body).decode()
    return reply


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
    if "etag" in headers or not call.takes_base64 or not _is_long(body):
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
