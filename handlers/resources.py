"""What operations on resources have in common: times, versions, pages and changes."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from handlers import tables
from handlers.configuration import whole_number
from handlers.contract import contract
from handlers.messages import Request, Response
from handlers.preconditions import etag, is_known, versions_to_match
from handlers.problems import NotFound, PreconditionFailed, Problem
from handlers.tables import Item, Refused

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
    if is_known(request, response):
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


def change(request: Request, table: str, key: str, missing: str) -> Response:
    """Set what the body gives, at a version that `If-Match` lets through."""
    try:
        item = tables.change(table, key, request.body | {"updatedAt": now()}, versions_to_match(request))
    except Refused as refused:
        raise not_changed(refused, missing) from refused
    return changed(item)


def not_changed(refused: Refused, missing: str) -> Problem:
    """Why an item was not changed or removed: it is not there, or at a version that `If-Match` does not let through."""
    refusal = refused.refusals[0]
    if refusal is None or refusal.item is None:
        return NotFound(missing)
    return outdated(refusal.item)


def outdated(item: Item) -> Problem:
    return PreconditionFailed(f"The resource is at version {item['version']} now. Get it again, and decide again.")
