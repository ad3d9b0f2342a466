"""What `compile --explain` says that reads cost is what DynamoDB counts for them."""

import re
from typing import Any

import boto3
import pytest
from plain import Plain

from specbound.compiler.document import Document, declarations
from specbound.compiler.explained_answers import answerers
from specbound.compiler.translation import compile_contract
from specbound.local.units import metered
from tests.bookings import bookings
from tests.test_filters import shop


def reads(document: Document) -> dict[str, str | None]:
    return {name: units for name, (_, units) in answerers(document).items()}


@pytest.fixture
def service() -> Plain:
    return Plain(shop(parameters=[]))


def used(service: Plain, method: str, path: str, query: str = "") -> float:
    tables = service.contract.tables
    declared = {tables.articles.stored_as: shop_tables()}
    with metered(declared, boto3.client("dynamodb")) as found:
        assert service.call(method, path, query=query)[0] == 200
    return sum(each.reads for each in found)


def shop_tables() -> Any:
    return compile_contract(shop())["infrastructure"]["tables"]["articles"]


def test_reads_of_items_of_a_kilobyte_are_within_what_is_said(service: Plain) -> None:
    said = reads(shop(parameters=[]))
    assert said["get_article"] == "1 read unit"
    assert str(said["add_article"]).startswith("no read unit and ")
    found = re.fullmatch(r"(\d+) to (\d+) read units for 10 items by newest", str(said["list_articles"]))
    assert found
    least, most = map(int, found.groups())

    assert used(service, "GET", "/articles") == least
    for number in range(60):
        body = {"articleId": f"{number}", "price": 1, "category": "x" * 350}
        assert service.call("POST", "/articles", body)[0] == 201

    assert used(service, "GET", "/articles/7") == 1
    assert least < used(service, "GET", "/articles") <= most
    assert most - least / 2 <= used(service, "GET", "/articles")


def test_each_list_of_an_operation_is_told_and_what_needs_a_function_is_not() -> None:
    assert reads(shop())["list_articles"] == (
        "1 to 3 read units for 10 items by newest or 1 to 3 read units for 10 items by by_price or "
        "1 to 3 read units for 10 items by by_category or 1 to 3 read units for 10 items by by_stock or "
        "1 to 3 read units for 10 items by by_category_and_stock"
    )
    document = bookings()
    document["paths"]["/journeys/{journeyId}/bookings"]["get"]["parameters"] = document["paths"][
        "/journeys/{journeyId}/bookings"
    ]["get"]["parameters"][:2]
    assert len(list(declarations(document))) > 4
    assert reads(document)["list_bookings_of_journey"] == "1 to 6 read units for 20 children of a key"
    assert reads(document)["list_bookings"] is None
