"""Stock. It is never below zero, and every adjustment is kept with its reason."""

from typing import Any

from handlers.service import contract, inventory, tables
from specbound import Bounds, Conflict, Request, Response, page_of

LEAST, MOST = contract.bounds["Quantity"]


class StockExceeded(Conflict):
    """The stock would go below what there can be, or above."""


def _exceeded(stock: Any, delta: int) -> StockExceeded:
    return StockExceeded(f"There are {stock['quantity']} in stock; {delta:+} would lead out of {LEAST} to {MOST}.")


QUANTITY = Bounds("quantity", LEAST, MOST, _exceeded)


def list_inventory(request: Request) -> Response:
    return page_of(inventory.find_many(request.parameters["productId"]))


def get_inventory(request: Request) -> Response:
    return inventory.represent(request, request.parameters["productId"])


def update_inventory(request: Request) -> Response:
    return inventory.put(request, request.parameters["productId"], request.body)


def adjust_inventory(request: Request) -> Response:
    return inventory.adjust(
        request, request.parameters["productId"], request.body["delta"], QUANTITY, tables.adjustments
    )
