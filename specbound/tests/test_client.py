"""The engine's own client of DynamoDB, against a server that answers by a script."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import formatdate

import pytest

from specbound.store import attempts, connections, retries
from specbound.store.attempts import DatabaseError, Unanswered, course
from specbound.store.client import Client
from tests.scripted import Step, error, hang_up, reply, scripted, silence

GET = {"TableName": "things", "Key": {"id": {"S": "1"}}}
ITEM = {"Item": {"id": {"S": "1"}, "size": {"N": "7"}}}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    course.has_lost_reply = False
    yield
    course.end_within(None)


def told(call: Callable[[], object]) -> DatabaseError | Unanswered:
    with pytest.raises((DatabaseError, Unanswered)) as raised:
        call()
    return raised.value


def client(url: str) -> Client:
    return Client("eu-central-1", url)


def test_a_call_is_aws_json_and_signed_and_its_reply_is_read() -> None:
    with scripted(reply(ITEM)) as server:
        got = client(server.url + "/below").send("GetItem", GET)
    [request] = server.requests

    assert got["Item"] == ITEM["Item"]
    assert (got["ResponseMetadata"]["RequestId"], got["ResponseMetadata"]["HTTPStatusCode"]) == ("R1", 200)
    assert (request.path, request.arguments) == ("/below", GET)
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["host"] == server.url.removeprefix("http://")
    assert "/eu-central-1/dynamodb/aws4_request" in request.headers["authorization"]


def test_a_refusal_has_its_code_its_reasons_and_its_item() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": ITEM["Item"]}]
    with scripted(
        error("TransactionCanceledException", CancellationReasons=reasons),
        error("ConditionalCheckFailedException:http://internal.amazon.com/", Item=ITEM["Item"]),
    ) as server:
        sender = client(server.url)
        cancelled, refused = (
            told(lambda: sender.send("TransactWriteItems", {})),
            told(lambda: sender.send("Update", {})),
        )

    assert isinstance(cancelled, DatabaseError)
    assert isinstance(refused, DatabaseError)
    assert (cancelled.code, cancelled.status, cancelled.reasons) == ("TransactionCanceledException", 400, reasons)
    assert (refused.code, refused.message, refused.item) == ("ConditionalCheckFailedException", "Said.", ITEM["Item"])
    assert server.opened == 1


PASSING = [
    error("InternalServerError", 500),
    error("ProvisionedThroughputExceededException"),
    error("ThrottlingException"),
    error("TransactionInProgressException"),
    error("ReplicatedWriteConflictException"),
    error("RequestTimeout"),
    error("Odd", 429),
    reply(b"<html>", 502),
    reply(b"", 503),
    reply(b'{"Item', 200),
    reply(ITEM, headers={"x-amz-crc32": "1"}),
    reply(ITEM, headers={"content-length": "1000", "x-amz-crc32": "1"}, stays=False),
    hang_up,
]


@pytest.mark.parametrize("step", PASSING)
def test_what_may_pass_is_tried_again_and_given_up_after_three_attempts(
    monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    monkeypatch.setattr(retries, "THROTTLED_PAUSE_SECONDS", 0.01)
    with scripted(step, reply(ITEM)) as server:
        got = client(server.url).send("GetItem", GET)
    with scripted(step) as hopeless:
        told(lambda: client(hopeless.url).send("GetItem", GET))

    assert got["Item"] == ITEM["Item"]
    assert got["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(server.requests) == 2
    assert len(hopeless.requests) == 3
    assert [each.headers["amz-sdk-request"] for each in hopeless.requests] == [f"attempt={n}; max=3" for n in (1, 2, 3)]
    assert len({each.headers["amz-sdk-invocation-id"] for each in hopeless.requests}) == 1


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "TransactionCanceledException"])
def test_what_will_not_pass_is_told_at_once(code: str) -> None:
    with scripted(error(code)) as server:
        refused = told(lambda: client(server.url).send("GetItem", GET))

    assert isinstance(refused, DatabaseError)
    assert refused.code == code
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "is_lost"),
    [
        (error("InternalServerError", 500), True),
        (hang_up, True),
        (error("ThrottlingException"), False),
        (error("ValidationException"), False),
    ],
)
def test_it_is_known_whether_a_reply_was_lost(monkeypatch: pytest.MonkeyPatch, step: Step, is_lost: bool) -> None:
    monkeypatch.setattr(retries, "THROTTLED_PAUSE_SECONDS", 0.01)
    with scripted(step) as server:
        told(lambda: client(server.url).send("GetItem", GET))

    assert course.has_lost_reply == is_lost


def test_where_nobody_listens_nothing_was_sent() -> None:
    with scripted(hang_up) as gone:
        url = gone.url
    silent = told(lambda: client(url).send("GetItem", GET))

    assert isinstance(silent, Unanswered)
    assert not silent.was_sent
    assert not course.has_lost_reply


def test_one_connection_serves_many_calls_and_each_of_many_threads_has_its_own() -> None:
    def slow(connection: object) -> bool:
        time.sleep(0.05)
        return reply(ITEM)(connection)  # type: ignore[arg-type]

    with scripted(reply(ITEM)) as alone, scripted(slow) as busy:
        quiet, shared = client(alone.url), client(busy.url)
        for _ in range(20):
            quiet.send("GetItem", GET)
        threads = [threading.Thread(target=lambda: [shared.send("GetItem", GET) for _ in range(5)]) for _ in range(30)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    assert (alone.opened, len(alone.requests)) == (1, 20)
    assert len(busy.requests) == 150
    assert busy.opened <= 30


def test_connections_that_the_other_side_has_closed_are_replaced_without_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retries, "PAUSE_SECONDS", 60)
    with scripted(reply(ITEM, stays=False)) as server:
        sender = client(server.url)
        replies = [sender.send("GetItem", GET) for _ in range(20)]

    assert all(each["Item"] == ITEM["Item"] for each in replies)
    assert server.opened == len(server.requests) == 20


def test_a_signature_whose_time_is_not_the_other_sides_is_made_by_its_clock_from_then_on() -> None:
    ahead = time.time() + 3600
    refused = error("InvalidSignatureException", headers={"date": formatdate(ahead, usegmt=True)})
    with scripted(refused, reply(ITEM)) as server:
        sender = client(server.url)
        sender.send("GetItem", GET)
        sender.send("GetItem", GET)
    times = [
        datetime.strptime(each.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        for each in server.requests
    ]

    assert [round((each - times[0]) / 60) for each in times] == [0, 60, 60]


@pytest.mark.parametrize("headers", [{}, {"date": ""}, {"date": "soon"}], ids=["same time", "no time", "not a time"])
def test_a_signature_that_is_wrong_for_another_reason_is_told_at_once(headers: dict[str, str]) -> None:
    with scripted(error("InvalidSignatureException", headers=headers)) as server:
        told(lambda: client(server.url).send("GetItem", GET))

    assert len(server.requests) == 1


def test_a_reply_that_does_not_come_is_waited_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(silence, reply(ITEM)) as server:
        start = time.monotonic()
        got = client(server.url).send("GetItem", GET)
        took = time.monotonic() - start

    assert got["Item"] == ITEM["Item"]
    assert 2 <= took < 3
    assert course.has_lost_reply


def dripping(connection: socket.socket) -> bool:
    """A reply that goes on and on."""
    while True:
        connection.sendall(b"x")


def otherwise(connection: socket.socket) -> bool:
    connection.sendall(b"ICY 200 OK\r\n\r\n")
    return False


@pytest.mark.parametrize(
    ("step", "reason"),
    [(dripping, "no reply within 0.1 s"), (otherwise, "a reply that is not HTTP: it begins otherwise")],
)
def test_a_reply_that_does_not_end_in_time_or_is_no_http_is_none(
    monkeypatch: pytest.MonkeyPatch, step: Step, reason: str
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.1)
    with scripted(step) as server:
        silent = told(lambda: connections.Connections(server.url).exchange({}, b""))

    assert isinstance(silent, Unanswered)
    assert (str(silent), silent.was_sent) == (reason, True)


def test_no_attempt_begins_that_might_not_end_in_time() -> None:
    with scripted(error("InternalServerError", 500)) as server:
        course.end_within(attempts.LEAST_SECONDS)
        time.sleep(attempts.LEAST_SECONDS - attempts.ATTEMPT_SECONDS + 0.1)
        told(lambda: client(server.url).send("GetItem", GET))

    assert len(server.requests) == 1


def test_of_many_calls_that_fail_not_each_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quota is that of AWS's SDKs: 500, of which a retry takes 14, and gives it back where it succeeds."""
    monkeypatch.setattr(retries, "PAUSE_SECONDS", 0)
    with scripted(error("InternalServerError", 500)) as server:
        sender = client(server.url)
        for _ in range(40):
            told(lambda: sender.send("GetItem", GET))
        failed = len(server.requests)
        server.steps[:] = [reply(ITEM)]
        for _ in range(14):
            sender.send("GetItem", GET)
        server.requests.clear()
        server.steps[:] = [error("InternalServerError", 500), reply(ITEM)]
        sender.send("GetItem", GET)

    assert failed == 40 + 500 // 14
    assert len(server.requests) == 2


