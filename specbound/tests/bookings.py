"""A service of bookings, over moto or MiniStack: their key has two parts, and lists of them are in several orders."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from specbound import Api, Contract, Request, Resource, Response
from specbound.compiler.document import Document, load
from specbound.compiler.translation import compile_contract
from specbound.local import embedded
from specbound.testing import aws_limits

BOOKINGS = Path(__file__).parent / "contracts" / "bookings.yaml"
NUMBERS = count()


class Bookings:
    """The operations."""

    def __init__(self, contract: Contract[Any]) -> None:
        self.resource: Resource[Any, Any, Any, Any] = Resource(
            contract.tables.bookings, "booking", "/journeys/{journeyId}/bookings"
        )

    def list_bookings_of_journey(self, request: Request[Any, Any]) -> Response[Any, Any]:
        asked = {"at_least": "from", "below": "before"}
        given = request.parameters
        limits: Any = {at: given[name] for at, name in asked.items() if name in given}
        return self.resource.children(request, given["journeyId"], **limits)

    def list_bookings(self, request: Request[Any, Any]) -> Response[Any, Any]:
        asked = {**request.parameters.get("asked", {})}
        group = asked.pop("group", None)
        return self.resource.page(
            request, request.parameters["index"], tuple(group) if isinstance(group, list) else group, **asked
        )

    def create_booking(self, request: Request[Any, Any]) -> Response[Any, Any]:
        own = {"journeyId": request.parameters["journeyId"]}
        return self.resource.create(request, lambda given: given | own)

    def get_booking(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self.resource.represent(request, _key(request))

    def change_booking(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self.resource.change(request, _key(request), request.body)

    def remove_booking(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self.resource.remove(request, _key(request))


def _key(request: Request[Any, Any]) -> tuple[Any, Any]:
    return request.parameters["journeyId"], request.parameters["bookingId"]


def bookings(range_key: Document | None = None, range_type: str = "S") -> Document:
    """The contract, perhaps with another schema of the range key."""
    document = load(BOOKINGS)
    if range_key is not None:
        document["components"]["schemas"]["BookingId"] = range_key
        document["x-dynamodb"]["bookings"]["attributes"]["bookingId"] = range_type
    return document


class Service:
    """The API with a table of its own, empty at first, in the database that `client` calls, and the function, too."""

    def __init__(self, client: Any, document: Document | None = None) -> None:
        compiled = compile_contract(document or load(BOOKINGS))
        table = compiled["infrastructure"]["tables"]["bookings"]
        self.stored_as, self._client = f"bookings-{next(NUMBERS)}", client
        embedded.create_table(client, self.stored_as, table)
        aws_limits.know({self.stored_as: table})
        contract: Contract[Any] = Contract(compiled, environment={"TABLE_BOOKINGS": self.stored_as})
        self.table = contract.tables.bookings
        operations = Bookings(contract)
        self.resource = operations.resource
        self._api = Api(contract, [operations])

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any, Mapping[str, str]]:
        """The status, the body and the headers; values of the query that are no text are written as JSON."""
        texts = {name: each if isinstance(each, str) else json.dumps(each) for name, each in query.items()}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": urlencode(texts),
            "headers": {"content-type": "application/merge-patch+json"} if method == "PATCH" else {},
            "body": None if body is None else json.dumps(body),
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        }
        reply = self._api(event, None)
        content = reply.get("body")
        return reply["statusCode"], json.loads(content) if content else None, reply["headers"]

    def create(self, booking: Any = "", journey: str = "j", **fields: Any) -> Any:
        given = fields | ({"bookingId": booking} if booking != "" else {})
        status, made, _ = self.call("POST", f"/journeys/{quote(journey, safe='')}/bookings", given)
        assert status == 201, made
        return made

    def keys(self, path: str = "/bookings", limit: int = 100, **query: Any) -> list[Any]:
        """The range keys of all bookings of a list, page by page."""
        found, token = [], {}
        while True:
            status, page, _ = self.call("GET", path, None, limit=str(limit), **query, **token)
            assert status == 200, page
            found += [each["bookingId"] for each in page["items"]]
            if "nextToken" not in page:
                return found
            assert len(page["items"]) == page["count"] == limit
            token = {"nextToken": page["nextToken"]}

    def stored(self) -> list[dict[str, Any]]:
        """All items, as DynamoDB has them."""
        items: list[dict[str, Any]] = self._client.scan(TableName=self.stored_as)["Items"]
        return items


def path_of(booking: Any, journey: str = "j") -> str:
    return f"/journeys/{quote(journey, safe='')}/bookings/{quote(str(booking), safe='')}"
