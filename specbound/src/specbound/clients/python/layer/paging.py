"""Lists from their first item to their last, one page at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from .types import Unset

P = ParamSpec("P")
Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)


class Page(Protocol[Item_co]):
    """What a list operation answers: items, and where the next page begins unless this is the last."""

    @property
    def items(self) -> Sequence[Item_co]: ...

    @property
    def next_token(self) -> str | Unset: ...


def all_items(operation: Callable[P, Page[Item]], *args: P.args, **kwargs: P.kwargs) -> Iterator[Item]:
    """Every item of a list: `all_items(list_things.sync, client=client, limit=100)`.

    Raises RuntimeError for a list that would not end, because a page leads back to one before it.
    """
    follow = partial(cast(Callable[..., Page[Item]], operation), *args, **kwargs)
    page, seen = follow(), set[str]()
    yield from page.items
    while page.next_token:
        page = follow(next_token=_new(page.next_token, seen))
        yield from page.items


async def all_items_async(
    operation: Callable[P, Awaitable[Page[Item]]], *args: P.args, **kwargs: P.kwargs
) -> AsyncIterator[Item]:
    """The same, asynchronous: `async for each in all_items_async(list_things.asyncio, client=client)`."""
    follow = partial(cast(Callable[..., Any], operation), *args, **kwargs)
    page: Page[Item] = await follow()
    seen = set[str]()
    for item in page.items:
        yield item
    while page.next_token:
        page = await follow(next_token=_new(page.next_token, seen))
        for item in page.items:
            yield item


def _new(token: str, seen: set[str]) -> str:
    if token in seen:
        raise RuntimeError("This list does not end: a page leads back to one before it. Report it to the API's owner.")
    seen.add(token)
    return token
