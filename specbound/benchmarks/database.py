"""What stands for DynamoDB: it answers as that would, from one page of users, and forgets what is written.

As a server on this machine's loopback, in a process of its own, whose CPU time is nobody's; or within the process.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
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


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as the clients speak it to DynamoDB: each request is a POST that says its length.

    It does as little as it can. It shares a core with what is measured, and what it leaves in the caches of that core
    is in nobody's way when a database is far away.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            lines = self._received[:end].decode("latin-1").split("\r\n")[1:]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            whole = end + 4 + int(headers["content-length"])
            if len(self._received) < whole:
                return
            content, self._received = self._received[end + 4 : whole], self._received[whole:]
            self._transport.write(self._reply(headers["x-amz-target"].rpartition(".")[2], content))

    def _reply(self, action: str, content: bytes) -> bytes:
        body = json.dumps(self._database.answer(action, json.loads(content))).encode()
        return (
            "HTTP/1.1 200 OK\r\nserver: bench\r\ncontent-type: application/x-amz-json-1.0\r\n"
            f"content-length: {len(body)}\r\nx-amz-crc32: {zlib.crc32(body)}\r\nx-amzn-requestid: BENCH\r\n\r\n"
        ).encode() + body


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


async def main(seed: Path) -> None:
    """Serve what a file has, and say at which port."""
    database = Database(json.loads(seed.read_text()))
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(database), "127.0.0.1")
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
