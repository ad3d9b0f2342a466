"""The connection to DynamoDB, and the only module that imports boto3: calls, values, and what can go wrong."""

import math
import random
import threading
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
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

from specbound.exact_json import DIGITS, EXACT
from specbound.settings import check_endpoints, switch
from specbound.store.table import Item

Attributes = dict[str, Any]

# What DynamoDB says when the same call may succeed later, after the SDK has retried it.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
CONFLICTS = {"ReplicatedWriteConflictException", "TransactionConflict", "TransactionConflictException"}
BUSY = CONFLICTS | {
    "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException",
    "ServiceUnavailable", "Throttling", "ThrottlingError", "ThrottlingException", "TransactionInProgressException",
    "UnrecognizedClientException",
}  # fmt: skip
FAILURES = (ClientError, ConnectionError, HTTPClientError, ResponseParserError)
NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
WRITES = {"transact_write_items", "update_item"}
TRIES = 8
FIRST_PAUSE_SECONDS = 0.025
LONGEST_PAUSE_SECONDS = 1.6
CONNECT_SECONDS = 1
READ_SECONDS = 2
# How long an attempt may take, and what is done after it; before its second and third, the SDK pauses 2 s at most.
ATTEMPT_SECONDS = CONNECT_SECONDS + READ_SECONDS + 0.5
RETRY_SECONDS = ATTEMPT_SECONDS + 2
# A function with less time than this could not make sure of an answer.
LEAST_SECONDS = 5


class Unavailable(Exception):
    """The database did not take the call, or did not answer in time. The same request may be tried again.

    `is_unsettled` if a write was sent whose reply never came: nobody knows whether it was done.
    """

    def __init__(self, reason: str, is_unsettled: bool = False) -> None:
        super().__init__(reason)
        self.is_unsettled = is_unsettled


class _Course(threading.local):
    """What became of the attempts at the call that is under way, the SDK's own among them; and when all have to end."""

    has_lost_reply = False
    deadline = math.inf


@cache
def client() -> Any:
    """The one client of this process: made when an API is, while Lambda lends a whole core, and kept.

    Raises Misconfigured for an endpoint that is none, and for a switch (TRACING) that is neither on nor off.
    """
    check_endpoints()
    made = boto3.client(
        "dynamodb",
        config=Config(
            retries={"mode": "standard", "total_max_attempts": 3},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            tcp_keepalive=True,
            max_pool_connections=50,
        ),
    )
    made.meta.events.register("response-received.dynamodb", _note_attempt)
    made.meta.events.register_first("needs-retry.dynamodb", _end_in_time)
    if switch("TRACING"):
        from specbound.store import tracing  # noqa: PLC0415  # where it is off it costs nothing

        tracing.watch(made)
    return made


def end_within(seconds: float | None) -> None:
    """Let no call of this thread begin or go on that might not end within these seconds from now; None for any time.

    With less than 5 s that can't be kept, and everything is tried.
    """
    _course.deadline = math.inf if seconds is None or seconds < LEAST_SECONDS else time.monotonic() + seconds


def call(action: str, **arguments: Any) -> dict[str, Any]:
    """One DynamoDB call. A conflict with another transaction is tried again, which the SDK leaves to us.

    Raises Unavailable for what may pass, and ClientError for everything else.
    """
    method = getattr(client(), action)
    _seed()
    _course.has_lost_reply = False
    if not _has_time(ATTEMPT_SECONDS):
        raise _unavailable(action, "no time is left")
    for _ in tries():
        try:
            result: dict[str, Any] = method(**arguments)
            return result
        except FAILURES as error:
            if not _codes(error) <= BUSY:
                raise
            if not _codes(error) <= CONFLICTS:
                raise _unavailable(action, " ".join(_codes(error))) from error
    raise _unavailable(action, "TransactionConflict")


@cache
def _seed() -> None:
    """Once, at the first call: instances restored from one snapshot (SnapStart) would all pause alike, SDK included."""
    random.seed()


def has_lost_reply() -> bool:
    """Whether this thread's last call was sent once without a reply, and then again."""
    return _course.has_lost_reply


def tries() -> Iterator[int]:
    """As many tries as are worth their while, and end in time; before each but the first a pause: random, doubling,
    1.6 s at most.

    The first pause is as long as the first try took, or longer: a database that is busy is asked less often.
    """
    start = time.monotonic()
    yield 0
    first = max(FIRST_PAUSE_SECONDS, time.monotonic() - start)
    for number in range(TRIES - 1):
        pause = random.uniform(0, min(LONGEST_PAUSE_SECONDS, first * 2**number))  # noqa: S311  # no secret
        if not _has_time(pause + ATTEMPT_SECONDS):
            return
        time.sleep(pause)
        yield number + 1


def _unavailable(action: str, reason: str) -> Unavailable:
    return Unavailable(reason, is_unsettled=action in WRITES and _course.has_lost_reply)


def _note_attempt(parsed_response: Mapping[str, Any] | None, exception: Exception | None, **_: Any) -> None:
    """After each attempt: DynamoDB may have done what it did not answer, or answered with an error of its own (5xx)."""
    if exception is not None:
        _course.has_lost_reply |= not isinstance(exception, NEVER_SENT)
    elif parsed_response is not None:
        _course.has_lost_reply |= parsed_response["ResponseMetadata"]["HTTPStatusCode"] >= 500


def _end_in_time(operation: Any, response: Any, caught_exception: Exception | None, **_: Any) -> None:
    """After each attempt, before the SDK decides on another: raise what this one came to, if there is no time left."""
    if _has_time(RETRY_SECONDS):
        return
    if caught_exception is not None:
        raise caught_exception
    if response is not None and response[0].status_code >= 300:
        raise ClientError(response[1], operation.name)


def _has_time(seconds: float) -> bool:
    return time.monotonic() + seconds <= _course.deadline


def _codes(error: Exception) -> set[str]:
    """Why a call failed; for a transaction, why each of its items did."""
    if not isinstance(error, ClientError):
        return {"RequestTimeout"}
    reasons = error.response.get("CancellationReasons")
    if reasons is not None:
        codes = {each["Code"] for each in reasons} - {"None"}
        # Beside a conflict, one item's refusal does not say that the conditions of the others would have held.
        return codes - {"ConditionalCheckFailed"} or codes
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return {"InternalServerError"} if status >= 500 else {error_code(error)}


def error_code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def encode(item: Mapping[str, Any]) -> Attributes:
    return {name: _serializer.serialize(value) for name, value in item.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _plain(_deserializer.deserialize(value)) for name, value in attributes.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Binary):
        return bytes(value)  # type: ignore[call-overload]  # its stub leaves out __bytes__
    # DynamoDB hands every number back as a Decimal; the contract's integers are int.
    is_integer = isinstance(value, Decimal) and value == value.to_integral_value()
    # An int of more digits than DynamoDB keeps (1E+100 is a number somebody may have stored) could not be sent back.
    return int(value) if is_integer and value.adjusted() < DIGITS else value


class _Deserializer(TypeDeserializer):
    """boto3's, but it takes a number written out as a one and a hundred zeros, too."""

    def _deserialize_n(self, value: str) -> Decimal:
        return EXACT.normalize(Decimal(value))


_course = _Course()
_serializer = TypeSerializer()
_deserializer = _Deserializer()
