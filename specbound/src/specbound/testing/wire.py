"""The wire between the function, in this process, and DynamoDB: what goes down it, and what else may come up."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError

from specbound.store.dynamodb import client


@dataclass(frozen=True)
class Call:
    """A call to DynamoDB, with its arguments as they travel. The SDK's own retries do not count."""

    action: str
    arguments: Any


@dataclass(frozen=True)
class Error:
    """What DynamoDB says in the end, once the SDK has tried it as often as it does."""

    code: str
    status: int = 400
    reasons: tuple[str, ...] = ()


Hook = Callable[[Call], Error | BotoCoreError | None]


@contextmanager
def watched() -> Iterator[list[Call]]:
    """Every call that is made meanwhile, in order."""
    calls: list[Call] = []
    with before_each_call(calls.append):
        yield calls


@contextmanager
def before_each_call(hook: Hook) -> Iterator[None]:
    """`hook` runs before each call. What it returns comes back instead of DynamoDB's reply, and nothing is done."""

    def run(params: dict[str, Any], model: Any, **_: Any) -> tuple[Any, dict[str, Any]] | None:
        struck = hook(Call(model.name, json.loads(params["body"])))
        if isinstance(struck, BotoCoreError):
            raise struck
        return _reply(struck) if struck else None

    with _registered("before-call.dynamodb", run):
        yield


@contextmanager
def after_each_call(hook: Callable[[str], None]) -> Iterator[None]:
    """`hook` runs, with the call's action, when DynamoDB has done a call. If it raises, the reply is lost."""

    def run(model: Any, **_: Any) -> None:
        hook(model.name)

    with _registered("after-call.dynamodb", run):
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

    def run(request: AWSPreparedRequest, event_name: str, **_: Any) -> None:
        arguments = change(Call(event_name.rpartition(".")[2], json.loads(cast(bytes, request.body))))
        request.body = json.dumps(arguments).encode()

    with _registered("before-send.dynamodb", run):
        yield


@contextmanager
def _registered(event: str, hook: Callable[..., Any]) -> Iterator[None]:
    client().meta.events.register_first(event, hook)
    try:
        yield
    finally:
        client().meta.events.unregister(event, hook)


class _Http:
    def __init__(self, status: int) -> None:
        self.status_code = status


def _reply(error: Error) -> tuple[_Http, dict[str, Any]]:
    """The pair that the SDK's own sending returns."""
    parsed: dict[str, Any] = {
        "Error": {"Code": error.code, "Message": "Injected."},
        "ResponseMetadata": {"HTTPStatusCode": error.status, "HTTPHeaders": {}, "RetryAttempts": 2},
    }
    if error.reasons:
        parsed["CancellationReasons"] = [{"Code": each} for each in error.reasons]
    return _Http(error.status), parsed
