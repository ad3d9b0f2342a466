"""A service without a function of its own, or with few, over moto: of any contract, its tables empty at first."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import boto3

from specbound import Api, Contract
from specbound.compiler.document import Document
from specbound.compiler.translation import compile_contract
from specbound.local import embedded
from specbound.testing import aws_limits

NUMBERS = count()


class Plain:
    """The API of a contract, and who calls it; `of_contract` makes operations that use its tables."""

    def __init__(
        self,
        document: Document,
        operations: Sequence[object] = (),
        of_contract: Sequence[Callable[[Contract[Any]], object]] = (),
    ) -> None:
        compiled: Any = compile_contract(document)
        number = next(NUMBERS)
        environment = {"ALLOW_ANONYMOUS": "true"}
        for name, table in compiled["infrastructure"]["tables"].items():
            stored_as = environment[f"TABLE_{name.upper()}"] = f"plain-{name}-{number}"
            embedded.create_table(boto3.client("dynamodb"), stored_as, table)
            aws_limits.know({stored_as: table})
        self.contract: Contract[Any] = Contract(compiled, environment=environment)
        self.api = Api(self.contract, [*operations, *(make(self.contract) for make in of_contract)])

    def call(
        self, method: str, path: str, body: Any = None, query: str = "", **headers: str
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, body and headers of a reply; an underscore in a header's name stands for a hyphen."""
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            "body": None if body is None else json.dumps(body),
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        }
        reply = self.api(event, None)
        content = reply.get("body")
        return reply["statusCode"], json.loads(content) if content else None, reply["headers"]
