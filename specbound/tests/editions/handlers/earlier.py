"""The operations of its first version, in which books had a name, and no author."""

from typing import Any

from specbound import Request, Response

from .service import older_books

UNKNOWN = "unknown"


def v1_list_books(request: Request) -> Response:
    page = older_books.page(request, "newest")
    return Response(page.status, {**page.body, "items": [_older(each) for each in page.body["items"]]})


def v1_add_book(request: Request) -> Response:
    made = older_books.create(request, lambda given: {"title": given["name"], "author": UNKNOWN})
    return Response(made.status, _older(made.body), {"location": made.headers["location"]})


def v1_get_book(request: Request) -> Response:
    return Response(200, _older(older_books.find(request.parameters["bookId"])))  # type: ignore[arg-type]


def _older(book: Any) -> dict[str, Any]:
    return {"bookId": book["bookId"], "name": book["title"]}
