"""The API about itself."""

from http import HTTPStatus
from typing import Any

import orjson

from handlers.compiled_shape import COMPILED
from handlers.messages import Request, Response


def get_health(request: Request) -> Response:
    return Response(HTTPStatus.OK, {"status": "ok"})


def get_contract(request: Request) -> Response:
    return Response(HTTPStatus.OK, _compiled("openapi.json"))


def get_docs(request: Request) -> Response:
    page = (COMPILED / "docs.html").read_text(encoding="utf-8")
    return Response(HTTPStatus.OK, page, _compiled("docs-headers.json"), "text/html")


def _compiled(name: str) -> Any:
    return orjson.loads((COMPILED / name).read_bytes())
