"""Connexion as a judge: its own validation of requests and replies, as its users switch it on."""

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from connexion import ConnexionMiddleware
from connexion.exceptions import ProblemException
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.response_validation import ResponseValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from specbound.compiled import read_document
from specbound.compiler.document import Document, declarations, is_3_1
from specbound.compiler.published import with_whole_paths
from specbound.proof.generation import Answered, Sent


@dataclass
class Judge:
    """Connexion in front of an application that gives the reply it is told to."""

    document: Document
    is_of_replies: bool = False
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content: bytes = b""

    def __post_init__(self) -> None:
        validation = ResponseValidationMiddleware if self.is_of_replies else RequestValidationMiddleware
        self._app = ConnexionMiddleware(self._answer, import_name=__name__, middlewares=[RoutingMiddleware, validation])
        # Of functions it needs but the names.
        self._app.add_api(
            self.document, resolver=Resolver(lambda _: lambda: None), strict_validation=True, validate_responses=True
        )
        self._loop = asyncio.new_event_loop()

    def objection(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> str | None:
        """Why it does not let a request, or its reply, through; None if it does. `path` is not percent-encoded."""
        sized = headers | ({"content-length": str(len(body))} if body else {})
        scope: Scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "", "app": self,
            "path": path, "raw_path": quote(path).encode(), "query_string": query.encode(),
            "headers": [(name.lower().encode(), text.encode("latin-1")) for name, text in sized.items()],
            "server": ("localhost", 80), "client": ("localhost", 1),
        }  # fmt: skip
        return self._loop.run_until_complete(self._judged(scope, body))

    async def _judged(self, scope: Scope, body: bytes) -> str | None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            pass

        try:
            await self._app(scope, receive, send)
        except (ProblemException, HTTPException) as refused:
            return f"{type(refused).__name__}: {refused.detail}"
        except Exception as error:  # a request that it stumbles over is one that it does not answer
            return f"stumbled: {type(error).__name__}: {error}"
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.content})


@cache
def of_requests() -> Judge | None:
    return judge_of(_document())


@cache
def of_replies() -> Judge | None:
    return judge_of(_document(), is_of_replies=True)


def judge_of(document: Document, is_of_replies: bool = False) -> Judge | None:
    """None of a contract that Connexion does not read: it knows no OpenAPI 3.1, and not all of 3.0."""
    if is_3_1(document):
        return None
    try:
        return Judge(document, is_of_replies)
    except Exception:  # of several libraries, each with its own
        return None


def objection(sent: Sent) -> str | None:
    """What Connexion has against a request; nothing where it does not read the contract."""
    judge = of_requests()
    if judge is None:
        return None
    return judge.objection(sent.operation.method, sent.path, "&".join(sent.query), dict(sent.headers), sent.body or b"")


def objection_to_reply(answered: Answered, content: bytes) -> str | None:
    """What Connexion has against a reply; nothing as above."""
    judge = of_replies()
    if judge is None:
        return None
    judge.status, judge.content = answered.status, content
    headers = dict(answered.headers) | ({"content-type": answered.media_type} if content else {})
    judge.headers = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    path = answered.operation.whole_path.replace("{", "").replace("}", "")
    return judge.objection(answered.operation.method, path, "", {}, b"")


def _document() -> Document:
    """The contract as it is published, without what Connexion asks a function of its own for."""
    document = with_whole_paths(read_document())
    for each in declarations(document):
        each.definition["security"] = []
    return document
