"""Compression: replies in gzip for callers that take it: an HTTP API passes a reply on as it is, however long."""

import base64
import re
import zlib
from typing import Any

from specbound.http.events import Call, vary

# Shorter ones fit into a few packets anyway.
MIN_BYTES = 4096
GZIP = 16 + zlib.MAX_WBITS
# One coding of the list, and how much it is wanted.
WANTED = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")


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
