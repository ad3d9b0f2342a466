"""Stock. It is never below zero, and every adjustment is kept with its reason."""

from dataclasses import replace
from http import HTTPStatus
from uuid import uuid4

from handlers import tables
from handlers.contract import contract
from handlers.idempotency import outlived
from handlers.messages import Request, Response
from handlers.problems import Conflict, NotFound
from handlers.resources import change, changed, find, now, page_of, represent
from handlers.tables import Item, Refusal, Refused
from handlers.writes import Add, Insert

LEAST, MOST = contract.bounds["Quantity"]


class StockExceeded(Conflict):
    """The stock would go below what there can be, or above."""


def list_inventory(request: Request) -> Response:
    return Response(HTTPStatus.OK, page_of(tables.get_many("inventory", request.parameters["productId"])))


def get_inventory(request: Request) -> Response:
    return represent(request, _find(request.parameters["productId"]))


def update_inventory(request: Request) -> Response:
    product_id = request.parameters["productId"]
    return change(request, "inventory", product_id, _missing(product_id))


def adjust_inventory(request: Request) -> Response:
    product_id, delta = request.parameters["productId"], request.body["delta"]
    try:
        _adjust(request, request.identity or str(uuid4()))
    except Refused as refused:
        stock, earlier = refused.refusals
        if earlier and earlier.item and outlived(earlier.item):
            return adjust_inventory(replace(request, identity=str(uuid4())))
        # An earlier attempt at this very request has done it; only its answer was lost.
        if not earlier:
            raise _exceeded(product_id, delta, stock) from refused
    return changed(_find(product_id))


def _adjust(request: Request, adjustment_id: str) -> None:
    product_id, delta, time = request.parameters["productId"], request.body["delta"], now()
    adjustment = request.body | {"adjustmentId": adjustment_id, "productId": product_id, "createdAt": time}
    tables.write(
        Add("inventory", product_id, "quantity", delta, LEAST, MOST, {"updatedAt": time}),
        Insert("adjustments", adjustment),
    )


def _exceeded(product_id: str, delta: int, refusal: Refusal | None) -> NotFound | StockExceeded:
    if refusal is None or refusal.item is None:
        return NotFound(_missing(product_id))
    return StockExceeded(
        f"There are {refusal.item['quantity']} in stock; {delta:+} would lead out of {LEAST} to {MOST}."
    )


def _find(product_id: str) -> Item:
    return find("inventory", product_id, _missing(product_id))


def _missing(product_id: str) -> str:
    return f"There is no product {product_id}."
