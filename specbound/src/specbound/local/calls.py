"""The function's calls to DynamoDB, heard where they go out: what each asks, uses and comes to."""

import json
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from specbound.local import embedded, units
from specbound.store.attempts import Arguments, DatabaseError, Reply, Send
from specbound.store.dynamodb import line
from specbound.store.values import serialized


@dataclass(frozen=True)
class Made:
    """A call, its arguments as they travel, the capacity units that it used, and how long it took.

    `error` is why DynamoDB did not do it, None if it did; `reply` is what it answered, {} if it did not do it.
    """

    action: str
    arguments: Any
    reply: Any
    reads: float
    writes: float
    milliseconds: float
    error: str | None


class Calls:
    """The calls since the last `begin`, in order, if it `listens`; else nothing is kept or counted.

    `overhead` is how many seconds went into counting units meanwhile: no time of the request's own.
    """

    def __init__(self) -> None:
        self.made: list[Made] = []
        self.overhead = 0.0
        self.listens = False

    def begin(self, *, listens: bool) -> None:
        self.made = []
        self.overhead = 0.0
        self.listens = listens

    @property
    def reads(self) -> float:
        return sum(each.reads for each in self.made)

    @property
    def writes(self) -> float:
        return sum(each.writes for each in self.made)

    def heard(self, send: Send) -> Send:
        """`send`, heard: what `wrapped` is given."""

        def run(action: str, arguments: Arguments) -> Reply:
            if not self.listens:
                return send(action, arguments)
            started = perf_counter()
            # The tables are those of the contract as it is now: a change of it may bring others.
            tables = {embedded.PREFIX + name: table for name, table in embedded.declared().items()}
            meter, travels = units.Meter(tables, line().client.send), json.loads(serialized(arguments))
            before, reply, failure = meter.before(action, travels), Reply(), None
            sent = perf_counter()
            try:
                reply = send(action, arguments)
            except Exception as error:
                failure = _reason(error)
                raise
            finally:
                ended = perf_counter()
                answered = json.loads(serialized(reply))
                used = meter.used(action, travels, before, answered)
                self.made.append(
                    Made(action, travels, answered, used.reads, used.writes, (ended - sent) * 1000, failure)
                )
                self.overhead += perf_counter() - ended + sent - started
            return reply

        return run


def _reason(error: Exception) -> str:
    if not isinstance(error, DatabaseError):
        return str(error)
    reasons = [each["Code"] for each in error.reasons or () if each["Code"] != "None"]
    return ", ".join(dict.fromkeys(reasons)) or error.code
