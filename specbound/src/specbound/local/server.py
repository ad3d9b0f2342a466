"""The local server, `specbound run`: the API on this machine, with an embedded database and sample data."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
import uvicorn

from specbound.compiled import about_itself
from specbound.compiler import current
from specbound.failures import Failed
from specbound.local import HANDLER, embedded, gateway, kept, samples
from specbound.local.calls import Calls
from specbound.local.doctor import missing
from specbound.local.lines import Lines
from specbound.local.listening import wrapped
from specbound.local.reloading import Reloading, unwritten
from specbound.operating import backfill
from specbound.settings import log_level

HOST = "127.0.0.1"
# What of the API is about itself, by the name of its operation (see Meta).
ABOUT = {"Docs page": "get_docs", "The contract": "get_contract"}
IN_MEMORY = "Data is in memory and gone when this stops."
STOP = "Stop it with Ctrl-C."


class Server(uvicorn.Server):
    """Says where it is once it answers there."""

    def __init__(self, app: Reloading, end: str, head: str) -> None:
        super().__init__(uvicorn.Config(app, log_level=logging.WARNING, lifespan="off"))
        self._app = app
        self._end = end
        self._head = head

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            api = self._app.app.api
            notes = [*unwritten(api), *missing()]
            said = welcome(f"http://{HOST}:{each.getsockname()[1]}", api.contract.routes, self._end, notes)
            print(said, self._head, sep="\n", end="", flush=True)
        self._watching = asyncio.create_task(self._app.watch())


def welcome(url: str, routes: Mapping[str, str], end: str = IN_MEMORY, notes: Sequence[str] = ()) -> str:
    """What is said of an API at an address, by its routes: where it is, what to try, and what becomes of its data.

    Each of the notes has a line of its own.
    """
    paths = {name: route.partition(" ")[2] for route, name in routes.items() if route.startswith("GET ")}
    about = {title: url + paths[name] for title, name in ABOUT.items() if name in paths}
    lists = (path for name, path in paths.items() if "{" not in path and not about_itself(name))
    lines = {"The API answers on": url, **about, "Token": "local (every scope) or local-read (only the read scopes)"}
    said = [f"{title:21}{each}" for title, each in lines.items()]
    if path := next(lists, None):
        said += ["", "Try it:", f"  curl -s {url}{path} -H 'Authorization: Bearer local'"]
    return "\n".join(["", *said, "", *notes, f"{end} {STOP}", ""])


def run(
    port: int = 8000,
    *,
    empty: bool = False,
    anonymous: bool = False,
    handler: str = HANDLER,
    data: Path | None = None,
) -> None:
    """Compile what has changed, and serve until Ctrl-C, with each change of the contract or of a function from then on.
    With port 0 it takes any that is free.

    `empty` leaves the sample data out, `anonymous` lets callers in without a token, `handler` is the service's Api by
    its dotted name. With a folder for its `data` it has what it had when it stopped. Raises Failed, or Misconfigured.
    """
    listener = listen(port)
    # What nobody has written yet need not keep anybody from trying the rest.
    os.environ.setdefault("EXAMPLES", "true")
    current.run_if_changed(EXAMPLES=os.environ["EXAMPLES"])
    shows_requests = log_level() in (None, "DEBUG", "INFO")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if anonymous:
        os.environ["ALLOW_ANONYMOUS"] = "true"
    # Only then: the function must find the database and its environment when it is imported.
    with kept.started(data) if data else _in_memory() as found:
        app = gateway.Gateway(gateway.find(handler))
        if found.unfilled:
            backfill.run(found.unfilled, handler=handler)
        if found.is_new and not empty:
            samples.load_samples(app)
        lines = Lines(Calls(), shows=shows_requests)

        def refill() -> None:
            if unfilled := found.conform().unfilled:
                backfill.run(unfilled, handler=handler)

        end = f"Data stays in {data}: it is written when this stops." if data else IN_MEMORY
        # Once it has shut down, uvicorn passes Ctrl-C on.
        with suppress(KeyboardInterrupt), wrapped(lines.calls.heard):
            Server(Reloading(app, handler, refill, lines), end, lines.head()).run(sockets=[listener])
        if data:
            print(f"Writing the data to {data} …", flush=True)
    print("Stopped.")


@contextmanager
def _in_memory() -> Iterator[kept.Data]:
    embedded.start()
    client = boto3.client("dynamodb")

    def conform() -> kept.Found:
        return kept.conform(client, "Memory", "stop, and start again")

    yield kept.Data(is_new=True, unfilled=(), conform=conform)


def listen(port: int, command: str = "run") -> socket.socket:
    """A socket on this machine alone. Raises Failed, with the way out for a command, if the port can't be had."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        reason = f"Port {port} can't be used ({error.strerror})."
        raise Failed(
            f"{reason} Choose another: specbound {command} --port {port + 1}, or make {command} PORT={port + 1}"
        ) from error
    return listener
