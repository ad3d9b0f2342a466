"""The lists of a contract: what can be exported, by which parameters, and the members of what each shows."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from ..importer.kinds import Contract, members, of_answer, resolve, versioned

# What a list and its pages call things where `x-page` does not say otherwise.
USUAL = {"token": "nextToken", "items": "items", "next": "nextToken", "limit": "limit"}
# A list with one of these, and without a cursor, has pages that move while others write.
NUMBERED = {"page", "offset", "skip", "start"}
# Parameters of a list by their names, each a text, or several.
Given = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """An operation that answers with a list. Without `token` it has no pages, and its answer is all of it."""

    name: str
    operation_id: str
    route: str
    path: tuple[str, ...]
    """Parameters of its path, each of which is needed."""
    query: dict[str, bool]
    """Its other parameters, and whether each is needed."""
    arrays: frozenset[str]
    """Those that may be given more than once."""
    columns: tuple[str, ...]
    """The members of an item, in the contract's order."""
    token: str
    items: str
    next: str
    limit: str
    longest: int
    """The most items that a page has, 0 where nobody says."""


def listings(contract: Contract) -> list[Listing]:
    """What the contract lists. Two of one name are told apart by their operations."""
    items = ((path, item) for path, item in contract["paths"].items() if path.startswith("/") and "get" in item)
    found = [each for path, item in items if (each := _listing(contract, path, item))]
    count = Counter(each.name for each in found)
    return [replace(each, name=each.operation_id) if count[each.name] > 1 else each for each in found]


def _listing(contract: Contract, path: str, item: Contract) -> Listing | None:
    operation = item["get"]
    parameters = [resolve(contract, each) for each in item.get("parameters", []) + operation.get("parameters", [])]
    query = {each["name"]: each for each in parameters if each["in"] == "query"}
    names = USUAL | {name: each for name, each in operation.get("x-page", {}).items() if name in USUAL}
    shown, _ = members(contract, of_answer(contract, operation))
    if names["items"] not in shown:
        return None
    has_pages = names["token"] in query and names["next"] in shown
    if not has_pages and query.keys() & {*NUMBERED, names["token"], names["limit"]}:
        return None
    listed = resolve(contract, shown[names["items"]])
    if listed.get("type") != "array":
        return None
    limit = names["limit"] if names["limit"] in query else ""
    own = {each for each in (limit, names["token"]) if has_pages}
    return Listing(
        name=versioned(operation, _name(path)),
        operation_id=operation["operationId"],
        route=path,
        path=tuple(each["name"] for each in parameters if each["in"] == "path"),
        query={name: bool(each.get("required")) for name, each in query.items() if name not in own},
        arrays=frozenset(name for name, each in query.items() if _schema(contract, each).get("type") == "array"),
        columns=tuple(members(contract, listed.get("items", {}))[0]),
        token=names["token"] if has_pages else "",
        items=names["items"],
        next=names["next"],
        limit=limit,
        longest=int(_schema(contract, query[limit]).get("maximum", 0)) if limit else 0,
    )


def _name(path: str) -> str:
    """`adjustments` of `/inventory/{productId}/adjustments`."""
    return next((step for step in reversed(path.split("/")) if step and "{" not in step), path)


def _schema(contract: Contract, parameter: Contract) -> dict[str, Any]:
    return resolve(contract, parameter.get("schema", {}))
