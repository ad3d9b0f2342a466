"""Stock. It is never below zero, and every adjustment is kept with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import adjustments, contract, inventory, tables
from specbound import Bounds, Conflict, page_of

if TYPE_CHECKING:
    from handlers.compiled import types

LEAST, MOST = contract.bounds["Quantity"]


class StockExceeded(Conflict):
    """The stock would go below what there can be, or above."""


def _exceeded(stock: types.Inventory, delta: int) -> StockExceeded:
    return StockExceeded(f"There are {stock['quantity']} in stock; {delta:+} would lead out of {LEAST} to {MOST}.")


QUANTITY = Bounds("quantity", LEAST, MOST, _exceeded)


def list_inventory(request: types.ListInventoryRequest) -> types.ListInventoryResponse:
    return page_of(inventory.find_many(request.parameters["productId"]))


def get_inventory(request: types.GetInventoryRequest) -> types.GetInventoryResponse:
    return inventory.represent(request, request.parameters["productId"])


def update_inventory(request: types.UpdateInventoryRequest) -> types.UpdateInventoryResponse:
    return inventory.put(request, request.parameters["productId"], request.body)


def adjust_inventory(request: types.AdjustInventoryRequest) -> types.AdjustInventoryResponse:
    return inventory.adjust(
        request, request.parameters["productId"], request.body["delta"], QUANTITY, tables.adjustments
    )


def list_adjustments(request: types.ListAdjustmentsRequest) -> types.ListAdjustmentsResponse:
    product_id = request.parameters["productId"]
    page = adjustments.page(request, "by_product", product_id)
    if not page.body["items"]:
        inventory.find(product_id)
    return page
