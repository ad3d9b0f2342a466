"""Products. A product and its inventory come and go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.service import inventory, products

if TYPE_CHECKING:
    from handlers.compiled import types
    from specbound import Write


def list_products(request: types.ListProductsRequest) -> types.ListProductsResponse:
    if "category" in request.parameters:
        return products.page(request, "by_category", request.parameters["category"])
    return products.page(request, "newest")


def create_product(request: types.CreateProductRequest) -> types.CreateProductResponse:
    return products.create(request, _new, _stock)


def create_products(request: types.CreateProductsRequest) -> types.CreateProductsResponse:
    return products.create_many(request, _new, _stock)


def get_product(request: types.GetProductRequest) -> types.GetProductResponse:
    return products.represent(request, request.parameters["productId"])


def update_product(request: types.UpdateProductRequest) -> types.UpdateProductResponse:
    return products.change(request, request.parameters["productId"], request.body)


def delete_product(request: types.DeleteProductRequest) -> types.DeleteProductResponse:
    # A product may lack its inventory, in a restored table say; it can be deleted all the same.
    return products.remove(
        request, request.parameters["productId"], lambda product: [inventory.release(product["productId"])]
    )


def _new(given: types.NewProduct) -> types.ProductsInsert:
    new: types.ProductsInsert = {"name": given["name"], "price": given["price"], "category": given["category"]}
    return {**new, "description": given["description"]} if "description" in given else new


def _stock(given: types.NewProduct, product: types.Product) -> Sequence[Write]:
    quantity = given.get("initialQuantity", 0)
    return [inventory.insert(product["productId"], {"quantity": quantity}, product["createdAt"])]
