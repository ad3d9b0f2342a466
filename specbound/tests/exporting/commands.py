"""What a user does: export a list, stop that, look at what is in the file."""

import csv
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from specbound.clients import importing
from specbound.compiler.document import ROOT

COMMAND = importing.ENVIRONMENT / "bin" / "catalogue-api-client-export"


def start(file, url, *arguments, token="local"):
    settings = {"FILE": str(file), "API_URL": url, "API_TOKEN": token, "KIND": ""}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | settings
    command = [COMMAND, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(*arguments, **options):
    """The exit status, what was said, and the errors."""
    process = start(*arguments, **options)
    said, errors = process.communicate(timeout=120)
    return process.returncode, said, errors


def rows(file):
    """What is in a file, each row a dict."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as content:
            return list(csv.DictReader(content))
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


class Book(ThreadingHTTPServer):
    """Answers `/products` with pages, each the text of what `page(query)` returns."""

    daemon_threads = True

    def __init__(self, page: Callable[[dict[str, str]], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.page = page
        self.asked: list[dict[str, str]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence: an export that was killed does not wait for its answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Book

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        self.server.asked.append(query)
        text = self.server.page(query).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silence: the tests say what went wrong."""


@contextmanager
def book(page: Callable[[dict[str, str]], str]) -> Iterator[Book]:
    with Book(page) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield running
        finally:
            running.shutdown()


def numbered(query, last=4, size=3):
    """Pages of numbered things, from 0 to `last`."""
    at = int(query.get("nextToken", 0))
    items = [{"productId": f"{at}-{number}", "name": f"Thing {at}-{number}"} for number in range(size)]
    return json.dumps({"items": items, "count": size} | ({"nextToken": str(at + 1)} if at < last else {}))


def ids(last=4, size=3):
    return [f"{at}-{number}" for at in range(last + 1) for number in range(size)]
