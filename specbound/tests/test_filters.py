"""Filters, and pages of a contract's own names: an index serves whatever is asked for, or it is not the engine's."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from plain import Plain

from specbound import Request, Resource
from specbound.compiler.document import Document, Refused, declarations, load
from specbound.compiler.standard import standard
from specbound.compiler.translation import compile_contract
from specbound.compiler.types import types
from specbound.resources import filtered

SHOP = Path(__file__).parent / "contracts" / "shop.yaml"


def shop(**changes: Any) -> Document:
    """The contract, whose list has other parameters beside size and after, or other indexes."""
    document = load(SHOP)
    operation = document["paths"]["/articles"]["get"]
    if "parameters" in changes:
        operation["parameters"] = [*operation["parameters"][:2], *changes["parameters"]]
    if "page" in changes:
        operation["x-page"] = changes["page"]
    indexes = document["x-dynamodb"]["articles"]["global_secondary_indexes"]
    for name, each in changes.get("indexes", {}).items():
        indexes[name] |= each
    for name in changes.get("without", ()):
        own = indexes.pop(name)
        del document["x-dynamodb"]["articles"]["attributes"][own["hash_key"]]
    if "newest" not in indexes:
        del document["x-dynamodb"]["articles"]["attributes"]["position"]
    if indexes.keys() <= {"newest"}:
        del document["x-dynamodb"]["articles"]["attributes"]["pricePosition"]
    return document


def why(document: Document) -> str:
    found = list(declarations(document))
    return standard(document, found, compile_contract(document)["tables"])["list_articles"].why


def parameter(name: str, schema: Any, **others: Any) -> Document:
    return {"name": name, "in": "query", "schema": schema, **others}


def test_whichever_filters_are_given_the_items_that_fit_are_listed_in_the_pages_of_the_contract() -> None:
    service = Plain(shop())
    articles = [
        {"articleId": f"{category}-{price}-{stock}", "category": category, "inStock": stock == "in", "price": price}
        for category, price, stock in product(["mice", "keys"], [1, 2.5, 10], ["in", "out"])
    ]
    for each in articles:
        assert service.call("POST", "/articles", each)[0] == 201

    def listed(query: str) -> list[Any]:
        found, token = [], ""
        while True:
            status, page, _ = service.call("GET", "/articles", query=f"size=2{query}{token}")
            assert (status, page.keys() - {"cursor"}) == (200, {"articles", "articlesCount"})
            found += page["articles"]
            assert len(page["articles"]) == page["articlesCount"]
            if "cursor" not in page:
                return found
            token = f"&after={page['cursor']}"

    for category, stock, low, high in product(["", "mice", "none"], ["", "true"], ["", "2.5"], ["", "2.5"]):
        given = [("category", category), ("inStock", stock), ("minPrice", low), ("maxPrice", high)]
        found = listed("".join(f"&{name}={value}" for name, value in given if value))
        assert sorted(each["articleId"] for each in found) == sorted(
            each["articleId"]
            for each in articles
            if (not category or each["category"] == category)
            and (not stock or each["inStock"])
            and (not low or each["price"] >= 2.5)
            and (not high or each["price"] <= 2.5)
        )
        if category or stock or low or high:
            assert [each["price"] for each in found] == sorted(each["price"] for each in found)


CATEGORY = parameter("category", {"type": "string"})
TEXT, DATE = {"type": "string"}, {"type": "string", "format": "date"}
BY_CATEGORY = {"property": "category"}
PRICE = {"x-filter": {"property": "price", "at": "least"}}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (shop(without=["by_category_and_stock"]), "no index of articles serves the filters category and inStock"),
        (shop(without=["by_category_and_stock"]), "add one with groups_by: [category, inStock], or let"),
        (shop(without=["by_price"]), "serves the filter minPrice, and without one all items"),
        (shop(without=["newest", "by_price"], parameters=[]), "no index of its table lists all items: add one"),
        (shop(parameters=[parameter("colour", {})]), "its items have no colour, by which its query parameter colour"),
        (shop(parameters=[parameter("page", {"type": "integer"})]), "its page begins a page by a number, and all"),
        (shop(parameters=[parameter("offset", {"type": "integer"})]), "let it take a cursor instead"),
        (shop(parameters=[parameter("category", {"type": "integer"})]), "category is not of the type of category"),
        (shop(parameters=[parameter("category", {"type": "array", "items": {"type": "string"}})]), "one value of it"),
        (
            shop(parameters=[parameter("since", DATE, **{"x-filter": {"property": "madeAt"}})]),
            "since is not of the type of madeAt",
        ),
        (
            shop(parameters=[parameter(name, {"type": "number"}, **PRICE) for name in ("least", "from")]),
            "no index of articles serves",
        ),
        (shop(parameters=[{"name": "X-Shop", "in": "header", "schema": {}}]), "its header parameter X-Shop is for"),
        (
            shop(parameters=[parameter(f"p{each}", TEXT, **{"x-filter": BY_CATEGORY}) for each in range(9)]),
            "it has more than 8 filters that may be left out",
        ),
    ],
)  # fmt: skip
def test_a_list_that_would_need_a_scan_is_none_of_the_engines_and_the_way_out_is_told(
    document: Document, reason: str
) -> None:
    assert reason in why(document)


def test_a_filter_that_is_always_given_needs_no_index_without_it() -> None:
    required = parameter("category", {"type": "string"}, required=True)
    default = parameter("category", {"type": "string", "default": "mice"})

    for each in (required, default):
        document = shop(without=["newest", "by_price", "by_stock", "by_category_and_stock"], parameters=[each])
        assert why(document) == "lists the items of articles"


def test_a_list_in_the_order_of_what_some_items_lack_is_not_that_of_all() -> None:
    document = shop(without=["newest"], parameters=[])
    assert why(document) == "lists the items of articles"

    document["components"]["schemas"]["Article"]["required"].remove("price")

    assert "no index of its table lists all items" in why(document)


PAGE = "GET /articles: x-page"
FILTER = "GET /articles parameter minPrice"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"page": None}, PAGE + " has the names of items, count, next, limit, token, where"),
        ({"page": {"size": "size"}}, PAGE + " has the names of items, count, next, limit, token"),
        ({"page": {"items": ""}}, PAGE + " gives each of items, count, next, limit, token a name, and no two the same"),
        ({"page": {"items": 5}}, PAGE + " gives each"),
        ({"page": {"items": "a", "count": "a", "limit": "size", "token": "after"}}, PAGE + " gives each"),
        ({"page": {"limit": "after", "token": "after"}}, PAGE + " gives each"),
        ({"page": {"token": "before"}}, "it has no query parameter before: say in x-page which is its token"),
        ({"page": {}}, "GET /articles: it has no query parameter nextToken: say in x-page which is its token"),
        ({"page": {"limit": "most", "token": "after"}}, "GET /articles: it has no query parameter most: say in x-page"),
        ({"page": {"token": "after", "items": "others"}}, "pages have others and, but for the last, nextToken"),
        ({"parameters": [parameter("minPrice", {}, **{"x-filter": None})]}, FILTER + " x-filter: it is not an object"),
        ({"parameters": [parameter("minPrice", {}, **{"x-filter": {"of": 1}})]}, FILTER + " x-filter: of is not known"),
        ({"parameters": [parameter("minPrice", {}, **{"x-filter": {"property": 5}})]}, FILTER + ": property names"),
        ({"parameters": [parameter("minPrice", {}, **{"x-filter": {"at": "last"}})]}, FILTER + ": at says"),
        ({"parameters": [parameter("minPrice", {}, **{"x-filter": {"at": []}})]}, FILTER + ": at says"),
        ({"parameters": [parameter("minPrice", {}) | {"in": "header", "x-filter": {}}]}, FILTER + ": a filter"),
    ],
)  # fmt: skip
def test_names_and_filters_that_are_none_are_refused(changes: Any, message: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_contract(shop(**changes))

    assert message in str(refused.value)
    assert all(each.place[:1] == ("#",) for each in refused.value.mistakes)


def test_the_token_has_to_admit_the_cursors_of_the_lists_that_are_answered() -> None:
    document = shop()
    token = document["paths"]["/articles"]["get"]["parameters"][1]["schema"]
    token["maxLength"] = 65
    assert why(document) == (
        "after and cursor have to admit its cursors, 46 to 66 hex digits: say pattern: ^[0-9a-f]+$ and maxLength: 66"
    )
    token["maxLength"] = 66
    assert why(document) == "lists the items of articles"

    # Of a list that a function answers, nobody knows by which index it does.
    token["maxLength"] = 45
    with pytest.raises(Refused, match=r"cursors, 46 to 66 hex digits: say pattern: \^\[0-9a-f\]\+\$ and maxLength: 66"):
        compile_contract(document)


def test_a_page_that_has_no_room_for_a_count_comes_without() -> None:
    document = shop()
    operation = document["paths"]["/articles"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    del schema["properties"]["articlesCount"], operation["x-page"]["count"]
    service = Plain(document)

    assert service.call("GET", "/articles")[1] == {"articles": []}


def test_filters_of_which_no_list_is_left_are_not_answered_by_another() -> None:
    """The compiler leaves no such operation to the engine: what it wrote was changed since."""
    service = Plain(shop())
    lists = service.contract.standard["list_articles"]["lists"]
    request: Any = Request("list_articles", {"size": 10, "category": "mice"}, None, None)
    articles: Resource[Any, Any, Any, Any] = Resource(service.contract.tables.articles, "article")

    with pytest.raises(LookupError, match="list_articles has no list for the filters category"):
        filtered.page(articles, request, [each for each in lists if each["groups"] != ["category"]])


def test_a_list_of_names_of_its_own_is_typed_loosely() -> None:
    assert "ListArticlesResponse: TypeAlias = Response[Literal[HTTPStatus.OK], Any]" in types(shop())


def sorted_shop(sort: Any = None, **schema: Any) -> Document:
    """The contract, whose list is in the order that is asked for: by price, either way, or the newest first."""
    orders = {"cheapest": "price", "dearest": "-price", "newest": "-createdAt"}
    values = {"type": "string", "enum": [*orders], **schema}
    document = shop(parameters=[CATEGORY, parameter("sort", values, **{"x-sort": orders if sort is None else sort})])
    table = document["x-dynamodb"]["articles"]
    indexes, descending = table["global_secondary_indexes"], {"projection": "ALL", "order_by": "price"}
    for name, group in (("dearest", None), ("dearest_by_category", "category")):
        keys = {"hash_key": f"{name}Partition", "range_key": "pricePosition"}
        indexes[name] = keys | descending | ({"groups_by": group} if group else {})
        table["attributes"][f"{name}Partition"] = "S"
    indexes["newest_by_category"] = indexes["newest"] | {"hash_key": "newestPartition", "groups_by": "category"}
    table["attributes"]["newestPartition"] = "S"
    return document


def test_the_items_are_in_the_order_that_is_asked_for_whatever_the_filter() -> None:
    service = Plain(sorted_shop())
    for key, category, price in (("a", "mice", 3), ("b", "mice", 1), ("c", "keys", 2), ("d", "mice", 2.5)):
        body = {"articleId": key, "category": category, "price": price}
        assert service.call("POST", "/articles", body)[0] == 201

    def listed(query: str) -> str:
        found, token = "", ""
        while True:
            page = service.call("GET", "/articles", query=f"size=1&{query}{token}")[1]
            found += "".join(each["articleId"] for each in page["articles"])
            if "cursor" not in page:
                return found
            token = f"&after={page['cursor']}"

    assert [listed(f"sort={each}") for each in ("cheapest", "dearest", "newest")] == ["bcda", "adcb", "dcba"]
    mice = [listed(f"category=mice&sort={each}") for each in ("cheapest", "dearest", "newest")]
    assert mice == ["bda", "adb", "dba"]
    assert listed("") == "dcba"
    assert service.call("GET", "/articles", query="sort=other")[0] == 400


def test_an_order_that_no_index_has_is_none_of_the_engines_and_the_way_out_is_told() -> None:
    assert why(sorted_shop()) == "lists the items of articles"
    document = sorted_shop()
    table = document["x-dynamodb"]["articles"]
    del table["global_secondary_indexes"]["dearest_by_category"], table["attributes"]["dearest_by_categoryPartition"]
    assert (
        "no index of articles serves the filter category in the order of price, and without one all items would be "
        "read: add one with groups_by: category, order_by: price, or" in why(document)
    )
    document = sorted_shop()
    document["components"]["schemas"]["Article"]["required"].remove("price")
    assert "in the order of price there are only those that have a price: let its items require it" in why(document)
    assert "has to be an enum, of which x-sort tells the order of each" in why(sorted_shop(enum=["cheapest", "x"]))
    assert "has to be an enum, of which x-sort" in why(sorted_shop(enum=["cheapest", {"a": 1}], type="object"))
    plain = shop(parameters=[parameter("sort", {"type": "string"})])
    assert "its sort asks for an order: say of which property each of its values does (x-sort)" in why(plain)


@pytest.mark.parametrize("sort", [[], {}, {"cheapest": 5}, {"cheapest": ""}, "price", 5])
def test_an_order_that_is_none_is_refused(sort: Any) -> None:
    with pytest.raises(Refused, match="GET /articles parameter sort: x-sort leads from its values to properties"):
        compile_contract(sorted_shop(sort))
