"""Orders."""

from typing import Any

from handlers.creation import Creation, create_one
from handlers.messages import Request, Response
from handlers.resources import change, created, find, list_page, represent
from handlers.tables import Item
from handlers.writes import Insert


def list_orders(request: Request) -> Response:
    if "gift" in request.parameters:
        return list_page(request, "orders", "gifts", request.parameters["gift"])
    return list_page(request, "orders", "newest")


def place_order(request: Request) -> Response:
    order = create_one(request, _creation)
    return created(f"/orders/{order['orderId']}", order)


def get_order(request: Request) -> Response:
    return represent(request, _find(request.parameters["orderId"]))


def update_order(request: Request) -> Response:
    return change(request, "orders", lambda: _find(request.parameters["orderId"]))


def _find(order_id: str) -> Item:
    return find("orders", order_id, f"There is no order {order_id}.")


def _creation(new: Any, order_id: str, time: str) -> Creation:
    return (Insert("orders", {"orderId": order_id, **new, "version": 1, "createdAt": time}),)
