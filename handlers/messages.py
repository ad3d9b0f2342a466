"""What an operation is given and what it gives back; nothing here has heard of Lambda or DynamoDB."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the contract has checked.

    `parameters` holds path, query and header parameters by the names the contract gives them, cast and defaulted;
    an optional one that was not sent and has no default is absent. Numbers are int or Decimal, never float.
    `subject` is who asks: the token's `sub`; None if it names nobody. `identity` is the same for every attempt at one
    request that came with an Idempotency-Key; None without.
    """

    operation_id: str
    parameters: Mapping[str, Any]
    body: Any
    subject: str | None
    identity: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """What an operation answers. `headers` are lower-case; the contract checks status, headers and body."""

    status: HTTPStatus
    body: Any = None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    media_type: str = "application/json"
