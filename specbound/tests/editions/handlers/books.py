"""The operations of the contract."""

from specbound import Request, Response

from .service import books


def list_books(request: Request) -> Response:
    return books.page(request, "newest")


def add_book(request: Request) -> Response:
    return books.create(request, lambda given: given)


def get_book(request: Request) -> Response:
    return books.represent(request, request.parameters["bookId"])
