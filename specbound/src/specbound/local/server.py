"""The local server, `specbound run`: the API on this machine, with an embedded database and sample data."""

import logging
import os
import socket
from contextlib import suppress

import uvicorn

from specbound.compiler import compilation
from specbound.failures import Failed
from specbound.local import embedded, gateway, samples

HOST = "127.0.0.1"
HANDLER = "handlers.router.lambda_handler"
WELCOME = """
The API answers on   {url}
Docs page            {url}/docs
The contract         {url}/openapi.json
Token                local (every scope) or local-read (only the read scopes)

Try it:
  curl -s {url}/users -H 'Authorization: Bearer local'

Data is in memory and gone when this stops. Stop it with Ctrl-C.
"""


class Server(uvicorn.Server):
    """Says where it is once it answers there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            print(WELCOME.format(url=f"http://{HOST}:{each.getsockname()[1]}"), flush=True)


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
        Server(uvicorn.Config(app, log_level=logging.WARNING, lifespan="off")).run(sockets=[listener])
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
