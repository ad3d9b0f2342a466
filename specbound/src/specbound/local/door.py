"""The front door of the local server: what is at `/` and `/favicon.ico` where the contract has no such paths.

A browser is led to the docs page, a program is told what there is. What is deployed answers 404 there.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f6f8b"/>'
    '<path d="M5 4 2 8l3 4M11 4l3 4-3 4" fill="none" stroke="#fff" stroke-width="1.6"/></svg>'
)


def response(scope: Scope, routes: Mapping[str, str]) -> Response | None:
    """The answer to a GET of one of these paths; None for everything else. `routes` are the contract's."""
    path = scope["path"]
    if scope["method"] not in ("GET", "HEAD") or f"GET {path}" in routes:
        return None
    if path == "/favicon.ico":
        return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})
    if path != "/":
        return None
    docs = next((route.partition(" ")[2] for route, name in routes.items() if name == "get_docs"), None)
    if docs and "text/html" in Headers(scope=scope).get("accept", ""):
        return RedirectResponse(docs, 307)
    return JSONResponse({"operations": {name: route for route, name in routes.items()}})
