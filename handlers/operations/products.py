"""Products. A product and its inventory come and go together."""

from http import HTTPStatus
from typing import Any

from handlers import tables
from handlers.creation import Creation, batch, create_all, create_one
from handlers.messages import Request, Response
from handlers.preconditions import versions_to_match
from handlers.resources import change, created, find, list_page, not_changed, represent
from handlers.tables import Refused
from handlers.writes import Insert, Remove


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
    product_id = request.parameters["productId"]
    return represent(request, find("products", product_id, _missing(product_id)))


def update_product(request: Request) -> Response:
    product_id = request.parameters["productId"]
    return change(request, "products", product_id, _missing(product_id))


def delete_product(request: Request) -> Response:
    product_id = request.parameters["productId"]
    try:
        tables.write(Remove("products", product_id, versions_to_match(request)), Remove("inventory", product_id))
    except Refused as refused:
        raise not_changed(refused, _missing(product_id)) from refused
    return Response(HTTPStatus.NO_CONTENT)


def _creation(new: Any, product_id: str, time: str) -> Creation:
    fields = {name: value for name, value in new.items() if name != "initialQuantity"}
    product = {"productId": product_id, **fields, "version": 1, "createdAt": time, "updatedAt": time}
    quantity = new.get("initialQuantity", 0)
    stock = {"productId": product_id, "quantity": quantity, "version": 1, "updatedAt": time}
    return Insert("products", product), Insert("inventory", stock)


def _missing(product_id: str) -> str:
    return f"There is no product {product_id}."
