"""A server that answers HTTP requests by a script, one step for each, and keeps what it was sent."""

import json
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

# What to do with a connection on which a request has come; true keeps it for the next one.
Step = Callable[[socket.socket], bool]


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def arguments(self) -> Any:
        return json.loads(self.content)


@dataclass
class Server:
    """`steps` are taken one after another, the last of them for ever. `opened` counts the connections."""

    url: str
    steps: list[Step]
    requests: list[Request] = field(default_factory=list)
    opened: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_step(self, request: Request) -> Step:
        with self.lock:
            self.requests.append(request)
            return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


@contextmanager
def scripted(*steps: Step, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        scheme = "https" if tls else "http"
        server = Server(f"{scheme}://localhost:{listener.getsockname()[1]}", list(steps))
        threading.Thread(target=_accept, args=(listener, server, tls), daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # or whoever waits for a connection would still get one


def reply(body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None, stays: bool = True) -> Step:
    """An answer as DynamoDB gives it. The connection is closed after it, unannounced, unless it `stays`."""
    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    said = {
        "content-length": str(len(content)),
        "content-type": "application/x-amz-json-1.0",
        "date": formatdate(usegmt=True),
        "x-amz-crc32": str(zlib.crc32(content)),
        "x-amzn-RequestId": "R1",
    } | dict(headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    answer = f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content

    def step(connection: socket.socket) -> bool:
        connection.sendall(answer)
        return stays

    return step


def error(code: str, status: int = 400, headers: Mapping[str, str] | None = None, **members: Any) -> Step:
    return reply({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Said.", **members}, status, headers)


def hang_up(connection: socket.socket) -> bool:
    """No answer: the connection is closed."""
    return False


def silence(connection: socket.socket) -> bool:
    """No answer, and nothing else, until the other side gives up."""
    with suppress(OSError):
        connection.recv(1)
    return False


def _accept(listener: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):  # the listener is closed
        while True:
            connection, _ = listener.accept()
            server.opened += 1
            threading.Thread(target=_serve, args=(connection, server, tls), daemon=True).start()


def _serve(connection: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk = tls.wrap_socket(connection, server_side=True) if tls else connection
        with talk, talk.makefile("rb") as said:
            while (line := said.readline()).endswith(b" HTTP/1.1\r\n"):
                headers = {}
                while header := said.readline().strip():
                    name, _, value = header.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                content = said.read(int(headers.get("content-length", 0)))
                step = server.next_step(Request(line.split()[1].decode(), headers, content))
                if not step(talk):
                    return
