"""`python -m benchmarks.loopback`: a server that answers each call as DynamoDB would, at once. It prints its address.

Nothing is stored: a user is there whatever the key is, a page has as many as it is asked for, and each write is done.
"""

import json
import zlib
from collections.abc import Callable
from email.utils import formatdate
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from benchmarks.workload import USER_ID, stored_user
from specbound.store.values import encode

USER = encode(stored_user(USER_ID)) | encode(
    {"listPartition": "#0", "statusPartition": "active#0", "position": "0" * 46}
)
ACTIONS: dict[str, Callable[[Any], Any]] = {
    "GetItem": lambda call: {"Item": USER | call["Key"]},
    "Query": lambda call: {"Items": [USER] * call.get("Limit", 1), "Count": call.get("Limit", 1)},
    "BatchGetItem": lambda call: {
        "Responses": {name: [USER | key for key in each["Keys"]] for name, each in call["RequestItems"].items()},
        "UnprocessedKeys": {},
    },
    "UpdateItem": lambda call: {},
    "TransactWriteItems": lambda call: {},
}


class Connection(StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        while self.rfile.readline():
            headers = {}
            while header := self.rfile.readline().strip():
                name, _, value = header.decode().partition(":")
                headers[name.lower()] = value.strip()
            call = json.loads(self.rfile.read(int(headers["content-length"])))
            content = json.dumps(ACTIONS[headers["x-amz-target"].rpartition(".")[2]](call)).encode()
            said = {
                "Server": "Server",
                "Date": formatdate(usegmt=True),
                "Content-Type": "application/x-amz-json-1.0",
                "Content-Length": len(content),
                "Connection": "keep-alive",
                "x-amzn-RequestId": "QU5PTllNT1VTUkVRVUVTVElEMDAwMDAwMDAwMDAwMDAwMDAwMDA",
                "x-amz-crc32": zlib.crc32(content),
            }
            head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
            self.wfile.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + content)


class Loopback(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100


if __name__ == "__main__":
    with Loopback(("127.0.0.1", 0), Connection) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()
