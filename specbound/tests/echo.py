"""An API that answers with what its operations were given, of a contract that a test writes in a few lines."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace
from typing import Any

import httpx
import uvicorn

from specbound.api import Api
from specbound.compiler.document import Document
from specbound.compiler.translation import compile_contract
from specbound.contract import Contract
from specbound.local.gateway import Context, Gateway
from specbound.messages import Request, Response

PROBLEM = {"description": "A problem.", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
NOTHING: Mapping[str, str] = {}
Answer = Callable[[Request], Response]


def document(paths: Document, version: str = "3.0.3", **others: Any) -> Document:
    """A contract of these paths, whose operations are public and declare the problems of requests."""
    problems = dict.fromkeys(("400", "406", "413", "415"), PROBLEM)
    for item in paths.values():
        for method, each in item.items():
            if method == "parameters":
                continue
            each.setdefault("operationId", "ask")
            each.setdefault("security", [])
            each["responses"] = {**problems, **each.get("responses", {"204": {"description": "Taken."}})}
            if "406" not in each.pop("x-declared", "400 413 415 406"):
                del each["responses"]["406"]
            if "requestBody" in each:
                each["requestBody"].setdefault("x-max-bytes", 1_000_000)
    return {"openapi": version, "info": {"title": "Echo", "version": "1"}, "paths": paths, **others}


def taking(content: Document, **others: Any) -> Document:
    """A contract of one operation that takes a body of these media types."""
    return document({"/ask": {"post": {"requestBody": {"required": True, "content": content}}}}, **others)


class Asked:
    """An API, and the requests that its operations were given."""

    def __init__(
        self, contract: Document, answer: Answer | None = None, environment: Mapping[str, str] = NOTHING
    ) -> None:
        self.requests: list[Request] = []
        self._answer = answer or (lambda _: Response(204, None))  # type: ignore[arg-type]
        compiled = compile_contract(contract)
        names = dict.fromkeys(compiled["operations"], self._take)
        self.api = Api(Contract(compiled, environment=environment), [SimpleNamespace(**names)])

    def _take(self, request: Request) -> Response:
        self.requests.append(request)
        return self._answer(request)

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def send(self, method: str, path: str, query: str = "", content: bytes = b"", **parts: Any) -> dict[str, Any]:
        """The function's reply to an event of payload 2.0; `headers` in lower case, as every gateway sends them."""
        body = {"body": base64.b64encode(content).decode(), "isBase64Encoded": True} if content else {}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {},
            "requestContext": {"http": {"method": method, "path": path}},
            **body,
            **parts,
        }
        return self.api(event, Context())

    def post(self, content: bytes, media_type: str | None) -> dict[str, Any]:
        return self.send("POST", "/ask", content=content, headers={"content-type": media_type} if media_type else {})

    @contextmanager
    def served(self) -> Iterator[httpx.Client]:
        """A client of the API over real HTTP, through the local gateway."""
        server = uvicorn.Server(uvicorn.Config(Gateway(self.api), port=0, log_level="warning", lifespan="off"))
        thread = Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                thread.join(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
