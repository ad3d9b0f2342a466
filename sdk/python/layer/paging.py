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
    """Every item of a list: `all_items(list_things.sync, client=client, limit=100)`."""
    follow = partial(cast(Callable[..., Page[Item]], operation), *args, **kwargs)
    page = follow()
    yield from page.items
    while page.next_token:
        page = follow(next_token=page.next_token)
        yield from page.items


async def all_items_async(
    operation: Callable[P, Awaitable[Page[Item]]], *args: P.args, **kwargs: P.kwargs
) -> AsyncIterator[Item]:
    """The same, asynchronous: `async for each in all_items_async(list_things.asyncio, client=client)`."""
    follow = partial(cast(Callable[..., Any], operation), *args, **kwargs)
    page: Page[Item] = await follow()
    for item in page.items:
        yield item
    while page.next_token:
        page = await follow(next_token=page.next_token)
        for item in page.items:
            yield item
