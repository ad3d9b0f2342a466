"""The load is open: requests go out when they are due, and what waits for a server that stalls is charged to it."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from specbound.cli import main
from specbound.failures import Failed
from specbound.operating.load import loaded
from specbound.operating.load_mix import Mix, Request, read
from specbound.operating.load_report import Outcome, Report, percentile, picture

STALL_SECONDS = 0.8


class Server(ThreadingHTTPServer):
    """Keeps what it was sent; the request `stalls` in number makes all wait that come before it is done."""

    request_queue_size = 200
    stalls = -1

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, object]] = []
        self.turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        with self.server.turn:
            self.server.seen.append((self.command, self.path, json.loads(content) if content else None))
            if len(self.server.seen) == self.server.stalls:
                time.sleep(STALL_SECONDS)
        body = json.dumps({"userId": f"u{len(self.server.seen)}", "token": self.headers.get("authorization")}).encode()
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Loads a URL with a mix: the status of the command, and what it said."""

    def run(url: str, mix: str, *options: str) -> tuple[int, str, str]:
        (tmp_path / "load.yaml").write_text(mix)
        status = main(["load", url, "--mix", f"{tmp_path / 'load.yaml'}", "--out", f"{tmp_path / 'out'}", *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def row(said: str, name: str) -> list[str]:
    """The cells of a row, without units."""
    [line] = [each for each in said.splitlines() if each.startswith(name)]
    return line.removeprefix(name).replace(" ms", "").split()


def test_all_that_waits_while_a_server_stalls_is_charged_to_it(server):
    server.stalls, rate = 20, 50

    report = asyncio.run(loaded(server.url, Mix([Request("GET", "/", 1)]), rate, 2))

    # Whoever asks anew only when the answer has come sees one request that is slow.
    slow = [each for each in report.outcomes if each.seconds > STALL_SECONDS / 2]
    assert len(report.outcomes) == 100
    assert len(slow) > rate * STALL_SECONDS / 2 * 0.8
    assert max(each.seconds for each in slow) > STALL_SECONDS * 0.9


def test_the_mix_is_sent_as_its_shares_say_and_with_what_was_kept(server, load):
    mix = """
requests:
  - { share: 3, get: '/users/{userId}' }
  - { share: 1, post: /users, keep: userId, body: { email: '{new}@example.com' } }
"""

    status, said, _ = load(server.url, mix, "--rate", "100", "--seconds", "1")

    counts = {each: int(row(said, each)[0]) for each in ("GET /users/{userId}", "POST /users", "all")}
    sent = [body["email"] for method, _, body in server.seen if method == "POST"]
    paths = {path for method, path, _ in server.seen if method == "GET"}
    assert status == 0
    assert counts["all"] == 100 == sum(counts.values()) - 100
    assert 60 < counts["GET /users/{userId}"] < 90
    assert len(set(sent)) == len(sent) == counts["POST /users"] + 20
    assert len(paths) > 10
    assert all(path.startswith("/users/u") for path in paths)


def test_errors_are_told_by_kind_and_end_with_a_status(server, load, tmp_path):
    status, said, _ = load(server.url, "requests: [{ get: /busy }]", "--rate", "20", "--seconds", "0.5")

    assert status == 1
    assert "GET /busy: status 503: 10" in said.splitlines()
    assert "GET /busy: status 503: 10" in (tmp_path / "out" / "report.md").read_text()
    assert (tmp_path / "out" / "latency.svg").read_text().count("<circle") == 10


def test_where_nobody_listens_every_request_fails_as_without_a_connection(load):
    with serving() as gone:
        url = gone.url

    status, said, _ = load(url, "requests: [{ get: / }]", "--rate", "10", "--seconds", "0.3")

    assert (status, row(said, "all")[:3]) == (1, ["3", "3", "none"])
    assert "GET /: no connection (ConnectError): 3" in said


def test_what_others_need_has_to_be_made_before_the_clock_runs(server, load):
    mix = "requests: [{ get: '/users/{id}' }, { post: /busy, keep: id }]"

    status, _, told = load(server.url, mix)

    assert (status, told.strip()) == (
        1, "POST /busy: status 503. Others of the mix need what it makes (id).",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mix", "told"),
    [
        ("", "it has no list of `requests`"),
        ("requests: []", "it has no list of `requests`"),
        ("requests: [5]", "request 1: it is not known"),
        ("requests: [{ get: / }, { fetch: / }]", "request 2: fetch is not known"),
        ("requests: [{ get: /, post: / }]", "request 1: say one method with its path"),
        ("requests: [{ get: users }]", "request 1: say one method with its path"),
        ("requests: [{ get: /, share: 0 }]", "request 1: share is how often"),
        ("requests: [{ get: /, share: true }]", "request 1: share is how often"),
        ("requests: [{ get: /, headers: [a] }]", "request 1: headers are texts"),
        ("requests: [{ get: /, headers: { a: 5 } }]", "request 1: headers are texts"),
        ("requests: [{ get: /, keep: 5 }]", "request 1: keep is the name"),
        ("requests: [{ get: / }", "load.yaml: "),
    ],
)
def test_a_mix_that_is_none_is_told_with_its_place(tmp_path, mix, told):
    (tmp_path / "load.yaml").write_text(mix)

    with pytest.raises(Failed, match=f"load.yaml.*{told.split('load.yaml: ')[-1]}"):
        read(tmp_path / "load.yaml")


def test_without_a_mix_it_is_said_how_to_write_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["load", "http://127.0.0.1:1"]) == 1
    assert "load.yaml is not there: write the requests of the load into it" in capsys.readouterr().err


def test_what_is_no_url_is_told(load):
    status, _, told = load("api.example.com", "requests: [{ get: / }]")

    assert (status, told.strip()) == (1, "api.example.com is no URL of an API: write it as https://api.example.com")


def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed():
    values = list(range(1, 1001))

    assert [percentile(values, share) for share in (0.5, 0.99, 0.999, 1)] == [500, 990, 999, 1000]
    assert percentile([7], 0.999) == 7


def test_a_picture_of_one_request_is_drawn():
    assert "<circle" in picture(Report("http://a", 1, 1, [Outcome("GET /", 0, 0, None)], 0))
