"""What somebody sees who puts `specbound proxy` before a server, over HTTP."""

import gzip
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from specbound.compiler.document import ROOT
from specbound.local.background import ANSWERS

pytestmark = [pytest.mark.slow, pytest.mark.in_process]

CONTRACT = Path(__file__).parent / "contracts" / "mocked.yaml"
HEADERS = {"authorization": "Bearer a-secret-token"}
ORDER = {"orderId": 7, "title": "Tea", "pieces": 2, "placedAt": "2026-01-31T09:30:00Z"}
JSON = {"content-type": "application/json"}
WAIT_SECONDS = 60
# Longer than is kept to be checked.
LARGE = 11_000_000


class Upstream(BaseHTTPRequestHandler):
    """A server that says what the test wants, and keeps what it was sent."""

    protocol_version = "HTTP/1.1"

    def _answer(self):
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length) if length else self._chunks()
        self.server.seen.append((self.requestline, self.headers.items(), body))
        status, headers, content = self.server.says
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if callable(content):
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in content():
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
            return
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _chunks(self):
        found = b""
        while self.headers.get("transfer-encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
            found += self.rfile.read(size)
            self.rfile.readline()
        if self.headers.get("transfer-encoding") == "chunked":
            self.rfile.readline()
        return found

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _answer

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.seen, server.says = [], (200, JSON | {"etag": '"1"'}, json.dumps(ORDER).encode())
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Running:
    """A proxy that runs; when it has stopped, with its status and its report."""

    def __init__(self, folder, url, *options):
        self._log, self._report = folder / "log", folder / "report.json"
        arguments = [sys.executable, "-m", "specbound", "proxy", url, str(CONTRACT), "--port", "0", "--report"]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [*arguments, self._report, *options], cwd=ROOT, stdout=output, stderr=output
            )
        self.client = httpx.Client(base_url=self._url(), headers=HEADERS, timeout=WAIT_SECONDS)

    def _url(self):
        deadline = time.monotonic() + WAIT_SECONDS
        while not (found := ANSWERS.search(self._log.read_bytes())):
            assert self._process.poll() is None and time.monotonic() < deadline, self.said
            time.sleep(0.05)
        return found[1].decode()

    @property
    def said(self):
        return self._log.read_text(encoding="utf-8")

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self.status = self._process.wait(WAIT_SECONDS)
        self.client.close()
        return json.loads(self._report.read_text(encoding="utf-8"))

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture
def proxied(tmp_path, upstream):
    with _running(tmp_path, upstream.url) as running:
        yield running


@contextmanager
def _running(folder, url, *options):
    running = Running(folder, url, *options)
    try:
        yield running
    finally:
        running.kill()


def test_what_is_as_the_contract_has_it_goes_through_as_it_came(proxied, upstream):
    target = '/v1/orders/7?a%2fb=%C3%A9|"'
    with socket.create_connection((proxied.client.base_url.host, proxied.client.base_url.port)) as raw:
        raw.sendall(
            f"GET {target} HTTP/1.1\r\nHost: proxy\r\nAuthorization: Bearer a-secret-token\r\nX-Own: a\r\nX-Own: b\r\n"
            "Connection: close, X-Hop\r\nX-Hop: here\r\nKeep-Alive: 5\r\nTE: trailers\r\n\r\n".encode()
        )  # fmt: skip
        reply = b"".join(iter(lambda: raw.recv(65536), b""))
    [(line, headers, _)] = upstream.seen
    names = [name.lower() for name, _ in headers]

    assert line == f"GET {target} HTTP/1.1"
    assert [value for name, value in headers if name.lower() == "x-own"] == ["a", "b"]
    assert ("via", "1.1 specbound") in headers and ("host", upstream.url.removeprefix("http://")) in [
        (name.lower(), value) for name, value in headers
    ]  # fmt: skip
    assert not {"x-hop", "keep-alive", "te"} & {*names}
    assert not {"accept", "user-agent", "accept-encoding"} & {*names}
    head, _, body = reply.partition(b"\r\n\r\n")
    assert json.loads(body) == ORDER and b'etag: "1"' in head.lower()
    assert b"server:" not in head.lower() and b"date:" not in head.lower()


