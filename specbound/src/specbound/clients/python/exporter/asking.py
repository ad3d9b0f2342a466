"""Asking for a list, page by page, as JSON with all its digits."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .. import Client
from ..errors import answered, problem
from ..importer.stopped import Stopped
from ..requests import request
from .lists import Given, Listing

Item = Mapping[str, Any]


class Page(NamedTuple):
    """What a list answered at once, and where it goes on; None if it does not."""

    items: list[Item]
    cursor: str | None


class Clients(NamedTuple):
    """An API that does not answer at all is told soon; one that was there is waited for."""

    prompt: Client
    patient: Client


def pages(clients: Clients, listing: Listing, given: Given, cursor: str, limit: int) -> Iterator[Page]:
    """The pages from a cursor on, "" for the first. Raises what a client raises, and Stopped for what is no page."""
    seen = {cursor}
    at: str | None = cursor
    client = clients.prompt
    while at is not None:
        page = _page(client, listing, given, at, limit)
        yield page
        at, client = page.cursor, clients.patient
        if at in seen:
            raise Stopped(f"{listing.name} would not end: a page leads back to one before it.")
        seen.add(at or "")


def _page(client: Client, listing: Listing, given: Given, cursor: str, limit: int) -> Page:
    query = {name: value for name, value in given.items() if name not in listing.path}
    query |= {listing.limit: str(limit)} if listing.limit and limit else {}
    query |= {listing.token: cursor} if cursor else {}
    path = {name: given[name] for name in listing.path}
    asked = request(  # noqa: S113  # it is not sent yet, and the client has a time-out
        listing.operation_id, "GET", listing.route, path=path, query=query, headers={}, cookies={}
    )
    response = client._send(asked)
    if response.status_code != 200:
        raise problem(response)
    body = answered(response)
    items = body.get(listing.items) if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Stopped(f"What is answered at API_URL is no page of {listing.name}. Is that this API?")
    following = body.get(listing.next) if listing.token else None
    return Page(items, str(following) if following else None)
