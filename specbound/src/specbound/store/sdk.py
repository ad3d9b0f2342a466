"""The AWS SDK for Python, boto3, as the client of DynamoDB: the referee of the other, and what runs in its place."""

from collections.abc import Mapping
from typing import Any, cast

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from specbound.store.attempts import (
    ATTEMPT_SECONDS,
    ATTEMPTS,
    CONNECT_SECONDS,
    READ_SECONDS,
    Arguments,
    DatabaseError,
    Reply,
    Unanswered,
    course,
)

SILENCES = (ConnectionError, HTTPClientError, ResponseParserError)
NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
# Before an attempt that is not the first, the SDK pauses 2 s at most.
RETRY_SECONDS = ATTEMPT_SECONDS + 2


class Client:
    """A client whose calls are boto3's; `sdk` is its own."""

    def __init__(self) -> None:
        self.sdk: Any = boto3.client(
            "dynamodb",
            config=Config(
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                tcp_keepalive=True,
                max_pool_connections=50,
            ),
        )
        self.sdk.meta.events.register("response-received.dynamodb", _note_attempt)
        self.sdk.meta.events.register_first("needs-retry.dynamodb", _end_in_time)
        self.region: str = self.sdk.meta.region_name
        # It closes what is kept, and goes on with new connections.
        self.forget = self.sdk.close

    def send(self, action: str, arguments: Arguments) -> Reply:
        """One call, with all its attempts. Raises DatabaseError and Unanswered."""
        try:
            return cast(Reply, getattr(self.sdk, xform_name(action))(**arguments))
        except ClientError as error:
            body: Mapping[str, Any] = {**error.response}
            said, metadata = body["Error"], body.get("ResponseMetadata", {})
            raise DatabaseError(action, str(said["Code"]), said.get("Message", ""), metadata, body) from error
        except SILENCES as error:
            raise Unanswered(str(error), was_sent=not isinstance(error, NEVER_SENT)) from error


def _note_attempt(parsed_response: Mapping[str, Any] | None, exception: Exception | None, **_: Any) -> None:
    """After each attempt."""
    if exception is not None:
        course.note_silence(was_sent=not isinstance(exception, NEVER_SENT))
    elif parsed_response is not None:
        course.note_status(parsed_response["ResponseMetadata"]["HTTPStatusCode"])


def _end_in_time(operation: Any, response: Any, caught_exception: Exception | None, **_: Any) -> None:
    """After each attempt, before the SDK decides on another: raise what this one came to, if there is no time left."""
    if course.has_time(RETRY_SECONDS):
        return
    if caught_exception is not None:
        raise caught_exception
    if response is not None and response[0].status_code >= 300:
        raise ClientError(response[1], operation.name)
