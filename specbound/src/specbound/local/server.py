"""`make run`: the API on this machine, with an embedded database, sample data and a docs page."""

import argparse
import logging
import os
import socket
import sys
from contextlib import suppress

import uvicorn

from specbound.local import embedded, gateway, samples
from specbound.settings import Misconfigured

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


def main() -> None:
    options = _options()
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if options.anonymous:
        os.environ["ALLOW_ANONYMOUS"] = "true"
    listener = _listen(options.port)
    try:
        embedded.start()
        # Only now: the function must find the database and its environment when it is imported.
        app = gateway.Gateway(gateway.find(options.handler))
    except Misconfigured as misconfigured:
        sys.exit(str(misconfigured))
    if not options.empty:
        samples.load_samples(app)
    Server(uvicorn.Config(app, log_level=logging.WARNING, lifespan="off")).run(sockets=[listener])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes any that is free")
    parser.add_argument("--empty", action="store_true", help="without sample data")
    parser.add_argument("--anonymous", action="store_true", help="let callers in without a token")
    parser.add_argument("--handler", default=HANDLER, help=f"the service's Api, {HANDLER} by default")
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        sys.exit(f"Port {port} can't be used ({error.strerror}). Choose another: make run PORT={port + 1}")
    return listener


if __name__ == "__main__":
    # Once it has shut down, uvicorn passes Ctrl-C on.
    with suppress(KeyboardInterrupt):
        main()
    print("Stopped.")
