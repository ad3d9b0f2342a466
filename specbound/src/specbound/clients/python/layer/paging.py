"""Lists from their first item to their last, one page at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Generic, TypeVar

from .types import UNSET, Unset

Item = TypeVar("Item")
Page = TypeVar("Page")
At = str | Unset


class Pages(Generic[Item, Page]):
    """A list that is asked for page by page as it is gone through: `for user in client.users.list(): …`.

    `limit` is how many items a page has. Raises RuntimeError for a list that would not end, because a page leads back
    to one before it.
    """

    def __init__(
        self,
        ask: Callable[[At], Page],
        items: Callable[[Page], Sequence[Item]],
        following: Callable[[Page], str | Unset | None],
    ) -> None:
        self._ask, self._items, self._following = ask, items, following

    def first(self) -> Page:
        """The first page alone."""
        return self._ask(UNSET)

    def pages(self) -> Iterator[Page]:
        """Page by page."""
        page, seen = self._ask(UNSET), set[str]()
        yield page
        while token := self._following(page):
            page = self._ask(_new(token, seen))
            yield page

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from self._items(page)


class AsyncPages(Generic[Item, Page]):
    """The same, asynchronous: `async for user in client.users.list(): …`."""

    def __init__(
        self,
        ask: Callable[[At], Awaitable[Page]],
        items: Callable[[Page], Sequence[Item]],
        following: Callable[[Page], str | Unset | None],
    ) -> None:
        self._ask, self._items, self._following = ask, items, following

    async def first(self) -> Page:
        """The first page alone."""
        return await self._ask(UNSET)

    async def pages(self) -> AsyncIterator[Page]:
        """Page by page."""
        page, seen = await self._ask(UNSET), set[str]()
        yield page
        while token := self._following(page):
            page = await self._ask(_new(token, seen))
            yield page

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in self._items(page):
                yield item


def _new(token: str, seen: set[str]) -> str:
    if token in seen:
        raise RuntimeError("This list does not end: a page leads back to one before it. Report it to the API's owner.")
    seen.add(token)
    return token
