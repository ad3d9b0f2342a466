"""What a service of books may write: no type checker finds anything in it."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, NotFound, Resource, Response, page_of
from specbound.problems import Conflict

if TYPE_CHECKING:
    import books_types as types

contract: Contract[types.Tables] = Contract.load(Path("compiled"))
books = Resource(contract.tables.books, "book", "/books", problems={"title": Conflict})


def list_books(request: types.ListBooksRequest) -> types.ListBooksResponse:
    if "shelf" in request.parameters:
        return books.page(request, "by_shelf", request.parameters["shelf"])
    if request.parameters["limit"] == 1:
        found = books.find_by("Emma")
        return page_of([found] if found else [])
    return books.page(request, "newest")


def create_book(request: types.CreateBookRequest) -> types.CreateBookResponse:
    return books.create(request, _new)


def create_books(request: types.CreateBooksRequest) -> types.CreateBooksResponse:
    return books.create_many(request, _new, lambda given, book: [books.release(book["bookId"])])


def get_book(request: types.GetBookRequest) -> types.GetBookResponse:
    if "If-None-Match" in request.parameters:
        return Response(HTTPStatus.NOT_MODIFIED, None)
    return books.represent(request, request.parameters["bookId"])


def count_pages(request: types.CountPagesRequest) -> types.CountPagesResponse:
    book = books.find(request.parameters["bookId"])
    if "pages" not in book:
        raise NotFound("Nobody counted.")
    return Response(HTTPStatus.OK, {**book, "pages": book["pages"] + 1, "price": Decimal("9.90")})


def update_book(request: types.UpdateBookRequest) -> types.UpdateBookResponse:
    return books.change(request, request.parameters["bookId"], request.body)


def delete_book(request: types.DeleteBookRequest) -> types.DeleteBookResponse:
    return books.remove(request, request.parameters["bookId"])


def _new(given: types.NewBook) -> types.BooksInsert:
    return {**given, "shelf": "poems"}
