"""Orders. What is new is open until somebody says otherwise."""

from collections.abc import Mapping
from typing import Any

from handlers.service import orders
from specbound import Request, Response


def list_orders(request: Request) -> Response:
    if "status" in request.parameters:
        return orders.page(request, "by_status", request.parameters["status"])
    return orders.page(request, "newest")


def create_order(request: Request) -> Response:
    return orders.create(request, _new)


def get_order(request: Request) -> Response:
    return orders.represent(request, request.parameters["orderId"])


def update_order(request: Request) -> Response:
    return orders.change(request, request.parameters["orderId"], request.body)


def delete_order(request: Request) -> Response:
    return orders.remove(request, request.parameters["orderId"])


def _new(given: Any) -> Mapping[str, Any]:
    return {**given, "status": "open"}
