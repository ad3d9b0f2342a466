"""A gateway in front of a real API that loses, delays and refuses what goes through it, once per request."""

import json
import re
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from compiler.document import Document, declarations

PROBLEM = {"Content-Type": "application/problem+json", "Retry-After": "1"}
MESSAGE = {"Content-Type": "application/json"}
IN_PROGRESS = json.dumps(
    {"type": "urn:problem-type:request-in-progress", "title": "Conflict", "status": 409, "detail": "Still running."}
)


class FaultyGateway(ThreadingHTTPServer):
    """`{url}/{fault}` is the API with that fault: the first time a request is made it happens, then no more.

    Faults are `none`, `busy` (429), `unavailable` (503, not passed on), `answer-lost` (done, then 503),
    `cut-off` (done, then the connection ends), `in-progress` (409 with Retry-After) and `down` (503 every time).
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target.rstrip("/")
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.seen: list[tuple[str, str]] = []
        self.struck: set[tuple[str, ...]] = set()

    def operations(self, contract: Document) -> set[str]:
        """Which operations were called."""
        patterns = {
            each.operation_id: f"{each.method} {re.sub('{[^}]*}', '[^/]+', each.path)}"
            for each in declarations(contract)
        }
        calls = {f"{method} {path}" for method, path in self.seen}
        return {name for name, pattern in patterns.items() if any(re.fullmatch(pattern, call) for call in calls)}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyGateway

    def do(self) -> None:
        _, fault, path = re.split("/", self.path, maxsplit=2)
        self.server.seen.append((self.command, f"/{path.partition('?')[0]}"))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = (fault, self.command, path, self.headers.get("Idempotency-Key", ""), body.decode())
        strikes = fault == "down" or request not in self.server.struck
        self.server.struck.add(request)
        match fault if strikes else "none":
            case "busy":
                self._reply(429, MESSAGE | {"Retry-After": "1"}, b'{"message":"Too Many Requests"}')
            case "unavailable" | "down":
                self._reply(503, MESSAGE, b'{"message":"Service Unavailable"}')
            case "in-progress":
                self._reply(409, PROBLEM, IN_PROGRESS.encode())
            case "answer-lost":
                self._forward(f"/{path}", body)
                self._reply(503, MESSAGE, b'{"message":"Service Unavailable"}')
            case "cut-off":
                self._forward(f"/{path}", body)
                self.close_connection = True
            case _:
                answer, content = self._forward(f"/{path}", body)
                self._reply(answer.status, dict(answer.getheaders()), content)

    do_GET = do_POST = do_PUT = do_DELETE = do

    def _forward(self, path: str, body: bytes) -> tuple[HTTPResponse, bytes]:
        target = urlsplit(self.server.target)
        connect = HTTPSConnection if target.scheme == "https" else HTTPConnection
        connection = connect(target.netloc, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, target.path + path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silence: the tests say what went wrong."""
