"""A service of parts, over moto: its contract is small and open, and the key of a part may be anything."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3

from specbound import Api, Contract, Request, Resource, Response
from specbound.compiler.document import Document, load
from specbound.compiler.translation import compile_contract
from specbound.local import embedded
from specbound.testing import aws_limits, empty

KEYED = Path(__file__).parent / "contracts" / "keyed.yaml"
NUMBERS = count()


class Parts:
    """Does with bodies what a first service does: it takes them as they are."""

    def __init__(self, contract: Contract[Any]) -> None:
        self._parts: Resource[Any, Any, Any, Any] = Resource(contract.tables.parts, "part", "/parts")

    def list_parts(self, request: Request[Any, Any]) -> Response[Any, Any]:
        kind = request.parameters.get("kind")
        return self._parts.page(request, "newest" if kind is None else "by_kind", kind)

    def create_part(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self._parts.create(request, lambda given: given)

    def get_part(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self._parts.represent(request, request.parameters["partId"])

    def change_part(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self._parts.change(request, request.parameters["partId"], request.body)

    def remove_part(self, request: Request[Any, Any]) -> Response[Any, Any]:
        return self._parts.remove(request, request.parameters["partId"])


def keyed(key: Document | None = None, in_path: Document | None = None, key_type: str = "S") -> Document:
    """The contract, with another schema of the key, and perhaps another of the parameter that names one."""
    document = load(KEYED)
    if key is not None:
        document["components"]["schemas"]["PartId"] = key
        document["x-dynamodb"]["parts"]["attributes"]["partId"] = key_type
    if in_path is not None:
        document["paths"]["/parts/{partId}"]["parameters"][0]["schema"] = in_path
    return document


class Service:
    """The API of a contract with a table of its own, empty at first."""

    def __init__(self, document: Document, stored_as: str | None = None) -> None:
        if stored_as is None:
            empty()
        self.stored_as = stored_as or f"parts-{next(NUMBERS)}"
        compiled = compile_contract(document)
        table = compiled["infrastructure"]["tables"]["parts"]
        if stored_as is None:
            embedded.create_table(boto3.client("dynamodb"), self.stored_as, table)
            aws_limits.know({self.stored_as: table})
        contract: Contract[Any] = Contract(compiled, environment={"TABLE_PARTS": self.stored_as})
        self.table = contract.tables.parts
        self._api = Api(contract, [Parts(contract)])

    def call(self, method: str, path: str, body: Any = None, query: str = "") -> tuple[int, Any, Mapping[str, str]]:
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {},
            "body": None if body is None else body if isinstance(body, str) else json.dumps(body),
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        }
        reply = self._api(event, None)
        content = reply.get("body")
        return reply["statusCode"], json.loads(content) if content else None, reply["headers"]

    def create(self, body: Any) -> Any:
        status, part, _ = self.call("POST", "/parts", body)
        assert status == 201, part
        return part

    def keys(self, query: str = "limit=100") -> list[Any]:
        """Of all parts of a list, page by page."""
        found, token = [], ""
        while True:
            status, page, _ = self.call("GET", "/parts", query=query + token)
            assert status == 200, page
            found += [each["partId"] for each in page["items"]]
            if "nextToken" not in page:
                return found
            token = f"&nextToken={page['nextToken']}"

    def stored(self) -> list[dict[str, Any]]:
        """All items, with every attribute."""
        items: list[dict[str, Any]] = boto3.resource("dynamodb").Table(self.stored_as).scan()["Items"]
        return items


def path_of(key: Any) -> str:
    return f"/parts/{quote(str(key), safe='')}"
