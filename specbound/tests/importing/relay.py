"""A gateway for the importer with a contract of its own making: smaller batches, and answers that a test gives."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from specbound.compiler.document import load

Answer = tuple[int, Any]


class Relay(ThreadingHTTPServer):
    """Answers each batch by `answer(path, key, body)`, and keeps when each came and how many were under way at once."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str, str, Any], Answer], most_items: int, rate: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answer = answer
        self.contract = load()
        for kind in ("users", "products"):
            operation = self.contract["paths"][f"/{kind}/batch"]["post"]
            operation["x-throttle"] = {"rate": rate, "burst": 10}
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            schema["properties"]["items"]["maxItems"] = most_items

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence: an importer that was killed does not wait for its answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def do_GET(self) -> None:
        self._reply(200, self.server.contract)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._reply(*self.server.answer(self.path, self.headers["Idempotency-Key"], body))

    def _reply(self, status: int, content: Any) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silence: the tests say what went wrong."""


@contextmanager
def relay(answer: Callable[[str, str, Any], Answer], most_items: int = 10, rate: int = 10) -> Iterator[Relay]:
    with Relay(answer, most_items, rate) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield running
        finally:
            running.shutdown()


def created(path: str, key: str, body: Any) -> Answer:
    """What an API answers that creates everything and keeps nothing."""
    if not body["items"]:
        return 400, {"errors": []}
    return 200, {"results": [{"status": 201}] * len(body["items"]), "created": len(body["items"]), "failed": 0}
