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
    """What an operation answers. `headers` are lower-case; the contract checks status, headers and body."""

    status: StatusT_co
    body: BodyT_co = None  # type: ignore[assignment]  # without a body, BodyT_co is None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    media_type: str = "application/json"
