"""Response: what an operation answers. Nothing here has heard of Lambda or DynamoDB."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic

from typing_extensions import TypeVar

StatusT_co = TypeVar("StatusT_co", bound=HTTPStatus, covariant=True, default=HTTPStatus)
BodyT_co = TypeVar("BodyT_co", covariant=True, default=Any)


@dataclass(frozen=True, slots=True)
class Response(Generic[StatusT_co, BodyT_co]):
    """What an operation answers.

    `body` is what JSON has (dict, list, str, int, Decimal, bool, None; never float), a str if `media_type` is not JSON,
    and None for no body. `headers` have lower-case names. A status, body or header that the contract does not promise
    for this operation becomes a logged 500.
    """

    status: StatusT_co
    body: BodyT_co = None  # type: ignore[assignment]  # without a body, BodyT_co is None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    media_type: str = "application/json"
