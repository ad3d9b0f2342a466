"""Faults of the database: what a request's calls to DynamoDB meet, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st

from specbound.store.attempts import Unanswered, course
from specbound.testing.wire import Call, Error, before_each_call, wrapped

WRITES = ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem")
UNANSWERED = Unanswered("no reply", was_sent=True)


@dataclass(frozen=True)
class Fault:
    """What strikes a request from its call of this number on, or only there; each is what the client's own retries
    have come to. `conflict` passes, and strikes once, a write.
    """

    kind: str
    first: int
    lasts: bool

    @property
    def passes(self) -> bool:
        return self.kind == "conflict"

    @property
    def may_be_done(self) -> bool:
        """Whether nobody can know if what was struck was done."""
        return self.kind in ("internal", "lost", "unanswered")


@contextmanager
def struck(fault: Fault | None) -> Iterator[list[str]]:
    """The calls that are struck, as they are."""
    hit: list[str] = []
    if fault is None:
        yield hit
        return
    numbers = count(1)

    def meets(action: str) -> bool:
        if fault.passes and (hit or action not in WRITES):
            return False
        number = next(numbers)
        first = 1 if fault.passes else fault.first
        met = number == first or (fault.lasts and number > first)
        hit.extend([action] * met)
        return met

    if fault.kind == "lost":
        with wrapped(lambda send: lambda action, arguments: _lost(send, action, arguments, meets(action))):
            yield hit
    else:
        with before_each_call(lambda call: _error(fault.kind, call) if meets(call.action) else None):
            yield hit


def _lost(send, action, arguments, is_met):
    """DynamoDB does the call, and its reply never arrives; what it refuses is lost alike."""
    try:
        return send(action, arguments)
    finally:
        if is_met:
            course.note_silence(was_sent=True)
            raise UNANSWERED


def _error(kind: str, call: Call) -> Error | Unanswered:
    match kind:
        case "conflict" if "TransactItems" in call.arguments:
            others = ["None"] * (len(call.arguments["TransactItems"]) - 1)
            return Error("TransactionCanceledException", reasons=("TransactionConflict", *others))
        case "conflict":
            return Error("TransactionConflictException")
        case "internal":
            course.note_status(500)
            return Error("InternalServerError", 500)
        case "unanswered":
            course.note_silence(was_sent=True)
            return UNANSWERED
        case _:
            return Error("ThrottlingException")


KINDS = ("busy", "conflict", "internal", "lost", "unanswered")
_faults = st.builds(Fault, st.sampled_from(KINDS), st.sampled_from([1, 1, 2, 2, 3]), st.booleans())
# Mostly none.
faults = st.integers(0, 2).flatmap(lambda number: _faults if number == 2 else st.none())
