"""What the engine's own client takes for a reply, however a server sends it, and what it does not."""

import socket
import time
from collections.abc import Iterator

import pytest

from specbound.store.attempts import Unanswered, course
from specbound.store.connections import Answer, Closed, Connections
from tests.scripted import Step, reply, scripted

HEADERS = {"host": "localhost"}


@pytest.fixture(autouse=True)
def whole_course() -> Iterator[None]:
    course.has_lost_reply = False
    yield
    course.has_lost_reply = False


def raw(*parts: bytes, stays: bool = True, pause: float = 0) -> Step:
    """These bytes, a pause after each."""

    def step(connection: socket.socket) -> bool:
        for each in parts:
            connection.sendall(each)
            time.sleep(pause)
        return stays

    return step


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
WHOLE = [
    raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"),
    raw(b"HTTP/1.1 200\r\nContent-Length:3\r\n\r\nabc"),
    raw(b"HTTP/1.1 200 OK\r\ncontent-le", b"ngth: 3\r\n\r", b"\na", b"bc", pause=0.02),
    raw(CHUNKED + b"3\r\nabc\r\n0\r\n\r\n"),
    raw(CHUNKED + b"1;note=x\r\na\r\n", b"2\r\nb", b"c\r\n0\r\nx-trailer: 1\r\n", b"\r\n", pause=0.02),
]
LAST = [
    raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: Close\r\n\r\nabc"),
    raw(b"HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nabc"),
    raw(b"HTTP/1.1 200 OK\r\n\r\na", b"bc", pause=0.02, stays=False),
    raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nd"),
]


@pytest.mark.parametrize("step", WHOLE + LAST)
def test_a_reply_is_read_whole_and_its_connection_is_kept_if_it_may_be(step: Step) -> None:
    with scripted(step) as server:
        connections = Connections(server.url)
        answers = [connections.exchange(HEADERS, b"{}") for _ in range(3)]

    assert [(each.status, each.content) for each in answers] == [(200, b"abc")] * 3
    assert server.opened == (3 if step in LAST else 1)


@pytest.mark.parametrize(
    "step",
    [
        raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        raw(b"HTTP/1.1 OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1_0\r\n\r\n"),
        raw(CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n"),
        raw(CHUNKED + b"three\r\nabc\r\n0\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"x-more: and more\r\n" * 10_000, stays=False),
    ],
)
def test_what_is_no_http_is_no_reply(step: Step) -> None:
    with scripted(step) as server, pytest.raises(Unanswered, match="not HTTP") as told:
        Connections(server.url).exchange(HEADERS, b"{}")

    assert told.value.was_sent


@pytest.mark.parametrize(
    "step",
    [
        raw(b"", stays=False),
        raw(b"HTTP/1.1 200", stays=False),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc", stays=False),
        raw(CHUNKED + b"3\r\nab", stays=False),
    ],
)
def test_a_reply_that_ends_too_early_is_none(step: Step) -> None:
    with scripted(step) as server, pytest.raises(Unanswered) as told:
        Connections(server.url).exchange(HEADERS, b"{}")

    assert told.value.was_sent
    assert not isinstance(told.value, Closed)


def test_a_reply_that_drips_is_waited_for_as_long_as_any_other() -> None:
    drops = [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", *[b"a"] * 100]

    with scripted(raw(*drops, pause=0.25)) as server:
        start = time.monotonic()
        with pytest.raises(Unanswered, match="no reply within 2 s"):
            Connections(server.url).exchange(HEADERS, b"{}")

    assert time.monotonic() - start < 10


def test_a_connection_whose_server_speaks_up_unasked_is_not_used_again() -> None:
    late = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b"HTTP/1.1 408 Late\r\n\r\n", pause=0.1)
    with scripted(late, reply(b"right")) as server:
        connections = Connections(server.url)
        connections.exchange(HEADERS, b"{}")
        time.sleep(0.5)
        answer = connections.exchange(HEADERS, b"{}")

    assert answer == Answer(200, answer.headers, b"right")
    assert server.opened == 2
