"""`python -m tests.histories.function FD PROCESSES [handler]`: the function, as Lambda calls it, in some processes.

Each process serves one connection of the listening socket at a time: first it says so, and then a line
with an event is answered by a line with the reply. Beside the event a line may say what goes wrong between the function
and its database, and by how much its clock is off. All end when whoever started them does.
"""

import gc
import json
import os
import sys
import time
from dataclasses import dataclass, field
from socket import socket
from typing import Any

from specbound.api import Api
from specbound.local import HANDLER
from specbound.store.dynamodb import line as database
from tests.histories import clock
from tests.ministack.faults import Line

TIMEOUT_SECONDS = 10
HEALTH = {
    "version": "2.0",
    "rawPath": "/health",
    "headers": {},
    "requestContext": {"http": {"method": "GET", "path": "/health"}, "requestId": "warm-up"},
}


@dataclass
class Context:
    """What the function uses of Lambda's context object."""

    function_name: str = "histories"
    aws_request_id: str = "histories"
    deadline: float = field(default_factory=lambda: time.monotonic() + TIMEOUT_SECONDS)

    def get_remaining_time_in_millis(self) -> int:
        return int((self.deadline - time.monotonic()) * 1000)


def serve(api: Api, listener: socket, processes: int) -> None:
    """Keep so many processes running: a fault is the end of one."""
    owner, this, running = os.getppid(), os.getpid(), set[int]()
    while os.getppid() == owner:
        while len(running) < processes:
            running.add(os.fork() or work(api, listener, this))
        ended, _ = os.waitpid(-1, os.WNOHANG)
        running.discard(ended)
        time.sleep(0 if ended else 0.01)


def work(api: Api, listener: socket, owner: int) -> int:
    listener.settimeout(0.5)
    while os.getppid() == owner:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection, connection.makefile("rwb") as lines:
            connection.settimeout(None)
            answer(api, lines)
    os._exit(0)


def answer(api: Api, lines: Any) -> None:
    """Every event that comes by one connection."""
    lines.write(b"\n")
    lines.flush()
    for each in lines:
        asked = json.loads(each)
        clock.move(asked.get("clock", 0))
        with Line(database().client, asked.get("fault")):
            reply = api(asked["event"], Context())
        lines.write(json.dumps(reply).encode() + b"\n")
        lines.flush()


def main() -> None:
    sys.path.insert(0, os.getcwd())
    from specbound.local.gateway import find  # noqa: PLC0415  # the service is found from its folder

    api = find(sys.argv[3] if len(sys.argv) > 3 else HANDLER)
    # What is made on the first request is made once, before the processes part.
    api(HEALTH, Context())
    gc.freeze()
    serve(api, socket(fileno=int(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    main()
