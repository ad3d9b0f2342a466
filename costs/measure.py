"""Measurements: what each case uses of DynamoDB, and how many bytes go out and are logged."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO

import boto3
import httpx

from costs.cases import Case, World
from specbound.compiled import DeployedTable, read
from specbound.compiler import current
from specbound.local import embedded, units
from specbound.local.aws_values import item_size
from specbound.testing import callers

# As Terraform names it, and as Lambda starts it.
ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "catalogue-api",
    "POWERTOOLS_SERVICE_NAME": "catalogue-api",
    "POWERTOOLS_METRICS_NAMESPACE": "catalogue-api",
    "LOG_LEVEL": "INFO",
    "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793",
}
# By chance a partition has more of a page than its share, and is asked twice: the middle one of some pages has not.
PAGES = 5
LATENCY = re.compile(r'"latencyMs":[0-9.]+')


@dataclass(frozen=True)
class Measured:
    """One request: units and calls of DynamoDB, bytes of the reply's body and of the function's log."""

    operation: str
    case: str
    calls: int
    reads: float
    writes: float
    body_bytes: int
    log_bytes: int

    @property
    def name(self) -> str:
        return f"{self.operation} {self.case}".strip()


def measure() -> tuple[list[Measured], Mapping[str, int]]:
    """Each case, and the bytes of the largest item of each table that is there before. Raises httpx.HTTPStatusError."""
    with _started() as (caller, log):
        world = World(caller)
        sizes = {name: _largest(stored_as) for name, stored_as in _names().items()}
        return [_usual(caller, log, case) for case in world.cases()], sizes


@contextmanager
def _started() -> Iterator[tuple[httpx.Client, StringIO]]:
    """The API over moto, and what it logs: the logger keeps the stream that is there when it is made."""
    with redirect_stdout(StringIO()) as log:
        current.run_if_changed()
        embedded.start()
        os.environ |= ENVIRONMENT
        # What a body is compressed to differs from time to time, by its ids.
        with callers.caller() as caller:
            caller.headers["accept-encoding"] = "identity"
            yield caller, log


def _usual(caller: httpx.Client, log: StringIO, case: Case) -> Measured:
    """One request; of a list the middle one of its first pages, those that go on."""
    found: list[Measured] = []
    while True:
        measured, reply = _measured(caller, log, case)
        token = _token(reply)
        if token or not found:
            found.append(measured)
        if not token or len(found) == PAGES:
            return sorted(found, key=lambda each: (each.reads, each.calls))[len(found) // 2]
        url = reply.request.url.copy_merge_params({"nextToken": token})
        case = case._replace(send=partial(httpx.Client.get, url=url))


def _token(reply: httpx.Response) -> str | None:
    body = reply.json() if reply.headers.get("content-type") == "application/json" else None
    return body.get("nextToken") if isinstance(body, dict) else None


def _measured(caller: httpx.Client, log: StringIO, case: Case) -> tuple[Measured, httpx.Response]:
    tables = {name: _tables()[table] for table, name in _names().items()}
    log.seek(0)
    log.truncate()
    with units.metered(tables, boto3.client("dynamodb")) as used:
        reply = case.send(caller)
    if case.status is None:
        reply.raise_for_status()
    elif reply.status_code != case.status:
        raise RuntimeError(f"{case.operation} {case.what}: {reply.status_code} in place of {case.status}")
    line = LATENCY.sub('"latencyMs":12.345', log.getvalue())
    measured = Measured(
        case.operation,
        case.what,
        calls=len(used),
        reads=sum(each.reads for each in used),
        writes=sum(each.writes for each in used),
        body_bytes=int(reply.headers.get("content-length", 0)),
        log_bytes=len(line.encode()),
    )
    return measured, reply


def _largest(stored_as: str) -> int:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=stored_as)
    return max((item_size(item) for page in pages for item in page["Items"]), default=0)


def _tables() -> Mapping[str, DeployedTable]:
    return read()["infrastructure"]["tables"]


def _names() -> dict[str, str]:
    return {name: embedded.PREFIX + name for name in _tables()}
