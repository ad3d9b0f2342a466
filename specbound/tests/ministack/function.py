"""`python -m tests.ministack.function`: the API over HTTP, served by many processes, each one request at a time.

It serves the listening socket whose file descriptor it is given, and ends when whoever started it does. Its handler is
the service's, or the one whose dotted name is given as well. A request's
header `x-fault` says what goes wrong between the function and its database; a reply's header `x-calls` names the
requests that the database was sent, and `x-refused` those that AWS would have refused.
"""

import gc
import os
import sys
import time
from http.server import BaseHTTPRequestHandler
from socket import socket
from socketserver import TCPServer
from typing import cast

import httpx

from specbound.local.gateway import Gateway, find
from specbound.local.in_process import InProcess
from specbound.store.dynamodb import line as database
from specbound.testing import aws_limits
from specbound.testing.callers import HANDLER
from tests.ministack.faults import Line

PROCESSES = 32
WARM_UP = httpx.Request("GET", "http://localhost/health")


class Server(TCPServer):
    """`is_spent` when a fault has used up some of the SDK's quota of retries; the next request gets a full one."""

    timeout = 0.5
    is_spent = False

    def __init__(self, listener: socket, app: Gateway) -> None:
        super().__init__(listener.getsockname(), Invocation, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.app = app
        # Another process may have taken the call that this one woke up for.
        listener.settimeout(self.timeout)


class Invocation(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = f"http://localhost{self.path}"
        request = httpx.Request(self.command, url, headers=self.headers.items(), content=content)
        with Line(database().client, self.headers.get("x-fault")) as line, aws_limits.watched() as refused:
            reply = InProcess(self.server.app).handle_request(request)
        self.server.is_spent = line.fault is not None and line.fault.lasts
        self.send_response_only(reply.status_code)
        for name, value in [*reply.headers.items(), ("x-calls", " ".join(line.calls)), ("x-refused", ascii(refused))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"".join(cast(httpx.SyncByteStream, reply.stream)))  # as it travels, perhaps in gzip

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer


def serve(server: Server) -> None:
    """Keep as many processes running as there should be; a fault is the end of one."""
    owner, this, running = os.getppid(), os.getpid(), set[int]()
    while os.getppid() == owner:
        while len(running) < PROCESSES:
            running.add(os.fork() or work(server, this))
        ended, _ = os.waitpid(-1, os.WNOHANG)
        running.discard(ended)
        time.sleep(0 if ended else 0.02)


def work(server: Server, owner: int) -> int:
    while os.getppid() == owner and not server.is_spent:
        server.handle_request()
    os._exit(0)


if __name__ == "__main__":
    # What is made on the first request is made once, before the processes part.
    app = Gateway(find(sys.argv[2] if len(sys.argv) > 2 else HANDLER))
    InProcess(app).handle_request(WARM_UP)
    # A collection in a child would touch, and so copy, all of its parent's memory.
    gc.freeze()
    serve(Server(socket(fileno=int(sys.argv[1])), app))
