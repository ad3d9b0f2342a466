"""Each version of the contract is the one before with one change, of a kind that stored data has to outlive."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from specbound.compiler.document import Document, load

ORDERS = Path(__file__).parents[1] / "orders" / "openapi.yaml"
VERSIONS = range(1, 8)
MOST_PIECES = 10
Fields = dict[str, Any]


def contract(version: int) -> Document:
    """The contract of a version, from 1 to 7; its own version is 1.VERSION.0."""
    document = load(ORDERS)
    for number in range(1, version + 1):
        CHANGES[number](document)
    document["info"]["version"] = f"1.{version}.0"
    return document


def first(document: Document) -> None:
    """Orders have an address, and all of them can be changed."""
    for schema in _orders(document):
        street = {"type": "string", "maxLength": 50}
        schema["properties"]["address"] = {
            "type": "object", "additionalProperties": False, "properties": {"street": street},
        }  # fmt: skip


def a_property_more(document: Document) -> None:
    """A note; and, within the address, a city."""
    for schema in _orders(document):
        schema["properties"]["note"] = {"type": "string", "maxLength": 50}
        schema["properties"]["address"]["properties"]["city"] = {"type": "string", "maxLength": 50}


def an_index_more(document: Document) -> None:
    """Orders of an article."""
    table = document["x-dynamodb"]["orders"]
    table["attributes"]["articlePartition"] = "S"
    table["global_secondary_indexes"]["by_article"] = {
        "hash_key": "articlePartition", "range_key": "position", "projection": "ALL", "groups_by": "article",
    }  # fmt: skip
    article = {
        "name": "article",
        "in": "query",
        "description": "Only of this.",
        "schema": {"type": "string", "maxLength": 100},
    }
    document["paths"]["/orders"]["get"]["parameters"].append(article)


def a_required_property_more(document: Document) -> None:
    """A priority, which replies always have."""
    for schema in _orders(document):
        schema["properties"]["priority"] = {"type": "string", "enum": ["normal", "urgent"]}
    document["components"]["schemas"]["Order"]["required"].append("priority")
    document["x-dynamodb"]["orders"]["defaults"] = {"priority": "normal"}


def a_tighter_schema(document: Document) -> None:
    """Nobody orders more than ten pieces at once."""
    document["components"]["schemas"]["Pieces"]["maximum"] = MOST_PIECES


def an_index_retired(document: Document) -> None:
    """Nobody asks for gifts any more."""
    document["x-dynamodb"]["orders"]["global_secondary_indexes"]["gifts"]["retired"] = True
    parameters = document["paths"]["/orders"]["get"]["parameters"]
    parameters[:] = [each for each in parameters if each.get("name") != "gift"]


def an_index_less(document: Document) -> None:
    """There is no index of gifts any more."""
    table = document["x-dynamodb"]["orders"]
    index = table["global_secondary_indexes"].pop("gifts")
    del table["attributes"][index["hash_key"]]


CHANGES: Mapping[int, Callable[[Document], None]] = dict(
    zip(
        VERSIONS,
        (
            first,
            a_property_more,
            an_index_more,
            a_required_property_more,
            a_tighter_schema,
            an_index_retired,
            an_index_less,
        ),
        strict=True,
    )
)


def shown(stored: Fields, version: int) -> Fields:
    """What a version shows of an order in which any of the versions has stored these fields."""
    known = {"article", "pieces", "gift", "address"} | ({"note"} if version >= 2 else set())
    order = {name: value for name, value in stored.items() if name in known}
    if version < 2 and "address" in order:
        order["address"] = {name: value for name, value in order["address"].items() if name != "city"}
    if version >= 4:
        order["priority"] = stored.get("priority", "normal")
    if version >= 5:
        order["pieces"] = min(order["pieces"], MOST_PIECES)
    return order


def _orders(document: Document) -> Iterator[Document]:
    """The schemas of an order that is to be placed, of what is to change of one, and of one."""
    schemas = document["components"]["schemas"]
    schemas["Gift"].pop("required", None)
    yield from (schemas[name] for name in ("NewOrder", "Gift", "Order"))
