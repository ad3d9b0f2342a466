"""Orders, which differ from version to version of the contract; its minor version says which it is."""

from typing import Any

from specbound import Contract, Request, Resource, Response

MOST_PIECES = 10
# Which parameter of the list is answered by which index.
INDEXES = {"gift": "gifts", "article": "by_article"}


def lessened(order: dict[str, Any]) -> dict[str, Any]:
    """An order of more pieces than are admitted since version 5."""
    return order | {"pieces": min(order["pieces"], MOST_PIECES)}


def upgrades(version: int) -> Any:
    return {"orders": lessened} if version >= 5 else {}


class Orders:
    """The operations of every version."""

    def __init__(self, contract: Contract[Any], version: int) -> None:
        self._orders: Resource[Any, Any, Any, Any] = Resource(contract.tables.orders, "order", "/orders")
        self._filled = {"priority": "normal"} if version >= 4 else {}

    def list_orders(self, request: Request) -> Response:
        for name, index in INDEXES.items():
            if name in request.parameters:
                return self._orders.page(request, index, request.parameters[name])
        return self._orders.page(request, "newest")

    def place_order(self, request: Request) -> Response:
        return self._orders.create(request, lambda given: {**self._filled, **given})

    def get_order(self, request: Request) -> Response:
        return self._orders.represent(request, request.parameters["orderId"])

    def update_order(self, request: Request) -> Response:
        return self._orders.change(request, request.parameters["orderId"], request.body)