def test_nothing_is_told_of_what_is_right(proxied, upstream):
    assert proxied.client.get("/v1/orders/7").json() == ORDER
    assert proxied.client.head("/v1/orders/7").status_code == 200
    # A client may leave out the base path, if the server does.
    assert proxied.client.get("/orders/7").json() == ORDER
    upstream.says = 204, {}, b""
    assert proxied.client.delete("/v1/orders/7").status_code == 204
    upstream.says = 404, JSON, b"{}"
    assert proxied.client.get("/nowhere").status_code == 404

    report = proxied.stop()

    assert proxied.status == 0
    assert report["drifts"] == [] and report["counts"] == {"requests": 5}
    assert report["operations"]["get_order"] == 3 and report["operations"]["list_orders"] == 0
    assert "No drift." in proxied.said


@pytest.mark.parametrize(
    ("says", "place", "what"),
    [
        ((500, JSON, b"{}"), "status", "is not declared: 200"),
        (
            (200, {"content-type": "text/html"}, b"<p>"),
            "header/content-type",
            "is none that is declared: application/json",
        ),
        ((200, JSON, b""), "body", "is missing"),
        ((200, JSON, b"{"), "body", "is not JSON"),
        ((200, JSON, json.dumps(ORDER | {"pieces": 0}).encode()), "body/pieces", "must be at least 1"),
        ((200, JSON, json.dumps(ORDER | {"extra": 1}).encode()), "body/extra", "is not known here"),
        ((200, JSON, json.dumps(ORDER | {"secret": "s"}).encode()), "body/secret", ""),
        ((200, JSON | {"content-encoding": "gzip"}, gzip.compress(b'{"orderId": 7}')), "body/title", "is required"),
    ],
)
def test_a_reply_that_drifts_is_passed_on_and_told_once(proxied, upstream, says, place, what):
    upstream.says = says

    replies = [proxied.client.get("/v1/orders/7") for _ in range(2)]
    report = proxied.stop()

    assert [each.status_code for each in replies] == [says[0]] * 2
    [drift] = [each for each in report["drifts"] if each["place"] == place]
    assert what in drift["what"] and drift["count"] == 2
    assert (drift["route"], drift["operation"], drift["side"]) == ("GET /v1/orders/{orderId}", "getOrder", "reply")
    assert proxied.said.count(f"drift: GET /v1/orders/{{orderId}} (getOrder): reply {says[0]}: {place}: ") == 1


def test_headers_are_read_as_their_schemas_have_them(proxied, upstream):
    upstream.says = 201, JSON, json.dumps(ORDER).encode()

    proxied.client.post("/v1/orders", json={"title": "Tea", "pieces": 2})

    assert [each["place"] for each in proxied.stop()["drifts"]] == ["header/location"]


def test_a_wrong_request_is_drift_only_if_the_server_takes_it(proxied, upstream):
    order = {"title": "a-secret-title" * 9, "pieces": 0}
    upstream.says = 201, JSON | {"location": "/v1/orders/7"}, json.dumps(ORDER).encode()
    proxied.client.post("/v1/orders", json=order)
    proxied.client.post("/v1/orders", json=order | {"pieces": 1, "title": "Tea"}, headers={"authorization": ""})
    upstream.says = 422, JSON, b'{"error": "No."}'
    proxied.client.post("/v1/orders", json=order)

    report = proxied.stop()

    assert {(each["side"], each["place"]) for each in report["drifts"]} == {
        ("request", "body/title"), ("request", "body/pieces"), ("request", "header"),
    }  # fmt: skip
    assert report["counts"]["wrong requests that the server refused"] == 1


def test_what_the_contract_does_not_have_is_drift_and_no_id_is_told(proxied, upstream):
    proxied.client.get("/v1/customers/4711/keys/a-very-long-secret-of-somebody")
    proxied.client.post("/v1/orders/7", json={})

    report = proxied.stop()

    assert [(each["route"], each["what"]) for each in report["drifts"]] == [
        ("GET /v1/customers/*/keys/*", "answers a path that the contract does not have"),
        ("POST /v1/orders/{orderId}", "answers a method that the contract does not have"),
    ]


