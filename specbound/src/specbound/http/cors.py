"""CORS for callers that have no gateway to do it: a REST API's proxy, and the local server.

An HTTP API with a CORS configuration answers preflights itself and ignores these headers. On only where
`CORS_ORIGINS` names origins, separated by commas (`*` for any). Requests carry a bearer token, never cookies, so
credentials are not allowed. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Set
from typing import Any

from specbound.contract import Contract
from specbound.http.events import Call, vary
from specbound.http.origins import ANY

MAX_AGE_SECONDS = "600"


class Cors:
    """The CORS protocol for the pages of some origins; it does nothing for none."""

    def __init__(self, origins: Set[str], contract: Contract[Any]) -> None:
        self._origins = origins
        headers = {name for operation in contract.operations.values() for name in operation.header}
        self._accepted = ", ".join(sorted({"authorization", "content-type"} | headers))
        self._exposed = ", ".join(sorted(contract.reply_headers))

    def add_headers(self, reply: dict[str, Any], call: Call) -> dict[str, Any]:
        """The reply with what a browser needs to show it to a page, or with the answer to a preflight."""
        headers = {"access-control-allow-origin": ANY}
        if ANY not in self._origins:
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
