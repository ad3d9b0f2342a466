"""CORS for callers that have no gateway to do it: a REST API's proxy, and the local server.

An HTTP API with a CORS configuration answers preflights itself and ignores these headers. On only where
`CORS_ORIGINS` names origins, separated by commas (`*` for any). Requests carry a bearer token, never cookies, so
credentials are not allowed.
"""

import os
from typing import Any

from handlers.contract import contract
from handlers.gateway import Call

ORIGINS = frozenset(filter(None, os.environ.get("CORS_ORIGINS", "").replace(" ", "").split(",")))
MAX_AGE_SECONDS = "600"


def add_headers(reply: dict[str, Any], call: Call) -> dict[str, Any]:
    """The reply with what a browser needs to show it to a page, or with the answer to a preflight."""
    origin = call.headers.get("origin")
    if origin is None or not ORIGINS & {origin, "*"}:
        return reply
    headers = {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": _exposed,
        "vary": "origin",
    }
    allowed = reply["headers"].get("allow")
    if call.method == "OPTIONS" and "access-control-request-method" in call.headers and allowed:
        preflight = {
            "access-control-allow-methods": allowed,
            "access-control-allow-headers": _accepted,
            "access-control-max-age": MAX_AGE_SECONDS,
        }
        return {"statusCode": 204, "headers": headers | preflight}
    return reply | {"headers": reply["headers"] | headers}


_accepted = ", ".join(
    sorted(
        {"authorization", "content-type"}
        | {
            each.name.lower()
            for operation in contract.operations.values()
            for each in operation.parameters
            if each.where == "header"
        }
    )
)
_exposed = ", ".join(sorted(contract.reply_headers))
