"""The line between the function, in this process, and DynamoDB: what goes down it, and what else may come up."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from specbound.local.listening import wrapped
from specbound.store.attempts import Arguments, DatabaseError, Reply, Send, Unanswered
from specbound.store.values import serialized


@dataclass(frozen=True)
class Call:
    """A call to DynamoDB, with its arguments as they travel. The client's own retries do not count."""

    action: str
    arguments: Any

    @classmethod
    def of(cls, action: str, arguments: Arguments) -> "Call":
        return cls(action, json.loads(serialized(arguments)))


@dataclass(frozen=True)
class Error:
    """What DynamoDB says in the end, once the client has tried it as often as it does."""

    code: str
    status: int = 400
    reasons: tuple[str, ...] = ()


Hook = Callable[[Call], Error | Unanswered | None]


@contextmanager
def watched() -> Iterator[list[Call]]:
    """Every call that is made meanwhile, in order."""
    calls: list[Call] = []
    with before_each_call(calls.append):
        yield calls


@contextmanager
def before_each_call(hook: Hook) -> Iterator[None]:
    """`hook` runs before each call. What it returns comes back instead of DynamoDB's reply, and nothing is done."""

    def struck(send: Send) -> Send:
        def run(action: str, arguments: Arguments) -> Reply:
            error = hook(Call.of(action, arguments))
            if isinstance(error, Unanswered):
                raise error
            if error:
                raise _raised(action, error)
            return send(action, arguments)

        return run

    with wrapped(struck):
        yield


@contextmanager
def after_each_call(hook: Callable[[str], None]) -> Iterator[None]:
    """`hook` runs, with the call's action, when DynamoDB has answered a call. If it raises, the reply is lost."""

    def struck(send: Send) -> Send:
        def run(action: str, arguments: Arguments) -> Reply:
            try:
                return send(action, arguments)
            finally:
                hook(action)

        return run

    with wrapped(struck):
        yield


class Died(BaseException):
    """The process ends: nothing of the project catches this."""


@contextmanager
def death_after(number: int, action: str = "") -> Iterator[None]:
    """The process ends when DynamoDB has done its call of this number, of an action or of any; it never does for 0."""
    numbers = count(1)

    def die(each: str) -> None:
        if action in ("", each) and next(numbers) == number:
            raise Died

    with after_each_call(die):
        yield


@contextmanager
def before(action: str, do: Callable[[], Any], number: int = 1) -> Iterator[None]:
    """Something happens right before the call of this number of an action."""
    numbers = count(1)

    def hook(call: Call) -> None:
        if call.action == action and next(numbers) == number:
            # A thread of its own: this one is within an event loop, and there is one in each.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(do).result()

    with before_each_call(hook):
        yield


@contextmanager
def arguments_changed(change: Callable[[Call], Any]) -> Iterator[None]:
    """Every call travels with the arguments that `change` returns."""
    with wrapped(lambda send: lambda action, arguments: send(action, change(Call.of(action, arguments)))):
        yield


def _raised(action: str, error: Error) -> DatabaseError:
    metadata = {"HTTPStatusCode": error.status, "HTTPHeaders": {}, "RetryAttempts": 2}
    body = {"CancellationReasons": [{"Code": each} for each in error.reasons]} if error.reasons else {}
    return DatabaseError(action, error.code, "Injected.", metadata, body)
