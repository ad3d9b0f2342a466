"""Unfinished operations: what nobody has written yet answers 501, as the contract tells problems."""

from pathlib import Path
from typing import Any

import pytest
from plain import Plain

from specbound import Request, Response
from specbound.compiler.answers import complete
from specbound.compiler.document import Document, Refused, load
from specbound.compiler.translation import compile_contract
from specbound.settings import Misconfigured

SHELF = Path(__file__).parent / "contracts" / "shelf.yaml"
BOOK = {"title": "Emma"}


def shelf(*names: Any) -> Document:
    return load(SHELF) | {"x-unfinished": [*names]}


def test_what_is_unfinished_checks_requests_and_answers_501() -> None:
    service = Plain(shelf("addBook", "get_books_by_id"))

    assert service.call("POST", "/v2/books", {"title": 5})[0] == 400
    status, body, _ = service.call("POST", "/v2/books", BOOK)
    assert (status, body["code"]) == (501, "unfinished")
    assert service.call("GET", "/v2/books/a")[0] == 501
    assert service.call("GET", "/v2/books")[0] == 200


def test_an_operation_that_declares_no_such_reply_has_it_in_what_is_published() -> None:
    document = shelf("addBook")
    del document["paths"]["/books"]["post"]["responses"]["default"]

    published = complete(document).document

    assert published["paths"]["/books"]["post"]["responses"]["501"] == {"$ref": "#/components/responses/NotImplemented"}
    assert "501" not in published["paths"]["/books"]["get"]["responses"]
    status, body, headers = Plain(document).call("POST", "/v2/books", BOOK)
    assert (status, body["type"]) == (501, "urn:problem-type:unfinished")
    assert headers["content-type"] == "application/problem+json"


def test_it_is_told_as_x_problem_says() -> None:
    document = shelf("addBook")
    del document["paths"]["/books"]["post"]["responses"]["default"]
    document["x-problem"] = {
        "schema": "#/components/schemas/Failure",
        "body": {"code": "{code}", "message": "{title}"},
    }

    assert Plain(document).call("POST", "/v2/books", BOOK)[:2] == (
        501,
        {"code": "unfinished", "message": "Not Implemented"},
    )


def test_what_is_written_is_not_unfinished_any_more() -> None:
    class Books:
        def add_book(self, request: Request[Any, Any]) -> Response[Any, Any]:
            return Response(201)

    with pytest.raises(Misconfigured, match="add_book is written now: take it out of x-unfinished"):
        Plain(shelf("addBook"), [Books()])


WRONG: list[tuple[Any, str]] = [
    ("addBook", "x-unfinished lists operations that have no function yet, each once, by operationId."),
    (None, "x-unfinished lists operations"),
    ({"addBook": True}, "x-unfinished lists operations"),
    (["addBook", "addbook"], "'addbook' is none"),
    ([5], "5 is none"),
    (["addBook", "addBook"], "addBook is there twice"),
]


@pytest.mark.parametrize(("said", "why"), WRONG)
def test_a_list_of_something_else_is_refused(said: Any, why: str) -> None:
    with pytest.raises(Refused, match=r"x-unfinished lists") as refused:
        compile_contract(load(SHELF) | {"x-unfinished": said})

    assert why in str(refused.value)
    assert refused.value.mistakes[0].place[1] == "x-unfinished"
