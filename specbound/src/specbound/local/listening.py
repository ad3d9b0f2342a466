"""Listening to the line between the function, in this process, and DynamoDB."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from specbound.store.attempts import Send
from specbound.store.dynamodb import line


@contextmanager
def wrapped(wrap: Callable[[Send], Send]) -> Iterator[None]:
    """Every call goes through what `wrap` makes of the line's own way to send it."""
    this = line()
    inner = this.send
    this.send = wrap(inner)
    try:
        yield
    finally:
        this.send = inner
