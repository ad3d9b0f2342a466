"""Retries, as all AWS SDKs make them in their standard mode: which errors, after what pause, and how many in all.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import random
import threading
from collections.abc import Mapping

from specbound.store.attempts import DatabaseError, Unanswered

THROTTLED = {
    "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException",
    "SlowDown", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
    "TransactionInProgressException",
}  # fmt: skip
PASSING = {"ReplicatedWriteConflictException", "RequestTimeout", "RequestTimeoutException"}
PASSING_STATUSES = {429, 500, 502, 503, 504}
# What a retry takes of the quota, and what a call gives back that needed none.
CAPACITY, COST, THROTTLED_COST, GIVEN_BACK = 500, 14, 5, 1
# Of the pause before the second attempt; each pause after it may be twice as long.
PAUSE_SECONDS, THROTTLED_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.025, 1, 20
# So much longer the pause may be if DynamoDB asks for it.
ASKED_SECONDS = 5
RETRY_AFTER = "x-amz-retry-after"


class Quota:
    """The retries that a client has left: of many calls that fail, not each is tried again."""

    def __init__(self) -> None:
        self.left = CAPACITY
        self._lock = threading.Lock()

    def take(self, error: DatabaseError | Unanswered) -> int:
        """What a retry after this error costs, which is taken; 0 if too little is left."""
        cost = THROTTLED_COST if is_throttled(error) else COST
        with self._lock:
            if cost > self.left:
                return 0
            self.left -= cost
        return cost

    def give_back(self, taken: int) -> None:
        """A call succeeded, for whose last retry so much was taken."""
        if self.left < CAPACITY:
            with self._lock:
                self.left = min(CAPACITY, self.left + (taken or GIVEN_BACK))


def is_passing(error: DatabaseError | Unanswered) -> bool:
    """Whether another attempt may succeed."""
    return (
        isinstance(error, Unanswered)
        or error.code in PASSING
        or error.status in PASSING_STATUSES
        or is_throttled(error)
    )


def is_throttled(error: DatabaseError | Unanswered) -> bool:
    return isinstance(error, DatabaseError) and (error.code in THROTTLED or error.status == 429)


def pause_seconds(error: DatabaseError | Unanswered, attempt: int) -> float:
    """How long to wait after an attempt, the first of which is 1: random, and longer if DynamoDB asks for it."""
    first = THROTTLED_PAUSE_SECONDS if is_throttled(error) else PAUSE_SECONDS
    pause: float = random.random() * min(first * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)  # noqa: S311  # no secret
    headers: Mapping[str, str] = error.metadata["HTTPHeaders"] if isinstance(error, DatabaseError) else {}
    asked = headers.get(RETRY_AFTER, "")
    if not (asked.isascii() and asked.isdigit()):
        return pause
    return max(pause, min(int(asked) / 1000, pause + ASKED_SECONDS))
