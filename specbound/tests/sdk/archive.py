"""An archive of pictures and texts: a contract whose bodies are no JSON, and a server of it that keeps them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BYTES = {"type": "string", "format": "binary"}
TEXT = {"type": "string"}
NAME = {"name": "name", "in": "path", "required": True, "schema": TEXT}
DONE = {"204": {"description": "Kept."}}
SHEET = {"type": "object", "required": ["title", "file"], "properties": {"title": TEXT, "file": BYTES}}
FIELDS = {"type": "object", "required": ["title"], "properties": {"title": TEXT, "count": {"type": "integer"}}}


def _operation(name: str, replies: dict[str, Any], **body: Any) -> dict[str, Any]:
    found = {"operationId": name, "tags": ["pictures"], "responses": replies}
    return found | ({"requestBody": {"required": True, "content": body["content"]}} if body else {})


def _reply(media: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "There it is.", "content": {media: {"schema": schema}}}}


CONTRACT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Archive", "version": "1.0.0"},
    "paths": {
        "/pictures/{name}": {
            "parameters": [NAME],
            "get": _operation("getPicture", _reply("image/png", BYTES)),
            "put": _operation("putPicture", DONE, content={"image/*": {"schema": BYTES}}),
        },
        "/texts/{name}": {
            "parameters": [NAME],
            "get": _operation("getText", _reply("text/plain", TEXT)),
            "put": _operation("putText", DONE, content={"text/plain": {"schema": TEXT}}),
        },
        "/sheets/{name}": {
            "parameters": [NAME],
            "put": _operation("putSheet", DONE, content={"multipart/form-data": {"schema": SHEET}}),
        },
        "/fields/{name}": {
            "parameters": [NAME],
            "put": _operation("putFields", DONE, content={"application/x-www-form-urlencoded": {"schema": FIELDS}}),
        },
        "/kept/{name}": {
            "parameters": [NAME],
            "get": _operation("getKept", _reply("application/json", {"type": "object", "additionalProperties": True})),
        },
        "/events/{name}": {"parameters": [NAME], "get": _operation("watch", _reply("text/event-stream", TEXT))},
    },
}
EVENTS = (
    b": a comment\r\n\r\n",
    b'id: 1\nevent: made\ndata: {"number":\ndata: 1}\n\n',
    "data: größer\n\nretry: 5000\n\n".encode(),
    b"id: 2\ndata:last\n\n",
    b"data: of which the end was lost\n",
)
LARGE = 64 * 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    """Keeps what comes by its name; the first that comes for a name with `busy` in it is refused."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, tuple[str, bytes]]
    seen: threading.Event

    def do_PUT(self) -> None:
        body, name = self._body(), self.path.rpartition("/")[2]
        if name == "seen":
            self.seen.set()
        if "busy" in name and name not in self.kept:
            self.kept[name] = ("", b"")
            return self._answer(503, "application/json", b"{}", {"Retry-After": "0"})
        self.kept[name] = (self.headers.get("Content-Type", ""), body)
        return self._answer(204, "", b"")

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if name == "none":
            return self._answer(404, "application/problem+json", b'{"detail": "There is none.", "status": 404}')
        if self.path.startswith("/events/") or name == "large":
            self.close_connection = True
            with suppress(ConnectionError):
                return self._large() if name == "large" else self._events()
            return None
        media, body = self.kept[name]
        if self.path.startswith("/kept/"):
            said = {"type": media, "text": body.decode("latin-1")}
            return self._answer(200, "application/json", json.dumps(said).encode())
        return self._answer(200, media, body)

    def _events(self) -> None:
        """The last ones come only when somebody says that the first were seen."""
        self._begin("text/event-stream")
        for number, each in enumerate(EVENTS):
            if number == len(EVENTS) - 2:
                assert self.path.endswith("/b") or self.seen.wait(60)
            for part in (each[:7], each[7:]):
                self._piece(part)
                time.sleep(0.01)
        self._piece(b"")

    def _large(self) -> None:
        self._begin("image/png")
        for _ in range(LARGE // 65536):
            self._piece(b"x" * 65536)
        self._piece(b"")

    def _begin(self, media: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _piece(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.flush()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _answer(self, status: int, media: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media, "Content-Length": str(len(body)), **(headers or {})}.items():
            if value and not (status == 204 and name == "Content-Length"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


@contextmanager
def archive() -> Iterator[str]:
    """The address of a server."""
    handler = type("Handler", (_Handler,), {"kept": {}, "seen": threading.Event()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
