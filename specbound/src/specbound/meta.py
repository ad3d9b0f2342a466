"""Meta: the API about itself, its health, its contract and its docs page."""

from http import HTTPStatus
from typing import Any

import orjson

from specbound.contract import Contract
from specbound.messages import Response
from specbound.requests import Request


class Meta:
    """The operations `get_health`, `get_contract` and `get_docs`, from what the compiler wrote.

    Handed to Api among the operations; it answers those of the three that the contract has.
    """

    def __init__(self, contract: Contract[Any]) -> None:
        self._folder = contract.folder

    def get_health(self, request: Request) -> Response:
        """200 with `{"status": "ok"}`, without a look at the tables."""
        return Response(HTTPStatus.OK, {"status": "ok"})

    def get_contract(self, request: Request) -> Response:
        """200 with the contract, as JSON."""
        return Response(HTTPStatus.OK, self._read("openapi.json"))

    def get_docs(self, request: Request) -> Response:
        """200 with the docs page, as text/html, and the headers that it needs."""
        page = (self._folder / "docs.html").read_text(encoding="utf-8")
        return Response(HTTPStatus.OK, page, self._read("docs-headers.json"), "text/html")

    def _read(self, name: str) -> Any:
        return orjson.loads((self._folder / name).read_bytes())
