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

from specbound.store.attempts import Arguments, DatabaseError, Reply, Send

HEADER = b'{"format": "json", "version": 1}\n'
NAME = "DynamoDB"
DAEMON = "127.0.0.1:2000"


def traced(send: Send, region: str) -> Send:
    """`send` with a trace of each call. What is traced says which call it is, never what is in it."""
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", DAEMON).rpartition(":")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setblocking(False)  # a trace is nothing to wait for

    def trace(begun: Mapping[str, Any], aws: dict[str, Any], outcome: Mapping[str, Any]) -> None:
        document = {**begun, "end_time": time.time(), "aws": aws, **outcome}
        with suppress(OSError):
            sender.sendto(HEADER + json.dumps(document).encode(), (host, int(port)))

    def send_traced(action: str, arguments: Arguments) -> Reply:
        segment = _segment()
        if segment is None:
            return send(action, arguments)
        begun = segment | {"start_time": time.time()}
        table = arguments.get("TableName")
        aws = {"operation": action, "region": region} | ({"table_name": table} if table else {})
        try:
            reply = send(action, arguments)
        except DatabaseError as error:
            trace(begun, aws | _metadata(error.metadata), _failure(error))
            raise
        except BaseException:
            trace(begun, aws, {"fault": True})
            raise
        trace(begun, aws | _metadata(reply["ResponseMetadata"]), _response(reply["ResponseMetadata"]))
        return reply

    return send_traced


def _segment() -> dict[str, str] | None:
    """What makes a subsegment one of the request at work; None if that is not sampled."""
    header = dict(part.split("=", 1) for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";") if "=" in part)
    if header.get("Sampled") != "1" or not header.keys() >= {"Root", "Parent"}:
        return None
    ids = {"trace_id": header["Root"], "parent_id": header["Parent"], "id": secrets.token_hex(8)}
    return ids | {"type": "subsegment", "name": NAME, "namespace": "aws"}


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {"request_id": metadata.get("RequestId", ""), "retries": metadata.get("RetryAttempts", 0)}


def _response(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {"http": {"response": {"status": metadata["HTTPStatusCode"]}}}


def _failure(error: DatabaseError) -> dict[str, Any]:
    return {
        **_response(error.metadata),
        **({"fault": True} if error.status >= 500 else {"error": True}),
        **({"throttle": True} if "Throttl" in error.code or "Throughput" in error.code else {}),
    }
