"""Products. A product and its inventory come and go together."""

from http import HTTPStatus
from typing import Any

from specbound.messages import Request, Response
from specbound.resources.creation import Creation, batch, create_all, create_one
from specbound.resources.resource import change, created, find, list_page, represent, rewrite
from specbound.store.tables import Item
from specbound.store.writes import Insert, Release, Remove, Write


def list_products(request: Request) -> Response:
    if "category" in request.parameters:
        return list_page(request, "products", "by_category", request.parameters["category"])
    return list_page(request, "products", "newest")


def create_product(request: Request) -> Response:
    product = create_one(request, _creation)
    return created(f"/products/{product['productId']}", product)


def create_products(request: Request) -> Response:
    return batch("product", create_all(request, request.body["items"], _creation))


def get_product(request: Request) -> Response:
    return represent(request, _find(request.parameters["productId"]))


def update_product(request: Request) -> Response:
    return change(request, "products", lambda: _find(request.parameters["productId"]))


def delete_product(request: Request) -> Response:
    rewrite(request, lambda: _find(request.parameters["productId"]), _removal)
    return Response(HTTPStatus.NO_CONTENT)


def _creation(new: Any, product_id: str, time: str) -> Creation:
    fields = {name: value for name, value in new.items() if name != "initialQuantity"}
    product = {"productId": product_id, **fields, "version": 1, "createdAt": time, "updatedAt": time}
    quantity = new.get("initialQuantity", 0)
    stock = {"productId": product_id, "quantity": quantity, "version": 1, "updatedAt": time}
    return Insert("products", product), Insert("inventory", stock)


def _removal(product: Item) -> list[Write]:
    # A product may lack its inventory, in a restored table say; it can be deleted all the same.
    return [Remove("products", product["productId"], product["version"]), Release("inventory", product["productId"])]


def _find(product_id: str) -> Item:
    return find("products", product_id, f"There is no product {product_id}.")
