"""Attempts at a call to DynamoDB, whichever client makes them: what they come to, and when all have to end."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# A call's arguments, and its reply: DynamoDB's JSON, with bytes where that has Base64, or Base64.
Arguments = Mapping[str, Any]
Reply = dict[str, Any]
# What makes a call, by DynamoDB's name for it (GetItem). Raises DatabaseError, and Unanswered.
Send = Callable[[str, Arguments], Reply]

ATTEMPTS = 3
CONNECT_SECONDS = 1
READ_SECONDS = 2
# How long an attempt may take, and what is done after it.
ATTEMPT_SECONDS = CONNECT_SECONDS + READ_SECONDS + 0.5
# A function with less time than this could not make sure of an answer.
LEAST_SECONDS = 5


class DatabaseError(Exception):
    """DynamoDB answered that it did not do a call. `metadata` is about the reply, as a reply's ResponseMetadata.

    `reasons` is why a transaction was cancelled, of each of its items: CancellationReasons. `item` is the one that made
    a condition fail, if it was asked for.
    """

    def __init__(self, action: str, code: str, message: str, metadata: Mapping[str, Any], body: Arguments) -> None:
        super().__init__(f"{action}: {code}: {message}")
        self.code = code
        self.message = message
        self.metadata = metadata
        self.status: int = metadata["HTTPStatusCode"]
        self.reasons: Sequence[Mapping[str, Any]] | None = body.get("CancellationReasons")
        self.item: Mapping[str, Any] = body.get("Item") or {}


class Unanswered(Exception):
    """No reply came, or none that can be read. `was_sent` if DynamoDB may have done the call all the same."""

    def __init__(self, reason: str, was_sent: bool) -> None:
        super().__init__(reason)
        self.was_sent = was_sent


class Course(threading.local):
    """What became of the attempts at the call that is under way in this thread, and when all have to end."""

    has_lost_reply = False
    deadline = math.inf

    def end_within(self, seconds: float | None) -> None:
        self.deadline = math.inf if seconds is None or seconds < LEAST_SECONDS else time.monotonic() + seconds

    def has_time(self, seconds: float) -> bool:
        return time.monotonic() + seconds <= self.deadline

    def note_status(self, status: int) -> None:
        """DynamoDB answered an attempt. It may have done what it answered with an error of its own (5xx)."""
        self.has_lost_reply |= status >= 500

    def note_silence(self, was_sent: bool) -> None:
        self.has_lost_reply |= was_sent


course = Course()
