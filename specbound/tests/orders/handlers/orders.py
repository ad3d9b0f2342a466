"""Orders."""

from handlers.service import orders
from specbound import Request, Response


def list_orders(request: Request) -> Response:
    if "gift" in request.parameters:
        return orders.page(request, "gifts", request.parameters["gift"])
    return orders.page(request, "newest")


def place_order(request: Request) -> Response:
    return orders.create(request, lambda given: given)


def get_order(request: Request) -> Response:
    return orders.represent(request, request.parameters["orderId"])


def update_order(request: Request) -> Response:
    return orders.change(request, request.parameters["orderId"], request.body)
