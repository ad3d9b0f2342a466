"""What operations on resources have in common: times, versions, pages and changes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from specbound.contract import contract
from specbound.messages import Request, Response
from specbound.problems import NotFound
from specbound.resources import preconditions
from specbound.resources.preconditions import etag
from specbound.settings import whole_number
from specbound.store import tables
from specbound.store.tables import Item
from specbound.store.writes import Change, Write

# A page may be shorter than what was asked for; `nextToken` says whether it was the last.
LONGEST_PAGE = whole_number("PAGE_LIMIT", 1, contract.bounds.get("Limit", (1, 100))[1])


def now() -> str:
    """The time, UTC, as the contract writes it."""
    return written(datetime.now(UTC))


def written(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def find(table: str, key: str, missing: str) -> Item:
    """An item that has to be there. Raises NotFound, saying what is missing."""
    item = tables.get(table, key)
    if item is None:
        raise NotFound(missing)
    return item


def represent(request: Request, item: Item) -> Response:
    """An item that was asked for, or 304 if the caller has this version already."""
    response = changed(item)
    if preconditions.is_known(request, item):
        return Response(HTTPStatus.NOT_MODIFIED, headers=response.headers)
    return response


def changed(item: Item) -> Response:
    return Response(HTTPStatus.OK, item, {"etag": etag(item["version"])})


def created(path: str, item: Item) -> Response:
    return Response(HTTPStatus.CREATED, item, {"location": path, "etag": etag(item["version"])})


def list_page(request: Request, table: str, index: str, group: str | None = None) -> Response:
    """One page of an index, as `limit` and `nextToken` ask."""
    limit = min(request.parameters["limit"], LONGEST_PAGE)
    items, next_token = tables.page(table, index, group, limit, request.parameters.get("nextToken"))
    return Response(HTTPStatus.OK, page_of(items) | ({"nextToken": next_token} if next_token else {}))


def page_of(items: list[Item]) -> dict[str, Any]:
    return {"items": items, "count": len(items)}


def change(request: Request, table: str, find: Callable[[], Item]) -> Response:
    """Set what the body gives, at a version that the request's preconditions let through."""
    fields, key = request.body | {"updatedAt": now()}, contract.tables[table]["key"]
    item = rewrite(request, find, lambda item: [Change(table, item[key], fields, item["version"])])
    return changed(after(item, fields))


def rewrite(request: Request, find: Callable[[], Item], make: Callable[[Item], Sequence[Write]]) -> Item:
    """Do writes that depend on an item as it is, the item's own first. Returns the item that they were made of.

    Raises what `find` and `make` raise, PreconditionFailed, and Refused if only others of the writes were refused.
    """

    def make_checked(item: Item) -> Sequence[Write]:
        preconditions.check(request, item)
        return make(item)

    return tables.rewrite(find, make_checked)


def after(item: Item, fields: Item) -> Item:
    """The item as it is when some fields were changed."""
    return item | fields | {"version": item["version"] + 1}
