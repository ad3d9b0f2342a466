"""What an operation is given and what it gives back; nothing here has heard of Lambda or DynamoDB."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specbound.resources.idempotency import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the contract has checked.

    `parameters` holds path, query and header parameters by the names the contract gives them, cast and defaulted;
    an optional one that was not sent and has no default is absent. Numbers are int or Decimal, never float.
    `subject` is who asks: the token's `sub`, or the client's id; None if nobody is named. `key` is the request's
    Idempotency-Key, which its writes have to keep; None without.
    """

    operation_id: str
    parameters: Mapping[str, Any]
    body: Any
    subject: str | None
    key: "IdempotencyKey | None" = None


@dataclass(frozen=True, slots=True)
class Response:
    """What an operation answers. `headers` are lower-case; the contract checks status, headers and body."""

    status: HTTPStatus
    body: Any = None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    media_type: str = "application/json"
