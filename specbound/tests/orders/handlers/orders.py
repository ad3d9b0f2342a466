"""Orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import orders

if TYPE_CHECKING:
    from handlers.compiled import types


def list_orders(request: types.ListOrdersRequest) -> types.ListOrdersResponse:
    if "gift" in request.parameters:
        return orders.page(request, "gifts", request.parameters["gift"])
    return orders.page(request, "newest")


def place_order(request: types.PlaceOrderRequest) -> types.PlaceOrderResponse:
    return orders.create(request, lambda given: given)


def get_order(request: types.GetOrderRequest) -> types.GetOrderResponse:
    return orders.represent(request, request.parameters["orderId"])


def update_order(request: types.UpdateOrderRequest) -> types.UpdateOrderResponse:
    return orders.change(request, request.parameters["orderId"], request.body)