def test_a_pause_that_the_database_asks_for_is_made() -> None:
    with scripted(error("ThrottlingException", headers={"x-amz-retry-after": "1500"}), reply(ITEM)) as server:
        start = time.monotonic()
        client(server.url).send("GetItem", GET)

    assert time.monotonic() - start >= 1.5


def test_credentials_of_a_container_are_found_and_where_there_are_none_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    lent = {"AccessKeyId": "AKLENT", "SecretAccessKey": "s", "Token": "t0ken", "Expiration": "2099-01-01T00:00:00Z"}
    with scripted(reply(lent)) as container, scripted(reply(ITEM)) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url)
        client(server.url).send("GetItem", GET)
        monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        none = told(lambda: client(server.url).send("GetItem", GET))
    [request] = server.requests

    assert "Credential=AKLENT/" in request.headers["authorization"]
    assert request.headers["x-amz-security-token"] == "t0ken"
    assert isinstance(none, Unanswered)
    assert "credentials" in str(none)
    assert not none.was_sent


def test_a_process_that_was_forked_off_has_connections_of_its_own() -> None:
    program = """
import os
from specbound.store.dynamodb import call
get = dict(TableName="things", Key={"id": {"S": "1"}})
call("get_item", **get)
child = os.fork()
call("get_item", **get)
if child:
    assert os.waitpid(child, 0)[1] == 0
else:
    os._exit(0)
"""
    with scripted(reply(ITEM)) as server:
        environment = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "DATABASE_CLIENT": "specbound"}
        environment |= {"AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=30)

    assert (server.opened, len(server.requests)) == (2, 3)


def test_bytes_travel_as_base64() -> None:
    with scripted(reply(ITEM)) as server:
        client(server.url).send("PutItem", {"Item": {"data": {"B": b"\x00\xff"}}})
    [request] = server.requests

    assert json.loads(request.content) == {"Item": {"data": {"B": "AP8="}}}
