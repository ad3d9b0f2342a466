"""What the clients call operations: by tag, path and operationId, and the same whatever else is added."""

from typing import Any

import pytest

from specbound.clients.naming import methods
from specbound.compiler.mistakes import Refused

OK = {"200": {"description": "Done."}}


def contract(*operations: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for place, said in operations:
        method, path = place.split()
        names = [each[1:-1] for each in path.split("/") if each.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]
        paths.setdefault(path, {})[method.lower()] = {"responses": OK, "parameters": parameters, **said}
    return {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths}


def named(place: str, **said: Any) -> str:
    return methods(contract((place, said)))[0].full_name


@pytest.mark.parametrize(
    ("place", "operation_id", "tag", "name"),
    [
        ("POST /users", "createUser", "users", "users.create"),
        ("POST /users", "create_users", "users", "users.create_many"),
        ("GET /users", "getUsers", "Users", "users.list"),
        ("GET /users/{id}", "get-user", "users", "users.get"),
        ("GET /me", "whoAmI", "users", "users.who_am_i"),
        ("POST /comments", "comment", "comments", "comments.comment"),
        ("GET /companies", "list_companies", "companies", "companies.list"),
        ("PUT /companies/{id}", "replaceCompany", "companies", "companies.replace"),
        ("POST /stock-items", "countStockItems", "stock items", "stock_items.count"),
        ("PUT /products/{id}/stock", "set_stock", "products/stock", "products.stock.set"),
        ("PUT /notes/{id}", "import", "notes", "notes.import_"),
        ("POST /class", "createClass", "class", "class_.create"),
    ],
)
def test_a_method_is_its_operation_without_the_resource(place: str, operation_id: str, tag: str, name: str) -> None:
    assert named(place, operationId=operation_id, tags=[tag]) == name


def test_without_tags_the_path_has_the_resources() -> None:
    found = methods(
        contract(
            ("GET /v1/journeys", {"operationId": "listJourneys"}),
            ("GET /v1/journeys/{id}/bookings", {"operationId": "listBookings"}),
            ("GET /v1/journeys/{id}/bookings/{number}", {"operationId": "getBooking"}),
            ("POST /v1/journeys/{id}/cancellation", {"operationId": "cancelJourney"}),
            ("GET /", {}),
        )
    )

    names = ["journeys.list", "journeys.bookings.list", "journeys.bookings.get", "journeys.cancel", "default.get"]
    assert [each.full_name for each in found] == names


def test_a_contract_may_say_another_name() -> None:
    assert named("POST /users", operationId="create_user", tags=["users"], **{"x-client-name": "people.invite"}) == (
        "people.invite"
    )


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (
            [("POST /a", {"operationId": "create_user"}), ("POST /b", {"operationId": "user_create"})],
            "POST /b: the clients would call it users.create, as POST /a."
            " Say another name: x-client-name: users.user_create",
        ),
        (
            [("PUT /a", {"operationId": "stock"}), ("PUT /b", {"operationId": "set_stock", "tags": ["users/stock"]})],
            "PUT /a: the clients would call it users.stock, which is what they call other operations below."
            " Say another name: x-client-name: users.stock_one",
        ),
        (
            [("GET /a", {"operationId": "get_raw", "tags": ["raw"]})],
            "GET /a: raw is taken: every client has it. Say another name: x-client-name: raw_resource.get",
        ),
        (
            [("GET /a", {"operationId": "get_a", "x-client-name": "Invite"})],
            "GET /a: x-client-name is to be a resource and a method, as users.invite is.",
        ),
    ],
)
def test_names_that_are_taken_are_refused(others: list[tuple[str, dict[str, Any]]], message: str) -> None:
    with pytest.raises(Refused) as refused:
        methods(contract(*((place, {"tags": ["users"]} | said) for place, said in others)))

    assert [str(each.message) for each in refused.value.mistakes] == [message]
