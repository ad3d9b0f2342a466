"""What stands for DynamoDB: it answers as that would, from one page of users, and forgets what is written.

As a server on this machine's loopback, in a process of its own, whose CPU time is nobody's; or within the process.
"""

import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.workload import USER_ID

Json = dict[str, Any]
EQUAL = re.compile(r"^\s*(#?\w+)\s*=\s*(:\w+)")


def measured_core() -> int:
    """The one that all stacks are measured on, and the database works on while they wait. To wake another core costs as
    much as a small request, and where the two meet is chance.
    """
    return max(os.sched_getaffinity(0))


class Database:
    """`users` are items as the engine stores them, in DynamoDB's JSON, the newest first."""

    def __init__(self, users: list[Json]) -> None:
        self._users = users
        self._one = users[0] | {"userId": {"S": USER_ID}, "id": {"S": USER_ID}}

    def answer(self, action: str, asked: Json) -> Json:
        """The reply to a call."""
        if action == "GetItem":
            is_user = {"S": USER_ID} in asked["Key"].values()
            return {"Item": self._one} if is_user else {}
        if action == "Query":
            return self._query(asked)
        if action == "BatchWriteItem":
            return {"UnprocessedItems": {}}
        if action == "BatchGetItem":
            return {"Responses": {name: [] for name in asked["RequestItems"]}, "UnprocessedKeys": {}}
        return {}

    def _query(self, asked: Json) -> Json:
        """A page of one partition; of a partition that nobody knows, of all."""
        name, value = EQUAL.match(asked["KeyConditionExpression"]).groups()  # type: ignore[union-attr]
        attribute = asked.get("ExpressionAttributeNames", {}).get(name, name)
        wanted = asked["ExpressionAttributeValues"][value]
        found = self._of(attribute, json.dumps(wanted))
        limit = asked.get("Limit", len(found))
        more = {"LastEvaluatedKey": found[limit - 1]} if limit < len(found) else {}
        return {"Items": found[:limit], "Count": min(limit, len(found)), "ScannedCount": min(limit, len(found)), **more}

    @cache  # noqa: B019  # it lives as long as the process
    def _of(self, attribute: str, wanted: str) -> list[Json]:
        return [each for each in self._users if json.dumps(each.get(attribute)) == wanted] or self._users


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    database: Database

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        action = self.headers["x-amz-target"].rpartition(".")[2]
        body = json.dumps(self.database.answer(action, asked)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-amz-crc32", str(zlib.crc32(body)))
        self.send_header("x-amzn-requestid", "BENCH")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def served(seed: Path) -> Iterator[str]:
    """The URL of the server, while it runs."""
    command = [sys.executable, "-m", "benchmarks.database", seed]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, {measured_core()})
    try:
        yield f"http://127.0.0.1:{int(cast(IO[str], process.stdout).readline())}"
    finally:
        process.terminate()
        process.wait()


def main(seed: Path) -> None:
    """Serve what a file has, and say at which port."""
    _Handler.database = Database(json.loads(seed.read_text()))
    server = _Server(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
