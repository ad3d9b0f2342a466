"""The mock server, `specbound mock`: what front ends call before there is an API, on this machine."""

import asyncio
import logging
import socket
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from specbound.compiler.document import CONTRACT
from specbound.local import door, watching
from specbound.local.gateway import Gateway
from specbound.local.server import HOST, STOP, listen
from specbound.mock import preferences
from specbound.mock.building import Builder, Read, say
from specbound.mock.preferences import ASKED, Preferences

# It is imported where a schema needs it, which takes a second; whether it is there is said at once.
if find_spec("schemathesis") is None:
    raise ModuleNotFoundError(name="schemathesis")

APPLIED = "preference-applied"
# What a page may send, and read, beside what the contract declares.
FOR_PAGES = {"access-control-allow-headers": "prefer", "access-control-expose-headers": APPLIED}


class Mock:
    """The ASGI application: what is asked for by `Prefer` is done before, and told after, a request is answered."""

    def __init__(self, builder: Builder, latency: float = 0.0) -> None:
        self._builder = builder
        self._latency = latency
        self._serve(builder.read())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        front = door.response(scope, self.api.contract.routes)
        if front:
            await front(scope, receive, send)
            return
        asked = preferences.read(Headers(scope=scope).getlist("prefer"))
        ASKED.set(asked)
        await asyncio.sleep(self._latency if asked.delay is None else asked.delay)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tell(MutableHeaders(scope=message), asked)
            await send(message)

        await self._gateway(scope, receive, told)
        for each in asked.ignored:
            say(f"{scope['method']} {scope['path']}: Prefer: {each}")

    async def watch(self) -> None:
        """Go on with the contract as it is changed, for good."""
        await watching.watch(lambda: self._builder.files, self._take_up)

    async def _take_up(self, names: Sequence[str]) -> None:
        mistakes: list[str] = []
        try:
            # Meanwhile the mock answers.
            found = await asyncio.to_thread(self._builder.read)
            # Not at the same time as a request: moto loses updates when threads call it at once.
            self._serve(found)
        except Exception as error:  # whatever may be wrong with somebody's contract
            mistakes = [watching.told(error)]
        watching.tell(names, mistakes, self.said, "mock")

    def _serve(self, found: Read) -> None:
        self.api, self.said = self._builder.build(found)
        self._gateway = Gateway(self.api, is_open=True)


def _tell(headers: MutableHeaders, asked: Preferences) -> None:
    """What was done of what was asked for (RFC 7240, section 3); the pages of other origins may see it."""
    if asked.applied:
        headers[APPLIED] = ", ".join(asked.applied)
    for name, more in FOR_PAGES.items():
        if name in headers:
            headers[name] = f"{headers[name]}, {more}" if headers[name] else more


class Server(uvicorn.Server):
    """Says where it is once it answers there."""

    def __init__(self, app: Mock) -> None:
        super().__init__(uvicorn.Config(app, log_level=logging.WARNING, lifespan="off"))
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            url = f"http://{HOST}:{each.getsockname()[1]}"
            lines = [f"The mock answers on    {url}", f"Docs page              {url}/", *self._app.said]
            say(
                "\n".join(["", *lines, "Token                  any; local-read has only the read scopes", "", STOP, ""])
            )
        self._watching = asyncio.create_task(self._app.watch())


def run(contract: Path = CONTRACT, port: int = 8000, *, latency: float = 0.0, stateless: bool = False) -> None:
    """Answer as a contract promises until Ctrl-C, each time after so many seconds of `latency`.

    Each change of the contract is taken up, with what was created.

    What can't be kept of the contract is told, and left out. `stateless`: nothing is kept of what is created. Raises
    Failed where nothing can be answered.
    """
    listener = listen(port, "mock")
    # Once it has shut down, uvicorn passes Ctrl-C on.
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        Server(Mock(Builder(contract, Path(folder), is_stateless=stateless), latency)).run(sockets=[listener])
    say("Stopped.")
