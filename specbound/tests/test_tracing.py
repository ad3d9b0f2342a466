"""What X-Ray is told of the calls to DynamoDB: of a sampled request, and of no other."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from specbound.local.listening import wrapped
from specbound.store import items, tracing
from specbound.store.attempts import DatabaseError, Unanswered
from specbound.store.dynamodb import line
from specbound.store.items import Asked
from specbound.testing.wire import Error, before_each_call
from tests.environments import outside
from tests.subject import contract, table_name

ROOT_ID, PARENT_ID = "1-67891233-abcdef012345678912345678", "53995c3f42cd8ad8"
SAMPLED = f"Root={ROOT_ID};Parent={PARENT_ID};Sampled=1"
KEY = {"userId": {"S": "ada@example.com"}}


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What takes subsegments on this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{daemon.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", SAMPLED)
        yield daemon


def told(daemon: socket.socket) -> dict[str, Any]:
    header, document = daemon.recv(64 * 1024).split(b"\n", 1)
    assert json.loads(header) == {"format": "json", "version": 1}
    found: dict[str, Any] = json.loads(document)
    return found


def is_told_nothing(daemon: socket.socket) -> bool:
    daemon.settimeout(0.1)
    try:
        daemon.recv(64 * 1024)
    except TimeoutError:
        return True
    return False


def get(table: str) -> None:
    tracing.traced(line().send, "us-east-1")("GetItem", {"TableName": table, "Key": KEY})


def test_a_call_is_a_subsegment_of_the_request_and_says_nothing_of_what_is_in_it(daemon: socket.socket) -> None:
    get(table_name("users"))

    document = told(daemon)
    assert (document["trace_id"], document["parent_id"]) == (ROOT_ID, PARENT_ID)
    assert (document["type"], document["name"], document["namespace"]) == ("subsegment", "DynamoDB", "aws")
    assert len(document["id"]) == 16
    assert 0 <= document["end_time"] - document["start_time"] < 60
    assert document["aws"]["operation"] == "GetItem"
    assert document["aws"]["table_name"] == table_name("users")
    assert document["http"]["response"]["status"] == 200
    assert "ada" not in json.dumps(document)


def test_a_call_that_is_refused_is_an_error_and_one_that_is_not_answered_a_fault(daemon: socket.socket) -> None:
    struck = Error("ResourceNotFoundException")
    with before_each_call(lambda call: struck), pytest.raises(DatabaseError):
        get(table_name("users"))
    refused = told(daemon)
    with before_each_call(lambda call: Unanswered("no reply", was_sent=True)), pytest.raises(Unanswered):
        get(table_name("users"))
    unanswered = told(daemon)

    assert refused["error"]
    assert refused["http"]["response"]["status"] == 400
    assert unanswered["fault"]
    assert "http" not in unanswered


def test_partitions_that_are_asked_at_the_same_time_are_subsegments_of_one_request(daemon: socket.socket) -> None:
    with wrapped(lambda send: tracing.traced(send, "us-east-1")):
        items.page(contract.tables.users, "newest", (), Asked(20))

    documents = [told(daemon) for _ in range(4)]
    assert {(each["trace_id"], each["parent_id"]) for each in documents} == {(ROOT_ID, PARENT_ID)}
    assert len({each["id"] for each in documents}) == 4
    assert {each["aws"]["operation"] for each in documents} == {"Query"}
    assert is_told_nothing(daemon)


@pytest.mark.parametrize("header", ["", "nonsense", SAMPLED.replace("Sampled=1", "Sampled=0"), f"Root={ROOT_ID}"])
def test_a_request_that_is_not_sampled_is_not_traced(
    daemon: socket.socket, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    get(table_name("users"))

    assert is_told_nothing(daemon)


@pytest.mark.parametrize("variable", ["true", "false"])
def test_it_is_loaded_where_it_is_on(variable: str) -> None:
    program = "import sys, handlers.router; print('specbound.store.tracing' in sys.modules)"
    environment = {**outside(), **embedded.environment(), "TRACING": variable}
    found = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, env=environment, text=True)

    assert found.strip() == str(variable == "true")
