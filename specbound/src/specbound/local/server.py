"""The local server, `specbound run`: the API on this machine, with an embedded database and sample data."""

import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress

import uvicorn

from specbound.compiler import compilation
from specbound.failures import Failed
from specbound.local import embedded, gateway, samples

HOST = "127.0.0.1"
HANDLER = "handlers.router.lambda_handler"
# What of the API is about itself, by the name of its operation (see Meta).
ABOUT = {"Docs page": "get_docs", "The contract": "get_contract"}
META = {*ABOUT.values(), "get_health"}
END = "Data is in memory and gone when this stops. Stop it with Ctrl-C."


class Server(uvicorn.Server):
    """Says where it is once it answers there."""

    def __init__(self, app: gateway.Gateway) -> None:
        super().__init__(uvicorn.Config(app, log_level=logging.WARNING, lifespan="off"))
        self._routes = app.api.contract.routes

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            print(welcome(f"http://{HOST}:{each.getsockname()[1]}", self._routes), flush=True)


def welcome(url: str, routes: Mapping[str, str]) -> str:
    """What is said of an API at an address, by its routes: where it is, and what to try."""
    paths = {name: route.partition(" ")[2] for route, name in routes.items() if route.startswith("GET ")}
    about = {title: url + paths[name] for title, name in ABOUT.items() if name in paths}
    lists = (path for name, path in paths.items() if "{" not in path and name not in META)
    lines = {"The API answers on": url, **about, "Token": "local (every scope) or local-read (only the read scopes)"}
    said = [f"{title:21}{each}" for title, each in lines.items()]
    if path := next(lists, None):
        said += ["", "Try it:", f"  curl -s {url}{path} -H 'Authorization: Bearer local'"]
    return "\n".join(["", *said, "", END, ""])


def run(port: int = 8000, *, empty: bool = False, anonymous: bool = False, handler: str = HANDLER) -> None:
    """Compile what has changed, and serve until Ctrl-C. With port 0 it takes any that is free.

    `empty` leaves the sample data out, `anonymous` lets callers in without a token, `handler` is the service's Api by
    its dotted name. Raises Failed, or Misconfigured.
    """
    listener = _listen(port)
    compilation.run_if_changed()
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if anonymous:
        os.environ["ALLOW_ANONYMOUS"] = "true"
    embedded.start()
    # Only now: the function must find the database and its environment when it is imported.
    app = gateway.Gateway(gateway.find(handler))
    if not empty:
        samples.load_samples(app)
    # Once it has shut down, uvicorn passes Ctrl-C on.
    with suppress(KeyboardInterrupt):
        Server(app).run(sockets=[listener])
    print("Stopped.")


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        reason = f"Port {port} can't be used ({error.strerror})."
        raise Failed(
            f"{reason} Choose another: specbound run --port {port + 1}, or make run PORT={port + 1}"
        ) from error
    return listener
