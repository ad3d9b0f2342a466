"""Tracing: each call to DynamoDB as a subsegment of the request's trace in X-Ray. Imported only where it is on.

Lambda makes the segments, says in the environment which one is at work, and takes subsegments by UDP.
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import json
import os
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

HEADER = b'{"format": "json", "version": 1}\n'
NAME = "DynamoDB"
DAEMON = "127.0.0.1:2000"
# Where a call keeps what its subsegment begins with.
BEGUN = "specbound.tracing"


def watch(client: Any) -> None:
    """Trace all calls of an SDK client from here on. What is traced says which call it is, never what is in it."""
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", DAEMON).rpartition(":")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setblocking(False)  # a trace is nothing to wait for

    def begin(model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        if segment := _segment():
            table = json.loads(params["body"]).get("TableName")
            aws = {"operation": model.name, "region": client.meta.region_name} | (
                {"table_name": table} if table else {}
            )
            context[BEGUN] = segment | {"start_time": time.time(), "aws": aws}

    def end(context: Mapping[str, Any], parsed: Mapping[str, Any] | None = None, **_: Any) -> None:
        begun = context.get(BEGUN)
        if begun is None:
            return
        document = begun | {"end_time": time.time()} | _outcome(parsed, begun["aws"])
        with suppress(OSError):
            sender.sendto(HEADER + json.dumps(document).encode(), (host, int(port)))

    client.meta.events.register("before-call.dynamodb", begin)
    client.meta.events.register("after-call.dynamodb", end)
    client.meta.events.register("after-call-error.dynamodb", end)


def _segment() -> dict[str, str] | None:
    """What makes a subsegment one of the request at work; None if that is not sampled."""
    header = dict(part.split("=", 1) for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";") if "=" in part)
    if header.get("Sampled") != "1" or not header.keys() >= {"Root", "Parent"}:
        return None
    ids = {"trace_id": header["Root"], "parent_id": header["Parent"], "id": secrets.token_hex(8)}
    return ids | {"type": "subsegment", "name": NAME, "namespace": "aws"}


def _outcome(parsed: Mapping[str, Any] | None, aws: Mapping[str, Any]) -> dict[str, Any]:
    """What became of a call; without a reply (`parsed`) it was a fault."""
    if parsed is None:
        return {"fault": True}
    metadata = parsed["ResponseMetadata"]
    status: int = metadata["HTTPStatusCode"]
    code = parsed.get("Error", {}).get("Code", "")
    return {
        "aws": {**aws, "request_id": metadata.get("RequestId", ""), "retries": metadata.get("RetryAttempts", 0)},
        "http": {"response": {"status": status}},
        **({"fault": True} if status >= 500 else {"error": True} if status >= 400 else {}),
        **({"throttle": True} if "Throttl" in code or "Throughput" in code else {}),
    }
