"""Ways to the API: the function itself, in processes of its own, or a URL where it is deployed."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from specbound.compiled import read
from tests.histories import clock

SUBJECT = "histories"
PACKAGES = Path(__file__).parents[2]
CONNECT_SECONDS, REPLY_SECONDS = 60, 60


@dataclass(frozen=True)
class Reply:
    """What came back: `headers` by lower-case names, and the body, of JSON; None for an empty one."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Asked:
    """A request; `fault` and `clock` reach only a function that runs on this machine."""

    method: str
    path: str
    query: str = ""
    body: Any = None
    headers: Mapping[str, str] = ()  # type: ignore[assignment]
    fault: str | None = None
    clock: float = 0


class Way(Protocol):
    def send(self, asked: Asked) -> Reply | None:
        """The reply; None if none came: then it is not known what was done."""


@dataclass(frozen=True)
class Function:
    """Where the function's processes take events, and who keeps them running."""

    address: tuple[str, int]
    keeper: int

    def wait(self) -> None:
        """Until it serves."""
        way = Invoked(self)
        way.connect()
        way.close()


class Invoked:
    """Calls the function as Lambda does, one event at a time."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._scopes = " ".join(sorted(read()["infrastructure"]["scopes"]))
        self._lines: Any = None

    def send(self, asked: Asked) -> Reply | None:
        line = {"event": self._event(asked), "fault": asked.fault, "clock": asked.clock}
        try:
            if self._lines is None:
                self.connect()
            self._lines.write(json.dumps(line).encode() + b"\n")
            self._lines.flush()
            answer = self._lines.readline()
        except OSError:
            answer = b""
        if not answer:
            self.close()
            return None
        reply = json.loads(answer)
        body = reply.get("body")
        return Reply(reply["statusCode"], reply["headers"], json.loads(body) if body else None)

    def close(self) -> None:
        if self._lines is not None:
            with suppress(OSError):
                self._lines.close()
        self._lines = None

    def connect(self) -> None:
        deadline = time.monotonic() + CONNECT_SECONDS
        while True:
            connection = socket.create_connection(self._function.address, timeout=REPLY_SECONDS)
            lines = connection.makefile("rwb")
            connection.close()
            # One that ended meanwhile says nothing.
            if lines.readline():
                self._lines = lines
                return
            lines.close()
            if time.monotonic() > deadline:
                raise TimeoutError("No process of the function answers.")

    def _event(self, asked: Asked) -> dict[str, Any]:
        claims = {"sub": SUBJECT, "scope": self._scopes}
        return {
            "version": "2.0",
            "rawPath": asked.path,
            "rawQueryString": asked.query,
            "headers": _headers(asked),
            "requestContext": {
                "http": {"method": asked.method, "path": asked.path},
                "requestId": "histories",
                "stage": "$default",
                "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            },
            **({} if asked.body is None else {"body": json.dumps(asked.body)}),
            "isBase64Encoded": False,
        }


class OverHttp:
    """Sends requests to a deployed API, with a token that may do everything."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = urlsplit(url), token
        self._connection: http.client.HTTPConnection | None = None

    def send(self, asked: Asked) -> Reply | None:
        if self._connection is None:
            make = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
            self._connection = make(self._url.netloc, timeout=REPLY_SECONDS)
        target = self._url.path.rstrip("/") + asked.path + (f"?{asked.query}" if asked.query else "")
        headers = _headers(asked) | {"authorization": f"Bearer {self._token}"}
        try:
            body = None if asked.body is None else json.dumps(asked.body)
            self._connection.request(asked.method, target, body, headers)
            reply = self._connection.getresponse()
            content = reply.read()
            return Reply(
                reply.status,
                {name.lower(): value for name, value in reply.getheaders()},
                json.loads(content) if content else None,
            )
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()
            self._connection = None
            return None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _headers(asked: Asked) -> dict[str, str]:
    kind = {} if asked.body is None else {"content-type": "application/json"}
    return {"accept": "application/json, application/problem+json", **kind, **dict(asked.headers)}


@contextmanager
def function(environment: Mapping[str, str], processes: int) -> Iterator[Function]:
    """The function of the service in this folder, in so many processes, whose clocks can be moved."""
    paths = os.pathsep.join([str(PACKAGES), str(PACKAGES / "src")])
    with socket.create_server(("127.0.0.1", 0), backlog=500) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.histories.function", str(listener.fileno()), str(processes)],
            env={**os.environ, **environment, **clock.environment(), "LOG_LEVEL": "CRITICAL", "PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            # Ctrl-C ends the clients first: what they wait for goes on until then.
            start_new_session=True,
        )
        address = listener.getsockname()
    try:
        yield Function(address, process.pid)
    finally:
        process.terminate()
        process.wait()
