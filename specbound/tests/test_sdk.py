"""What boto3 says when something goes wrong, as the engine tells it, whichever client it is."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from specbound.store.attempts import DatabaseError, Unanswered, course
from specbound.store.sdk import RETRY_SECONDS, Client
from tests.subject import table_name

URL = "https://dynamodb.us-east-1.amazonaws.com/"
GET = {"TableName": table_name("users"), "Key": {"userId": {"S": "1"}}}
NEVER_SENT = [
    exceptions.ConnectTimeoutError(endpoint_url=URL),
    exceptions.EndpointConnectionError(endpoint_url=URL),
    exceptions.ProxyConnectionError(proxy_url=URL, error="refused"),
]
SENT = [
    exceptions.ConnectionClosedError(endpoint_url=URL),
    exceptions.HTTPClientError(error="broken"),
    exceptions.ReadTimeoutError(endpoint_url=URL),
    exceptions.ResponseStreamingError(error="cut off"),
    exceptions.SSLError(endpoint_url=URL, error="handshake"),
]


@pytest.fixture
def sdk() -> Iterator[Client]:
    course.has_lost_reply = False
    yield Client()
    course.has_lost_reply = False
    course.end_within(None)


def strike(client: Client, error: Exception) -> None:
    def run(**_: Any) -> None:
        raise error

    client.sdk.meta.events.register_first("before-send.dynamodb", run)


@pytest.mark.parametrize("error", NEVER_SENT + SENT, ids=lambda error: type(error).__name__)
def test_silence_is_told_and_whether_the_call_may_have_been_done(sdk: Client, error: Exception) -> None:
    strike(sdk, error)

    with pytest.raises(Unanswered) as told:
        sdk.send("GetItem", GET)

    assert told.value.was_sent == course.has_lost_reply == (error in SENT)


def test_a_refusal_has_its_code_and_the_item_that_made_the_condition_fail(sdk: Client) -> None:
    name = GET["TableName"]
    sdk.send("PutItem", {"TableName": name, "Item": {"userId": {"S": "1"}, "size": {"N": "7"}}})
    absent = {"ConditionExpression": "attribute_not_exists(userId)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}

    with pytest.raises(DatabaseError) as told:
        sdk.send("TransactWriteItems", {"TransactItems": [{"Delete": GET | absent}]})
    [reason] = told.value.reasons or ()

    assert (told.value.code, told.value.status) == ("TransactionCanceledException", 400)
    assert reason["Code"] == "ConditionalCheckFailed"
    assert reason["Item"]["size"] == {"N": "7"}
    assert not course.has_lost_reply


@pytest.mark.parametrize("status", [500, None], ids=["an error", "silence"])
def test_no_attempt_begins_that_might_not_end_in_time(sdk: Client, status: int | None) -> None:
    attempts: list[Any] = []

    def run(request: Any, **_: Any) -> AWSResponse:
        attempts.append(request)
        if status is None:
            raise exceptions.ReadTimeoutError(endpoint_url=URL)
        return AWSResponse(URL, status, {}, MockRawResponse(""))

    sdk.sdk.meta.events.register_first("before-send.dynamodb", run)
    course.deadline = time.monotonic() + RETRY_SECONDS - 1

    with pytest.raises((DatabaseError, Unanswered)):
        sdk.send("GetItem", GET)

    assert len(attempts) == 1
    assert course.has_lost_reply
