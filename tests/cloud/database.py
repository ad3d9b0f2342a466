"""MiniStack's DynamoDB behind a line in which something may go wrong."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx

READS = {"GetItem", "BatchGetItem", "Query"}
SLOW_SECONDS = 1.2
REFUSALS = {"denied": "AccessDeniedException", "throttled": "ThrottlingException"}


class Database:
    """It passes calls on, unless `fault` is one of "slow", "denied" and "throttled".

    `throttled` has the table, the index (or None), and "Read" or "Write", of each call that was throttled.
    """

    def __init__(self, target: str) -> None:
        self.fault: str | None = None
        self.throttled: list[tuple[str, str | None, str]] = []
        handler = type("Handler", (_Handler,), {"database": self, "target": target})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def refusal(self, action: str, call: dict[str, Any]) -> str | None:
        """The code of the error that a call is answered with."""
        if self.fault == "slow":
            time.sleep(SLOW_SECONDS)
        if self.fault == "throttled":
            self.throttled.append((call["TableName"], call.get("IndexName"), "Read" if action in READS else "Write"))
        return REFUSALS.get(self.fault or "")


class _Handler(BaseHTTPRequestHandler):
    database: Database
    target: str
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        code = self.database.refusal(self.headers["X-Amz-Target"].rpartition(".")[2], json.loads(content))
        if code:
            self._answer(400, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode())
            return
        sent = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        passed = httpx.post(self.target, content=content, headers=sent, timeout=30)
        self._answer(passed.status_code, passed.content)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *_: Any) -> None:
        pass
