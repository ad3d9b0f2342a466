"""Orders. What is new is open until somebody says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import orders

if TYPE_CHECKING:
    from handlers.compiled import types


def list_orders(request: types.ListOrdersRequest) -> types.ListOrdersResponse:
    if "status" in request.parameters:
        return orders.page(request, "by_status", request.parameters["status"])
    return orders.page(request, "newest")


def create_order(request: types.CreateOrderRequest) -> types.CreateOrderResponse:
    return orders.create(request, _new)


def get_order(request: types.GetOrderRequest) -> types.GetOrderResponse:
    return orders.represent(request, request.parameters["orderId"])


def update_order(request: types.UpdateOrderRequest) -> types.UpdateOrderResponse:
    return orders.change(request, request.parameters["orderId"], request.body)


def delete_order(request: types.DeleteOrderRequest) -> types.DeleteOrderResponse:
    return orders.remove(request, request.parameters["orderId"])


def _new(given: types.NewOrder) -> types.OrdersInsert:
    return {**given, "status": "open"}
