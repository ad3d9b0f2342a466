"""HTTP connections to DynamoDB, by the AWS Common Runtime: kept alive, each used by one thread at a time.

https://awslabs.github.io/aws-crt-python/api/http.html
"""

import os
from collections.abc import Iterable
from concurrent.futures import Future
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from awscrt.exceptions import AwsCrtError
from awscrt.http import HttpClientConnection, HttpRequest
from awscrt.io import (
    ClientBootstrap,
    ClientTlsContext,
    SocketOptions,
    TlsConnectionOptions,
    TlsContextOptions,
    TlsVersion,
)

from specbound.settings import Misconfigured
from specbound.store.attempts import CONNECT_SECONDS, READ_SECONDS, Unanswered

PORTS = {"http": 80, "https": 443}
# What its futures end with, and what its other calls raise.
FAILURES = (AwsCrtError, RuntimeError)


class Answer(NamedTuple):
    """`headers` have names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes


class Closed(Unanswered):
    """The other side had closed a connection that was kept, perhaps long before: another one may do at once."""


class Connections:
    """The connections to one endpoint, such as https://dynamodb.us-east-1.amazonaws.com; TLS is always verified.

    `host` and `path` are what its requests say. The roots of trust are the system's, or those of AWS_CA_BUNDLE.
    Raises Misconfigured where there are none.
    """

    def __init__(self, endpoint: str, bootstrap: ClientBootstrap) -> None:
        parts = urlsplit(endpoint)
        self.host = parts.netloc
        self.path = parts.path or "/"
        self._name = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._bootstrap = bootstrap
        self._tls = _tls(self._name) if parts.scheme == "https" else None
        self._socket = SocketOptions()
        self._socket.connect_timeout_ms = CONNECT_SECONDS * 1000
        self._socket.keep_alive = True
        self._idle: list[HttpClientConnection] = []

    def exchange(self, request: HttpRequest, body: BytesIO) -> Answer:
        """The answer to a request whose body this is. Raises Unanswered."""
        kept = self._kept()
        connection = kept or self._new()
        body.seek(0)
        found: dict[str, str] = {}
        chunks: list[bytes] = []

        def begin(headers: Iterable[tuple[str, str]], **_: Any) -> None:
            found.update((name.lower(), value) for name, value in headers)

        try:
            stream = connection.request(request, begin, lambda chunk, **_: chunks.append(chunk))
            stream.activate()
            status = stream.completion_future.result(READ_SECONDS)
        except TimeoutError:
            connection.close()
            raise Unanswered(f"no reply within {READ_SECONDS} s", was_sent=True) from None
        except FAILURES as error:
            connection.close()
            if kept and not found:
                # Those that were kept beside it are as old.
                self._idle.clear()
                raise Closed(str(error), was_sent=True) from error
            raise Unanswered(str(error), was_sent=True) from error
        self._idle.append(connection)
        return Answer(status, found, b"".join(chunks))

    def _kept(self) -> HttpClientConnection | None:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.is_open():
                return connection
        return None

    def _new(self) -> HttpClientConnection:
        connecting = HttpClientConnection.new(self._name, self._port, self._bootstrap, self._socket, self._tls)
        try:
            connection: HttpClientConnection = connecting.result(CONNECT_SECONDS)
        except TimeoutError:
            connecting.add_done_callback(_close)
            raise Unanswered(f"no connection within {CONNECT_SECONDS} s", was_sent=False) from None
        except FAILURES as error:
            raise Unanswered(str(error), was_sent=False) from error
        return connection


def _close(connecting: "Future[HttpClientConnection]") -> None:
    """What is connected too late is not used."""
    if connecting.exception() is None:
        connecting.result().close()


def _tls(server: str) -> TlsConnectionOptions:
    options = TlsContextOptions()
    options.min_tls_ver = TlsVersion.TLSv1_2
    roots = os.environ.get("AWS_CA_BUNDLE")
    try:
        if roots:
            options.override_default_trust_store_from_path(None, roots)
        connection = ClientTlsContext(options).new_connection_options()
    except (*FAILURES, OSError) as error:
        where = f"AWS_CA_BUNDLE is {roots!r}" if roots else "This system has no roots of trust"
        raise Misconfigured(f"{where} ({error}): write the path of a file with them into AWS_CA_BUNDLE.") from error
    connection.set_server_name(server)
    return connection
