"""The connection to DynamoDB: calls by whichever client there is, and what can go wrong."""

import os
import random
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from specbound.settings import (
    check_endpoints,
    database_client,
    endpoint,
    region,
    switch,
)
from specbound.store.attempts import ATTEMPT_SECONDS, DatabaseError, Reply, Send, Unanswered, course

# What DynamoDB says when the same call may succeed later, after the SDK has retried it.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
CONFLICTS = {"ReplicatedWriteConflictException", "TransactionConflict", "TransactionConflictException"}
BUSY = CONFLICTS | {
    "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException",
    "ServiceUnavailable", "Throttling", "ThrottlingError", "ThrottlingException", "TransactionInProgressException",
    "UnrecognizedClientException",
}  # fmt: skip
WRITES = {"transact_write_items", "update_item"}
TRIES = 8
FIRST_PAUSE_SECONDS = 0.025
LONGEST_PAUSE_SECONDS = 1.6


class Unavailable(Exception):
    """The database did not take the call, or did not answer in time. The same request may be tried again.

    `is_unsettled` if a write was sent whose reply never came: nobody knows whether it was done.
    """

    def __init__(self, reason: str, is_unsettled: bool = False) -> None:
        super().__init__(reason)
        self.is_unsettled = is_unsettled


class Line:
    """What calls go through: `client`, by `send`, which tracing wraps, and tests that listen or interfere."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.send: Send = client.send


@cache
def line() -> Line:
    """The one line of this process: made when an API is, while Lambda lends a whole core, and kept.

    Raises Misconfigured for an endpoint that is none, and for DATABASE_CLIENT or TRACING that makes no sense.
    """
    check_endpoints()
    made = Line(_client())
    if switch("TRACING"):
        from specbound.store import tracing  # noqa: PLC0415  # where it is off it costs nothing

        made.send = tracing.traced(made.send, made.client.region)
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        from specbound.store import snapshots  # noqa: PLC0415  # so it is with this

        snapshots.renew(made.client.forget)
    return made


def end_within(seconds: float | None) -> None:
    """Let no call of this thread begin or go on that might not end within these seconds from now; None for any time.

    With less than 5 s that can't be kept, and everything is tried.
    """
    course.end_within(seconds)


def call(action: str, **arguments: Any) -> Reply:
    """One DynamoDB call. A conflict with another transaction is tried again, which the SDK leaves to us.

    Raises Unavailable for what may pass, and DatabaseError for everything else.
    """
    send, name = line().send, _named(action)
    _seed()
    course.has_lost_reply = False
    if not course.has_time(ATTEMPT_SECONDS):
        raise _unavailable(action, "no time is left")
    for _ in tries():
        try:
            return send(name, arguments)
        except Unanswered as error:
            raise _unavailable(action, str(error)) from error
        except DatabaseError as error:
            codes = _codes(error)
            if not codes <= BUSY:
                raise
            if not codes <= CONFLICTS:
                raise _unavailable(action, " ".join(codes)) from error
    raise _unavailable(action, "TransactionConflict")


@cache
def _named(action: str) -> str:
    """DynamoDB's name for a call, GetItem for get_item."""
    return action.title().replace("_", "")


@cache
def _seed() -> None:
    """Once, at the first call: instances restored from one snapshot (SnapStart) would all pause alike, SDK included."""
    random.seed()


def has_lost_reply() -> bool:
    """Whether this thread's last call was sent once without a reply, and then again."""
    return course.has_lost_reply


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
        if not course.has_time(pause + ATTEMPT_SECONDS):
            return
        time.sleep(pause)
        yield number + 1


def _client() -> Any:
    """Only the client that is chosen is loaded: boto3 would be most of a cold start."""
    if database_client() == "boto3":
        from specbound.store import sdk  # noqa: PLC0415

        return sdk.Client()
    from specbound.store.client import Client  # noqa: PLC0415

    return Client(region(), endpoint(region()))


def _unavailable(action: str, reason: str) -> Unavailable:
    return Unavailable(reason, is_unsettled=action in WRITES and course.has_lost_reply)


def _codes(error: DatabaseError) -> set[str]:
    """Why a call failed; for a transaction, why each of its items did."""
    if error.reasons is not None:
        codes = {each["Code"] for each in error.reasons} - {"None"}
        # Beside a conflict, one item's refusal does not say that the conditions of the others would have held.
        return codes - {"ConditionalCheckFailed"} or codes
    return {"InternalServerError"} if error.status >= 500 else {error.code}


# A process that is forked off can't use the connections of the one before.
os.register_at_fork(after_in_child=line.cache_clear)
