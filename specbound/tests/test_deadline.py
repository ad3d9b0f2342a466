"""Whatever the database does, a request is answered before Lambda's time for it is over."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from tests.events import event_1_0
from tests.processes import timed_answer

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ONE = json.dumps({"name": "Ada Lovelace", "email": "ada@example.com"})
MANY = json.dumps({"items": [{"name": f"User {n}", "email": f"u{n}@example.com"} for n in range(100)]})
# What takes one call to the database, and what takes many, with a key and without.
REQUESTS = {
    "a list": event_1_0("GET", "/users"),
    "a creation": event_1_0("POST", "/users", body=ONE),
    "a creation under a key": event_1_0("POST", "/users", body=ONE, headers={"Idempotency-Key": "a"}),
    "a batch": event_1_0("POST", "/users/batch", body=MANY),
}
CLIENTS = ["specbound", "boto3"]
CONFLICT = {"__type": "TransactionCanceledException", "CancellationReasons": [{"Code": "TransactionConflict"}]}
BUSY = {"__type": "ThrottlingException"}


@contextmanager
def database(reply: dict[str, object] | None, seconds: float) -> Iterator[str]:
    """Where something listens that says the same to every call, and takes its time; None is never said."""
    over = Event()

    class Call(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            over.wait(None if reply is None else seconds)
            content = json.dumps(reply).encode()
            self.send_response_only(400)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Call) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()


def statuses(reply):
    """Of the request; or of each part, where they are told one by one."""
    body = json.loads(reply["body"])
    return {each["status"] for each in body["results"]} if "results" in body else {reply["statusCode"]}


@pytest.mark.parametrize(
    ("reply", "seconds"), [(None, 0), (CONFLICT, 1.5), (BUSY, 1.5)], ids=["silent", "conflict", "busy"]
)
@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_database_that_takes_too_long_is_a_503_in_time(client, name, reply, seconds):
    with database(reply, seconds) as url:
        answer, took = timed_answer(REQUESTS[name], 6, AWS_ENDPOINT_URL=url, DATABASE_CLIENT=client)

    assert statuses(answer) == {503}
    assert took < 6


@pytest.mark.parametrize("client", CLIENTS)
def test_with_little_time_from_the_start_the_database_is_asked_all_the_same(client):
    with database(BUSY, 0) as url:
        answer, _ = timed_answer(REQUESTS["a list"], 3, AWS_ENDPOINT_URL=url, DATABASE_CLIENT=client)

    assert "urn:problem-type:service-unavailable" in answer["body"]
