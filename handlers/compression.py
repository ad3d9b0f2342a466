"""Replies in gzip for callers that take it: an HTTP API passes a reply on as it is, however long."""

import base64
import re
import zlib
from typing import Any

from handlers.gateway import Call

# Shorter ones fit into a few packets anyway.
MIN_LENGTH = 4096
ACCEPTED = re.compile(r"(^|,)\s*gzip\s*(,|$|;\s*q=(1|0\.0*[1-9]))", re.IGNORECASE)
GZIP = 16 + zlib.MAX_WBITS


def compress(reply: dict[str, Any], call: Call) -> dict[str, Any]:
    """The reply, in gzip if it is long and both the caller and its gateway take it so (RFC 9110, section 12.5.3)."""
    body, headers = reply.get("body", ""), reply["headers"]
    # What has an ETag is short, and each encoding of it would need an ETag of its own.
    if len(body) < MIN_LENGTH or "etag" in headers or not call.takes_base64:
        return reply
    varies = ", ".join(filter(None, [headers.get("vary"), "accept-encoding"]))
    if not ACCEPTED.search(call.headers.get("accept-encoding", "")):
        return {**reply, "headers": {**headers, "vary": varies}}
    return {
        **reply,
        "headers": {**headers, "vary": varies, "content-encoding": "gzip"},
        "body": base64.b64encode(zlib.compress(body.encode(), wbits=GZIP)).decode(),
        "isBase64Encoded": True,
    }
