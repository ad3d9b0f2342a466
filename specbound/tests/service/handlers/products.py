"""Products. A product and its inventory come and go together."""

from typing import Any

from handlers.service import inventory, products
from specbound import Request, Response


def list_products(request: Request) -> Response:
    if "category" in request.parameters:
        return products.page(request, "by_category", request.parameters["category"])
    return products.page(request, "newest")


def create_product(request: Request) -> Response:
    return products.create(request, _new, _stock)


def create_products(request: Request) -> Response:
    return products.create_many(request, _new, _stock)


def get_product(request: Request) -> Response:
    return products.represent(request, request.parameters["productId"])


def update_product(request: Request) -> Response:
    return products.change(request, request.parameters["productId"], request.body)


def delete_product(request: Request) -> Response:
    # A product may lack its inventory, in a restored table say; it can be deleted all the same.
    return products.remove(
        request, request.parameters["productId"], lambda product: [inventory.release(product["productId"])]
    )


def _new(given: Any) -> Any:
    return {name: value for name, value in given.items() if name != "initialQuantity"}


def _stock(given: Any, product: Any) -> Any:
    quantity = given.get("initialQuantity", 0)
    return [inventory.insert(product["productId"], {"quantity": quantity}, product["createdAt"])]
