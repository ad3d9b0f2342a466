"""What happens around the calls that the function makes to DynamoDB, made to happen by the SDK's own events."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

from handlers.database import client


class Died(BaseException):
    """The end of the process: nothing of the project catches it."""


@contextmanager
def before(action: str, do: Callable[[], Any], number: int = 1) -> Iterator[None]:
    """Let something happen right before the function's call of this number (1 is the first) of an action."""

    def do_in_a_thread() -> None:
        # This one is within an event loop, of which each thread can have one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(do).result()

    with _at(f"before-call.dynamodb.{action}", do_in_a_thread, number):
        yield


@contextmanager
def death_after(action: str, number: int = 1) -> Iterator[None]:
    """Let the process die when DynamoDB has done this call, and the function has not seen its reply."""

    def die() -> None:
        raise Died

    with _at(f"after-call.dynamodb.{action}", die, number):
        yield


@contextmanager
def _at(event: str, do: Callable[[], Any], number: int) -> Iterator[None]:
    numbers = count(1)

    def happen(**_: Any) -> None:
        if next(numbers) == number:
            do()

    client.meta.events.register(event, happen)
    try:
        yield
    finally:
        client.meta.events.unregister(event, happen)
