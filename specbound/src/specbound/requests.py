"""Request: what an operation is given, once the contract has checked it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from typing_extensions import TypeVar

from specbound.resources.idempotency import IdempotencyKey

ParametersT_co = TypeVar("ParametersT_co", covariant=True, default=Mapping[str, Any])
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
