"""HTTP connections to DynamoDB: kept alive, each used by one thread at a time.

https://www.rfc-editor.org/rfc/rfc9112
"""

import select
import socket
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from specbound.store.attempts import CONNECT_SECONDS, READ_SECONDS, Unanswered

PORTS = {"http": 80, "https": 443}
RECEIVED_BYTES = 65536
# Of a reply's head, or of the line before a chunk: DynamoDB's take some hundred.
LONGEST_HEAD_BYTES = 65536
# To say another time to the system costs as much as to send: a reply may take so much longer.
SLACK_SECONDS = 0.05


class Answer(NamedTuple):
    """`headers` have names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes


class Closed(Unanswered):
    """The other side had closed a connection that was kept, perhaps long before: another one may do at once."""


class Connection:
    """One connection, over TLS or not. It `is_kept` while it can take another request."""

    def __init__(self, carrier: socket.socket) -> None:
        self.close = carrier.close
        self.is_kept = True
        self.has_begun = False
        self._carrier = carrier
        self._watch = select.poll()
        self._watch.register(carrier, select.POLLIN)
        self._received = b""
        self._end = 0.0
        self._patience = 0.0

    def is_open(self) -> bool:
        """False if the other side has closed it, or has said something that nobody asked for."""
        return not self._watch.poll(0)

    def exchange(self, request: bytes) -> Answer:
        """The answer to a request, which has come whole within 2 s. Raises OSError, and ValueError for what is no HTTP.

        `has_begun` is then whether any of it has come.
        """
        self.is_kept = self.has_begun = False
        self._end = time.monotonic() + READ_SECONDS
        self._wait_within(READ_SECONDS)
        self._carrier.sendall(request)
        status, headers = _head(self._through(b"\r\n\r\n").decode("latin-1"))
        ends = True
        if headers.get("transfer-encoding", "").lower() == "chunked":
            content = self._chunks()
        elif (length := headers.get("content-length")) is not None:
            content = self._exactly(_number(length, 10))
        else:
            content, ends = self._rest(), False
        self.is_kept = ends and not self._received and "close" not in headers.get("connection", "").lower()
        return Answer(status, headers, content)

    def _more(self) -> bytes:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._wait_within(left)
        return self._carrier.recv(RECEIVED_BYTES)

    def _wait_within(self, seconds: float) -> None:
        if not seconds <= self._patience <= seconds + SLACK_SECONDS:
            self._carrier.settimeout(seconds)
            self._patience = seconds

    def _next(self) -> bytes:
        found = self._more()
        if not found:
            raise ConnectionError("the other side closed the connection")
        self.has_begun = True
        return found

    def _through(self, mark: bytes) -> bytes:
        """What comes before a mark, which is passed."""
        while (end := self._received.find(mark)) < 0:
            if len(self._received) > LONGEST_HEAD_BYTES:
                raise ValueError("its head is too long")
            self._received += self._next()
        found, self._received = self._received[:end], self._received[end + len(mark) :]
        return found

    def _exactly(self, length: int) -> bytes:
        parts, missing = [self._received], length - len(self._received)
        while missing > 0:
            parts.append(self._next())
            missing -= len(parts[-1])
        found = b"".join(parts)
        self._received = found[length:]
        return found[:length]

    def _chunks(self) -> bytes:
        parts = []
        while length := _number(self._through(b"\r\n").partition(b";")[0].decode("latin-1"), 16):
            parts.append(self._exactly(length))
            if self._exactly(2) != b"\r\n":
                raise ValueError("a chunk is longer than it says")
        while self._through(b"\r\n"):
            """A trailer, which says nothing that is needed."""
        return b"".join(parts)

    def _rest(self) -> bytes:
        parts = [self._received]
        while found := self._more():
            parts.append(found)
        self._received = b""
        return b"".join(parts)


class Connections:
    """The connections to one endpoint, such as https://dynamodb.us-east-1.amazonaws.com; TLS is always verified.

    `host` and `path` are what its requests say. Raises Misconfigured where there are no roots of trust.
    """

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self.host = parts.netloc
        self.path = parts.path or "/"
        self._name = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._idle: list[Connection] = []
        self._trust = None
        if parts.scheme == "https":
            from specbound.store.trust import Trust  # noqa: PLC0415  # an emulator does without

            self._trust = Trust(self._name)

    def exchange(self, headers: Mapping[str, str], content: bytes) -> Answer:
        """The answer to a POST with these headers, beside which there is its length. Raises Unanswered."""
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"POST {self.path} HTTP/1.1\r\n{lines}content-length: {len(content)}\r\n\r\n"
        kept = self._kept()
        connection = kept or self._new()
        try:
            answer = connection.exchange(head.encode("ascii") + content)
        except TimeoutError:
            raise Unanswered(f"no reply within {READ_SECONDS} s", was_sent=True) from None
        except ValueError as error:
            raise Unanswered(f"a reply that is not HTTP: {error}", was_sent=True) from error
        except OSError as error:
            if kept and not connection.has_begun:
                # Those that were kept beside it are as old.
                self._idle.clear()
                raise Closed(str(error), was_sent=True) from error
            raise Unanswered(str(error), was_sent=True) from error
        finally:
            if not connection.is_kept:
                connection.close()
        if connection.is_kept:
            self._idle.append(connection)
        return answer

    def forget(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Connection | None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_open():
                return connection
            connection.close()

    def _new(self) -> Connection:
        try:
            return Connection(self._trust.secured(self._carrier) if self._trust else self._carrier())
        except TimeoutError:
            raise Unanswered(f"no connection within {CONNECT_SECONDS} s", was_sent=False) from None
        except OSError as error:
            raise Unanswered(str(error), was_sent=False) from error

    def _carrier(self) -> socket.socket:
        carrier = socket.create_connection((self._name, self._port), CONNECT_SECONDS)
        carrier.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        carrier.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return carrier


def _head(text: str) -> tuple[int, dict[str, str]]:
    """The status that a reply's head says, and its headers by names in lower case. Raises ValueError."""
    first, *lines = text.split("\r\n")
    version, status, *_ = first.split(" ", 2)
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise ValueError("it begins otherwise")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return _number(status, 10), headers


def _number(text: str, base: int) -> int:
    """Raises ValueError."""
    text = text.strip()
    if not text.isascii() or not text.isalnum():
        raise ValueError(f"{text!r} is no length or status")
    return int(text, base)