def test_what_a_server_has_beside_its_operations_is_passed_on_and_counted(tmp_path, upstream):
    upstream.says = 200, {"content-type": "text/html"}, b"a page"

    with _running(tmp_path, upstream.url, "--fail", "--refuse", "--ignore", "/assets/*") as running:
        told = [running.client.get(path).status_code for path in ("/docs", "/assets/own.css", "/other")]
        report = running.stop()

    assert (told, running.status) == ([200, 200, 404], 0)
    assert report["drifts"] == [] and report["counts"] == {"requests": 3, "requests for what is no operation": 2}


def test_nothing_secret_is_printed(proxied, upstream):
    upstream.says = 200, JSON | {"set-cookie": "session=a-secret"}, b'{"title": "a-secret", "a-secret@example.com": 1}'
    proxied.client.get("/v1/orders/7?key=a-secret", headers={"cookie": "session=a-secret"})

    report = proxied.stop()

    assert report["drifts"]
    assert "a-secret" not in proxied.said + json.dumps(report)


def test_a_stream_is_passed_on_while_it_comes(proxied, upstream):
    goes_on = threading.Event()

    def parts():
        yield b"data: 1\n\n"
        assert goes_on.wait(WAIT_SECONDS)
        yield b"data: 2\n\n"

    upstream.says = 200, {"content-type": "text/event-stream"}, parts
    with proxied.client.stream("GET", "/v1/motto") as reply:
        received = reply.iter_raw()
        assert next(received) == b"data: 1\n\n"
        goes_on.set()
        assert b"".join(received) == b"data: 2\n\n"

    assert [each["place"] for each in proxied.stop()["drifts"]] == ["header/content-type"]


def test_what_is_large_is_passed_on_whole_and_not_checked(proxied, upstream):
    upstream.says = 200, JSON | {"etag": '"1"'}, b" " * LARGE

    def parts():
        yield from (b"a" * 1_000_000 for _ in range(11))

    reply = proxied.client.request("GET", "/v1/orders/7", content=parts())

    assert len(reply.content) == LARGE
    assert len(upstream.seen[0][2]) == 11_000_000
    report = proxied.stop()
    assert report["drifts"] == [] and report["counts"]["bodies too long to be checked"] == 1


def test_a_server_that_is_not_there_is_told_and_is_no_drift(tmp_path, upstream):
    with _running(tmp_path, "http://127.0.0.1:1", "--fail") as running:
        reply = running.client.get("/v1/orders/7")
        report = running.stop()

    assert reply.status_code == 502 and reply.json()["type"] == "urn:problem-type:bad-gateway"
    assert running.status == 0 and report["counts"]["requests that the server did not answer"] == 1


def test_drift_can_fail_a_pipeline(tmp_path, upstream):
    upstream.says = 418, JSON, b"{}"
    with _running(tmp_path, upstream.url, "--fail") as running:
        running.client.get("/v1/orders/7")
        running.stop()

    assert running.status == 1 and "Drift: 1 difference." in running.said


def test_what_drifts_can_be_refused(tmp_path, upstream):
    with _running(tmp_path, upstream.url, "--refuse") as running:
        client = running.client
        fine = client.get("/v1/orders/7")
        wrong = client.post("/v1/orders", json={"title": ""})
        nowhere, method = client.get("/v1/nowhere"), client.patch("/v1/orders")
        asked = len(upstream.seen)
        upstream.says = 200, JSON, json.dumps(ORDER | {"pieces": 0}).encode()
        drifted = client.get("/v1/orders/7")
        report = running.stop()

    assert fine.json() == ORDER
    assert wrong.status_code == 400 and {"/title", "/pieces"} == {each["pointer"] for each in wrong.json()["errors"]}
    assert (nowhere.status_code, method.status_code, asked) == (404, 405, 1)
    assert drifted.status_code == 502 and drifted.json()["type"] == "urn:problem-type:drift"
    assert drifted.json()["errors"][0]["pointer"] == "body/pieces"
    assert {each["side"] for each in report["drifts"]} == {"request", "reply"}


@pytest.mark.parametrize("url", ["api.example.com", "ftp://a", "https://user:a-secret@api.example.com", "https://a?b"])
def test_a_url_that_makes_no_sense_is_refused_without_its_secrets(url):
    command = [sys.executable, "-m", "specbound", "proxy", url, str(CONTRACT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "a-secret" not in done.stderr
