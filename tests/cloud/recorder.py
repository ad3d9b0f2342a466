"""What is asked of AWS: a proxy before MiniStack, which notes for each call the IAM actions that it needs."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session

# How services are called in signatures and in policies, where that differs.
IN_POLICIES = {"monitoring": "cloudwatch"}
# The same of a call.
NAMED_OTHERWISE = {"lambda:Invoke": "lambda:InvokeFunction"}
# What is done to an object of S3, by the method of HTTP; of a bucket there is only a list.
OF_OBJECTS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
# A transaction needs the actions of what is in it, and none of its own:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
TRANSACTIONS = {"dynamodb:TransactWriteItems", "dynamodb:TransactGetItems"}
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


def action(method: str, path: str, headers: Any, body: bytes) -> str | None:
    """The IAM action of a signed request; None for one that is no call of AWS."""
    signed = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request", headers.get("Authorization", ""))
    if signed is None:
        return None
    service = signed[1]
    # Its actions are the methods of HTTP.
    if service == "apigateway":
        return f"apigateway:{method}"
    found = f"{IN_POLICIES.get(service, service)}:{_operation(service, method, path, headers, body)}"
    return NAMED_OTHERWISE.get(found, found)


def _needed(found: str, body: bytes) -> set[str]:
    """The actions that a policy has to allow for a call."""
    if found not in TRANSACTIONS:
        return {found}
    kinds = {kind for each in json.loads(body)["TransactItems"] for kind in each}
    return {f"dynamodb:{kind}Item" for kind in kinds}


def _operation(service: str, method: str, path: str, headers: Any, body: bytes) -> str:
    """The name of an operation, as the service's protocol says it."""
    if service == "s3":
        return OF_OBJECTS[method] if urlsplit(path).path.strip("/").count("/") else "ListBucket"
    if target := headers.get("X-Amz-Target"):
        return str(target).rpartition(".")[2]
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode())["Action"][0]
    if named := re.search(r"/operation/(\w+)$", path):
        return named[1]
    route = f"{method} {urlsplit(path).path.rstrip('/')}"
    return next(name for pattern, name in _routes(service) if pattern.fullmatch(route))


@cache
def _routes(service: str) -> list[tuple[re.Pattern[str], str]]:
    """The routes of a REST service, those with the longest fixed parts first."""
    model = botocore.session.get_session().get_service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        route = f"{http['method']} {http['requestUri'].partition('?')[0].rstrip('/')}"
        parts = [".+" if each.endswith("+}") else "[^/]+" if each[0] == "{" else re.escape(each)
                 for each in re.split(r"(\{[^}]+\})", route) if each]  # fmt: skip
        found.append((len(re.sub(r"\{[^}]+\}", "", route)), re.compile("".join(parts)), name))
    return [(pattern, name) for _, pattern, name in sorted(found, key=lambda each: -each[0])]


class Recorder:
    """It answers at `url` as MiniStack does.

    `calls` has of each call the access key, an IAM action that it needs, and what was said: path and body.
    """

    def __init__(self, url: str, target: str) -> None:
        self.url, self.target = url, target
        self.calls: list[tuple[str, str, str]] = []

    def note(self, method: str, path: str, headers: Any, body: bytes) -> None:
        found = action(method, path, headers, body)
        if found:
            key = headers["Authorization"].partition("Credential=")[2].partition("/")[0]
            said = f"{path} {body.decode(errors='replace')}"
            self.calls.extend((key, each, said) for each in sorted(_needed(found, body)))


@contextmanager
def recorder(target: str) -> Iterator[Recorder]:
    """A running one, before the MiniStack at `target`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    running = Recorder(f"http://127.0.0.1:{server.server_port}", target)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"recorder": running})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    recorder: Recorder
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.recorder.note(self.command, self.path, self.headers, body)
        place = urlsplit(self.recorder.target)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=120)
        try:
            # The headers, Host among them, are signed.
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length", "server", "date"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

    def log_message(self, format: str, *args: Any) -> None:
        pass
