"""A gateway in front of a real API that loses, delays, refuses and bends what goes through it."""

import json
import mimetypes
import re
import time
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from specbound.compiler.document import Document, declarations

MESSAGE = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}
LONG_SECONDS = 10
# What a client must live with from an API that is newer than itself.
NEWER = {"status": "suspended", "nickname": "Ada", "description": None, "nextToken": None, "problem": None}
DIGITS = {'"version":1': '"version":9007199254740993', '"price":19.99': '"price":0.12345678901234567890'}


class FaultyGateway(ThreadingHTTPServer):
    """`{url}/{fault}` is the API with that fault; `{url}/{fault}.{anything}` is, for a caller of its own.

    These happen the first time a request is made, then no more: `busy` (429 with Retry-After), `unavailable` (503, not
    passed on), `answer-lost` (done, then 503), `outcome-unknown` (done, then a 503 that cannot tell), `cut-off` (done,
    then the connection ends), `half` (done, then it ends amid the answer) and `in-progress` (409 with Retry-After).

    These happen every time: `none`, `down` (503), `later` (503 with a long Retry-After), `hang` (no answer for long),
    `trickle` (an answer that hardly comes), `newer` (answers of a newer API), `digits` (with long numbers), `endless`
    (every page leads to the same one), `named` and `gateway` (refused under a request's id), `portal` (a page instead
    of JSON), `echo` (refused, with the body as the detail and the Authorization as the instance), `cut` (the connection
    ends), `moved` (to itself, for ever), `moved-away` (to `cut`) and `odd` (503 with a Retry-After that is none).

    `files` is what lies in `folder`.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target.rstrip("/")
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.seen: list[tuple[str, str]] = []
        self.struck: set[tuple[str, ...]] = set()
        self.folder = Path()

    def operations(self, contract: Document) -> set[str]:
        """Which operations were called."""
        patterns = {
            each.operation_id: f"{each.method} {re.sub('{[^}]*}', '[^/]+', each.path)}"
            for each in declarations(contract)
        }
        calls = {f"{method} {path}" for method, path in self.seen}
        return {name for name, pattern in patterns.items() if any(re.fullmatch(pattern, call) for call in calls)}

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence: a client that gives up does not wait for its answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyGateway

    def do(self) -> None:
        _, place, path = re.split("/", self.path, maxsplit=2)
        fault = place.partition(".")[0]
        self.server.seen.append((self.command, f"/{path.partition('?')[0]}"))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = (place, self.command, path, self.headers.get("Idempotency-Key", ""), body.decode())
        again = request in self.server.struck
        self.server.struck.add(request)
        if not self._always(fault, f"/{path}", body) and (again or not self._once(fault, f"/{path}", body)):
            answer, content = self._forward(f"/{path}", body)
            self._reply(answer.status, dict(answer.getheaders()), content)

    do_GET = do_POST = do_PUT = do_DELETE = do

    def _once(self, fault: str, path: str, body: bytes) -> bool:
        """Whether this is one of the faults that happen once, and was done."""
        if fault in ("answer-lost", "outcome-unknown", "cut-off", "half"):
            answer, content = self._forward(path, body)
        match fault:
            case "busy":
                self._reply(429, MESSAGE | {"Retry-After": "1"}, b'{"message":"Too Many Requests"}')
            case "unavailable" | "answer-lost":
                self._reply(503, MESSAGE, b'{"message":"Service Unavailable"}')
            case "outcome-unknown":
                self._refuse(503, "outcome-unknown", "It may have been done, or not.")
            case "in-progress":
                self._refuse(409, "still-running", "Still running.", {"Retry-After": "1"})
            case "cut-off":
                self.close_connection = True
            case "half":
                self._reply(answer.status, dict(answer.getheaders()), content[:-5], len(content))
                self.close_connection = True
            case _:
                return False
        return True

    def _always(self, fault: str, path: str, body: bytes) -> bool:
        match fault:
            case "down":
                self._reply(503, MESSAGE, b'{"message":"Service Unavailable"}')
            case "later":
                self._reply(503, MESSAGE | {"Retry-After": "30"}, b'{"message":"Service Unavailable"}')
            case "hang":
                time.sleep(LONG_SECONDS)
                self.close_connection = True
            case "trickle":
                self._trickle()
            case "named":
                self._refuse(404, "not-found", "There is none.", {"X-Request-Id": "of-the-api", "apigw-requestid": "x"})
            case "gateway":
                self._reply(403, MESSAGE | {"apigw-requestid": "of-the-gateway="}, b'{"message":"Forbidden"}')
            case "portal":
                self._reply(200, {"Content-Type": "text/html"}, b"<!doctype html><p>Sign in")
            case "echo":
                self._refuse(400, "echo", body.decode(), {}, instance=self.headers.get("Authorization", ""))
            case "files":
                self._serve(self.server.folder / path.strip("/").partition("?")[0])
            case "newer" | "digits" | "endless":
                answer, content = self._forward(path, body)
                bent = _bent(fault, content.decode()) if answer.status < 300 else content.decode()
                self._reply(answer.status, dict(answer.getheaders()), bent.encode())
            case _:
                return self._astray(fault, path)
        return True

    def _astray(self, fault: str, path: str) -> bool:
        match fault:
            case "moved":
                self._reply(307, {"Location": self.path}, b"")
            case "moved-away":
                self._reply(307, {"Location": f"/cut{path}"}, b"")
            case "cut":
                self.close_connection = True
            case "odd":
                self._reply(503, MESSAGE | {"Retry-After": "\u00b2"}, b'{"message":"Service Unavailable"}')
            case _:
                return False
        return True

    def _refuse(
        self, status: int, kind: str, detail: str, headers: dict[str, str] | None = None, instance: str = ""
    ) -> None:
        problem = {"type": f"urn:problem-type:{kind}", "title": "Refused", "status": status, "detail": detail}
        content = problem | ({"instance": instance} if instance else {})
        self._reply(status, PROBLEM | (headers or {}), json.dumps(content).encode())

    def _trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(LONG_SECONDS * 10):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)
        self.close_connection = True

    def _serve(self, file: Path) -> None:
        media = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(file)[0]
        found = file.is_file()
        self._reply(200 if found else 404, {"Content-Type": str(media)}, file.read_bytes() if found else b"")

    def _forward(self, path: str, body: bytes) -> tuple[HTTPResponse, bytes]:
        target = urlsplit(self.server.target)
        connect = HTTPSConnection if target.scheme == "https" else HTTPConnection
        connection = connect(target.netloc, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        headers["Accept-Encoding"] = "identity"
        connection.request(self.command, target.path + path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _reply(self, status: int, headers: dict[str, str], content: bytes, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silence: the tests say what went wrong."""


def _bent(fault: str, text: str) -> str:
    if fault == "digits":
        for short, long in DIGITS.items():
            text = text.replace(short, long)
        return text
    return json.dumps(json.loads(text, object_hook=_newer if fault == "newer" else _endless))


def _newer(members: dict[str, Any]) -> dict[str, Any]:
    # The results of a batch have a number there.
    kept = {name: value for name, value in members.items() if value and isinstance(value, int | list | dict)}
    return members | NEWER | kept


def _endless(members: dict[str, Any]) -> dict[str, Any]:
    return members | ({"nextToken": "0" * 46} if "items" in members else {})
