"""Orders."""

from typing import Any

from specbound.messages import Request, Response
from specbound.problems import NotFound
from specbound.resources.creation import Creation, create_one
from specbound.resources.resource import created, list_page, represent
from specbound.store import tables
from specbound.store.writes import Insert


def list_orders(request: Request) -> Response:
    return list_page(request, "orders", "newest")


def place_order(request: Request) -> Response:
    order = create_one(request, _creation)
    return created(f"/orders/{order['orderId']}", order)


def get_order(request: Request) -> Response:
    order_id = request.parameters["orderId"]
    order = tables.get("orders", order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return represent(request, order)


def _creation(new: Any, order_id: str, time: str) -> Creation:
    return (Insert("orders", {"orderId": order_id, **new, "version": 1, "createdAt": time}),)
