"""Request and Response: what an operation is given, and what it answers. Neither knows of Lambda or DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, Literal

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from specbound.resources.idempotency import IdempotencyKey

ParametersT_co = TypeVar("ParametersT_co", covariant=True, default=Mapping[str, Any])
# With a literal in its bound, mypy takes a status for the very one that it is, also where several could be meant.
StatusT_co = TypeVar("StatusT_co", bound=Literal[HTTPStatus.OK] | HTTPStatus, covariant=True, default=HTTPStatus)
BodyT_co = TypeVar("BodyT_co", covariant=True, default=Any)


@dataclass(frozen=True, slots=True)
class Request(Generic[ParametersT_co, BodyT_co]):
    """A request that the contract has checked.

    `parameters` holds path, query and header parameters by the names the contract gives them, cast and defaulted;
    an optional one that was not sent and has no default is absent. Numbers are int or Decimal, never float.
    `subject` is who asks: the token's `sub`, or the client's id; None if nobody is named. `key` is the request's
    Idempotency-Key, which its writes have to keep; None without.
    """

    operation_id: str
    parameters: ParametersT_co
    body: BodyT_co
    subject: str | None
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class Response(Generic[StatusT_co, BodyT_co]):
    """What an operation answers.

    `body` is what JSON has (dict, list, str, int, Decimal, bool, None; never float), a str if `media_type` is not JSON,
    and None for no body. `headers` have lower-case names. A status, body or header that the contract does not promise
    for this operation becomes a logged 500.
    """

    status: StatusT_co
    body: BodyT_co
    headers: Mapping[str, str | int] = field(default_factory=dict)
    media_type: str = "application/json"
