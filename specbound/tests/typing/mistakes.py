"""What a service of books may not write: behind each mistake stands what mypy calls it, and pyright."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from specbound import Bounds, Conflict, Resource, Response, page_of

if TYPE_CHECKING:
    import books_types as types
    from correct import books, contract


def a_member_of_the_body_is_misspelt(request: types.CreateBookRequest) -> object:
    # mypy: typeddict-item "titel"; pyright: reportGeneralTypeIssues
    return request.body["titel"]


def a_parameter_is_misspelt(request: types.GetBookRequest) -> object:
    # mypy: typeddict-item "bookid"; pyright: reportGeneralTypeIssues
    return request.parameters["bookid"]


def there_is_no_body(request: types.GetBookRequest) -> object:
    # mypy: index "None"; pyright: reportOptionalSubscript
    return request.body["title"]


def a_member_is_of_another_type(request: types.CreateBookRequest) -> int:
    # mypy: return-value "str"; pyright: reportReturnType
    return request.body["title"]


def a_required_member_is_missing(request: types.CountPagesRequest) -> types.CountPagesResponse:
    # mypy: typeddict-item "shelf"; pyright: reportReturnType
    return Response(HTTPStatus.OK, {"bookId": "1", "title": "Emma", "version": 1, "createdAt": ""})


def a_member_is_not_in_the_contract(book: types.Book) -> types.CountPagesResponse:
    # mypy: typeddict-unknown-key "colour"; pyright: reportReturnType
    return Response(HTTPStatus.OK, {**book, "colour": "red"})


def a_member_has_a_wrong_type(book: types.Book) -> types.CountPagesResponse:
    # mypy: typeddict-item "pages"; pyright: reportReturnType
    return Response(HTTPStatus.OK, {**book, "pages": "10"})


def a_number_is_a_binary_float(book: types.Book) -> types.CountPagesResponse:
    # mypy: typeddict-item "price"; pyright: reportReturnType
    return Response(HTTPStatus.OK, {**book, "price": 9.9})


def a_word_is_none_of_the_enum(book: types.Book) -> types.CountPagesResponse:
    # mypy: typeddict-item "shelf"; pyright: reportReturnType
    return Response(HTTPStatus.OK, {**book, "shelf": "films"})


def the_status_is_another(book: types.Book) -> types.CountPagesResponse:
    # mypy: arg-type "HTTPStatus.OK"; pyright: reportReturnType
    return Response(HTTPStatus.CREATED, book)


def the_status_is_a_number(book: types.Book) -> object:
    # mypy: type-var "200"; pyright: reportArgumentType
    return Response(200, book)


def a_body_is_where_none_may_be(request: types.DeleteBookRequest) -> types.DeleteBookResponse:
    # mypy: arg-type "None"; pyright: reportReturnType
    return Response(HTTPStatus.NO_CONTENT, {"bookId": "1"})


def a_body_is_missing(request: types.CountPagesRequest) -> types.CountPagesResponse:
    # mypy: arg-type "Book"; pyright: reportReturnType
    return Response(HTTPStatus.OK, None)


def the_reply_is_of_another_operation(request: types.CreateBookRequest) -> types.CreateBookResponse:
    # mypy: return-value "HTTPStatus.CREATED"; pyright: reportReturnType
    return books.change(request, "1", {"title": "Emma"})


def what_may_be_unchanged_is_answered_where_the_contract_lacks_it(
    request: types.GetBookRequest,
) -> types.CountPagesResponse:
    # mypy: return-value "HTTPStatus.NOT_MODIFIED"; pyright: reportReturnType
    return books.represent(request, "1")


def the_table_is_misspelt() -> object:
    # mypy: attr-defined "book"; pyright: reportAttributeAccessIssue
    return contract.tables.book


def the_index_is_misspelt(request: types.ListBooksRequest) -> types.ListBooksResponse:
    # mypy: arg-type "by_shelve"; pyright: reportArgumentType
    return books.page(request, "by_shelve", "poems")


def a_table_has_no_index(request: types.ListBooksRequest) -> object:
    # mypy: arg-type "Never"; pyright: reportArgumentType
    return Resource(contract.tables.titles, "title").page(request, "newest")


def a_page_is_made_for_an_operation_that_is_no_list(request: types.GetBookRequest) -> object:
    # mypy: arg-type "Listing"; pyright: reportArgumentType
    return books.page(request, "newest")


def a_page_is_of_other_items(request: types.ListBooksRequest) -> types.ListBooksResponse:
    # mypy: list-item "str"; pyright: reportReturnType
    return page_of(["Emma"])


def a_new_item_lacks_a_member(request: types.CreateBookRequest) -> types.CreateBookResponse:
    # mypy: typeddict-item "shelf"; pyright: reportArgumentType
    return books.create(request, lambda given: {"title": given["title"]})


def a_new_item_is_made_of_another_body(request: types.UpdateBookRequest) -> types.CreateBookResponse:
    # mypy: arg-type "BookChanges"; pyright: reportArgumentType
    return books.create(request, _new)


def what_the_engine_writes_is_given(request: types.UpdateBookRequest) -> types.UpdateBookResponse:
    # mypy: typeddict-unknown-key "version"; pyright: reportArgumentType
    return books.change(request, "1", {"version": 2})


def a_change_is_of_a_wrong_type(request: types.UpdateBookRequest) -> types.UpdateBookResponse:
    # mypy: typeddict-item "pages"; pyright: reportArgumentType
    return books.change(request, "1", {"pages": None})


def an_item_is_misread(key: str) -> object:
    # mypy: typeddict-item "autor"; pyright: reportGeneralTypeIssues
    return books.find(key)["autor"]


def what_came_in_is_altered(request: types.CreateBookRequest) -> None:
    # mypy: typeddict-readonly-mutated "title"; pyright: reportTypedDictNotRequiredAccess
    request.body["title"] = "Emma"


def _new(given: types.NewBook) -> types.BooksInsert:
    return {**given, "shelf": "poems"}


def _problem(stock: types.NewBook, amount: int) -> Conflict:
    return Conflict("There are none.")


def the_bounds_are_of_other_items(request: types.UpdateBookRequest) -> object:
    # mypy: arg-type "Book"; pyright: reportArgumentType
    return books.adjust(request, "1", 1, Bounds("pages", 1, 9, _problem), contract.tables.titles)
